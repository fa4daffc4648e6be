namespace SparkAzure.ReleaseTables;

/// <summary>The orders that are true of most of a package's classes, and the classes of which one is not.</summary>
/// <param name="Best">The orders, the shortest first.</param>
/// <param name="Others">The other classes by their order, for one of the best.</param>
internal sealed record PackageOrders(
    IReadOnlyList<OwnerOrder> Best, Func<OwnerOrder, IEnumerable<(string Order, string[] Classes)>> Others);

/// <summary>A part of a package's name, and what stands below it.</summary>
internal sealed class PackageNode(string name)
{
    private readonly SortedDictionary<string, PackageNode> _below = new(StringComparer.Ordinal);
    private PackageOrders? _orders;

    /// <summary>The node of a package, made where there was none.</summary>
    public PackageNode Find(ReadOnlySpan<string> parts)
    {
        if (parts.IsEmpty)
        {
            return this;
        }

        if (!_below.TryGetValue(parts[0], out var next))
        {
            _below[parts[0]] = next = new PackageNode(parts[0]);
        }

        return next.Find(parts[1..]);
    }

    /// <summary>Says what its package has.</summary>
    public void Fill(PackageOrders orders) => _orders = orders;

    /// <summary>Writes what stands below it.</summary>
    public void Write(TextWriter output)
    {
        foreach (var node in _below.Values)
        {
            node.Write(output, depth: 0, above: "");
        }
    }

    private void Write(TextWriter output, int depth, string above)
    {
        var indent = new string(' ', depth);
        var here = above;
        if (_orders is null)
        {
            here = CommonBelow(above);
            output.WriteLine($"{indent}{name}\t{(here == above ? "-" : $"({here})")}");
        }
        else
        {
            var order = _orders.Best.FirstOrDefault(o => o.Text == above) ?? _orders.Best[0];
            here = order.Text;
            output.WriteLine($"{indent}{name}\t{(here == above ? "" : here)}");
            foreach (var (other, classes) in _orders.Others(order))
            {
                output.WriteLine($"{indent} .{string.Join(' ', classes)}\t{other}");
            }
        }

        foreach (var node in _below.Values)
        {
            node.Write(output, depth + 1, here);
        }
    }

    // What most of those below have, where it saves something.
    private string CommonBelow(string above)
    {
        var common = Below()
            .SelectMany(n => n._orders!.Best.Select(o => o.Text).Distinct())
            .GroupBy(t => t)
            .OrderByDescending(t => t.Count())
            .ThenByDescending(t => t.Key == above)
            .First();
        if (common.Count() > 1)
        {
            return common.Key;
        }

        return "";
    }

    private IEnumerable<PackageNode> Below() =>
        _below.Values.SelectMany(n => n._orders is null ? n.Below() : [n]);
}
