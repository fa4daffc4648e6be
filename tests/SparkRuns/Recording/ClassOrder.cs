namespace SparkAzure.Runs.Recording;

/// <summary>One order of the classes of several runs: new classes of a run keep their order among themselves.</summary>
internal sealed class ClassOrder
{
    private Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <summary>The place of each class, from 0.</summary>
    public IReadOnlyDictionary<string, int> Places => _places;

    /// <summary>
    /// Takes a run in. It goes through the known order and never back: a known class moves it on, a new one is put where
    /// it stands then.
    /// </summary>
    public void Add(IEnumerable<string> run)
    {
        var keys = _places.ToDictionary(p => p.Key, p => (Behind: p.Value, New: 0), StringComparer.Ordinal);
        var (frontier, added) = (-1, 0);
        foreach (var name in run)
        {
            if (!_places.TryGetValue(name, out var place))
            {
                keys[name] = (frontier, ++added);
            }
            else if (place > frontier)
            {
                (frontier, added) = (place, 0);
            }
        }

        _places = keys.OrderBy(k => k.Value)
            .Select((k, i) => (k.Key, i))
            .ToDictionary(k => k.Key, k => k.i, StringComparer.Ordinal);
    }
}
