using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// Remembers on disk which digest a layer has that is made of given entries with given contents. The jars have to be
/// hashed anyhow, one by one, for the list of them; a layer that is remembered is then not hashed as a whole again.
/// What is lost or damaged only means that it is.
/// </summary>
/// <remarks>
/// A file of lines, each with a hash over itself: it needs neither flushing nor locking, a line that is not whole does
/// not count.
/// </remarks>
internal sealed class LayerDigests
{
    // Changes whenever the bytes of a tar change that is made of the same entries.
    private const string Format = "SparkAzure tar 1";

    // A publication of all images makes some twenty.
    private const int MostLines = 500;

    private readonly string? _path;
    private readonly ConcurrentDictionary<string, (string Digest, long Length)> _digests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _used = new(StringComparer.Ordinal);
    private bool _isChanged;

    /// <param name="folder">
    /// Where to remember, see <see cref="LayerIndexCache.DefaultFolder"/>; null for nowhere.
    /// </param>
    public LayerDigests(string? folder)
    {
        _path = folder is null ? null : Path.Combine(folder, "digests");
        try
        {
            Load();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or SparkAzureException)
        {
            _path = null;
        }
    }

    /// <summary>
    /// The digest of all that decides over a layer's bytes; null when the hash of a content is not known.
    /// </summary>
    /// <param name="items">The entries.</param>
    /// <param name="hashOf">The SHA-256 of a file's content.</param>
    public static string? RecipeOf(IReadOnlyList<TarItem> items, Func<TarItem, string?> hashOf)
    {
        var recipe = new StringBuilder(Format);
        foreach (var item in items)
        {
            var hash = item.Type == TarEntryType.RegularFile ? hashOf(item) : "";
            if (hash is null)
            {
                return null;
            }

            recipe.Append(Invariant($"\n{(int)item.Type} {(int)item.Mode} {item.UserId} {item.GroupId}"));
            recipe.Append(Invariant($" {item.Modified.ToUnixTimeSeconds()} {item.Length} {hash}"));
            recipe.Append(Invariant($" {item.Name.Length} {item.Name} {item.LinkTarget}"));
        }

        return ContentDigest.Of(Encoding.UTF8.GetBytes(recipe.ToString()));
    }

    /// <summary>The digest of the layer's tar, and its length in bytes; null when they are not remembered.</summary>
    public (string Digest, long Length)? Find(string recipe)
    {
        _used[recipe] = true;
        if (_digests.TryGetValue(recipe, out var known))
        {
            return known;
        }

        return null;
    }

    public void Add(string recipe, string digest, long length)
    {
        _digests[recipe] = (digest, length);
        _used[recipe] = _isChanged = true;
    }

    /// <summary>Writes what is new, if it can.</summary>
    public void Save()
    {
        if (_path is null || !_isChanged)
        {
            return;
        }

        try
        {
            // Others may have written meanwhile.
            Load();
            PrivateFolder.Make(Path.GetDirectoryName(_path)!);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = FileModes.OwnerOnly;
            }

            using var writer = new StreamWriter(_path, options);
            foreach (var (recipe, (digest, length)) in _digests
                .OrderByDescending(d => _used.ContainsKey(d.Key))
                .Take(MostLines))
            {
                var size = length.ToString(CultureInfo.InvariantCulture);
                writer.Write($"{recipe} {digest} {size} {SealOf(recipe, digest, size)}\n");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or SparkAzureException)
        {
            // The next run hashes the layers once more.
        }
    }

    private void Load()
    {
        if (!File.Exists(_path))
        {
            return;
        }

        foreach (var line in RegularFile.ReadAllText(_path).Split('\n'))
        {
            if (line.Split(' ') is [var recipe, var digest, var length, var seal]
                && seal == SealOf(recipe, digest, length))
            {
                _digests.TryAdd(recipe, (digest, long.Parse(length, CultureInfo.InvariantCulture)));
            }
        }
    }

    private static string SealOf(string recipe, string digest, string length) =>
        ContentDigest.Of(Encoding.UTF8.GetBytes($"{recipe} {digest} {length}"));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
