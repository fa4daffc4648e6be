using System.Globalization;
using System.Text.Json;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// A set of jars as it was before a swap: names, hashes, times and modes. The jars themselves are not copied. Those that leave
/// the jars folder are renamed into the store (<c>.sparkazure/store/&lt;sha256&gt;/</c>), so a restore point costs a list. Its file is the
/// journal of the swap that it was made before.
/// </summary>
/// <param name="Id">Its name, which sorts by time: <c>20261122T091500123Z</c>.</param>
/// <param name="Created">When it was made, UTC.</param>
/// <param name="Before">What it was made before: <c>update</c> or <c>restore</c>.</param>
/// <param name="What">The same in words.</param>
/// <param name="Jars">The set.</param>
internal sealed record JarRestorePoint(string Id, DateTimeOffset Created, string Before, string What, IReadOnlyList<Jar> Jars)
{
    internal const string BeforeUpdate = "update";
    internal const string BeforeRestore = "restore";

    internal static string NewId(DateTimeOffset now) => now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);

    internal static string Folder(SparkHome home) => Path.Combine(home.State, "restore-points");

    internal static string PathOf(SparkHome home, string id) => Path.Combine(Folder(home), id + ".json");

    /// <summary>Where the store keeps a jar, relative to SPARK_HOME.</summary>
    internal static string StorePath(Jar jar) => Path.Combine(SparkHome.StateFolderName, "store", jar.Sha256, jar.Name);

    /// <summary>
    /// Finds a jar in the store: under its hash, or, when it left in a later swap than this restore point's, by name, size and time.
    /// </summary>
    /// <returns>The jar with its hash; null when the store has it no more.</returns>
    internal static Jar? FindStored(SparkHome home, Jar jar)
    {
        if (jar.Sha256.Length > 0)
        {
            return File.Exists(Path.Combine(home.Path, StorePath(jar))) ? jar : null;
        }

        var store = Path.Combine(home.State, "store");
        var found = (Directory.Exists(store) ? Directory.EnumerateDirectories(store) : [])
            .Select(folder => new FileInfo(Path.Combine(folder, jar.Name)))
            .Where(file => file.Exists && file.Length == jar.Length)
            .MaxBy(file => file.LastWriteTimeUtc.Ticks == jar.ModifiedTicks);
        return found is null ? null : jar with { Sha256 = found.Directory!.Name };
    }

    internal static IReadOnlyList<string> Ids(SparkHome home) =>
        Directory.Exists(Folder(home))
            ? [.. Directory.EnumerateFiles(Folder(home), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>Reads the restore point asked for, or the one before the newest update.</summary>
    /// <exception cref="SparkAzureException">NoRestorePoint, RestorePointDamaged.</exception>
    internal static async Task<JarRestorePoint> ReadAsync(SparkHome home, string? id, CancellationToken cancellationToken)
    {
        var ids = Ids(home);
        if (id is not null)
        {
            return ids.Contains(id, StringComparer.Ordinal)
                ? await ReadFileAsync(home, id, cancellationToken).ConfigureAwait(false)
                : throw SparkErrors.NoRestorePoint(home.Path, id, ids);
        }

        foreach (var candidate in ids.Reverse())
        {
            var point = await ReadFileAsync(home, candidate, cancellationToken).ConfigureAwait(false);
            if (point.Before == BeforeUpdate)
            {
                return point;
            }
        }

        throw SparkErrors.NoRestorePoint(home.Path, null, ids);
    }

    /// <summary>Reads every restore point, oldest first.</summary>
    internal static async Task<IReadOnlyList<JarRestorePoint>> AllAsync(SparkHome home, CancellationToken cancellationToken)
    {
        var points = new List<JarRestorePoint>();
        foreach (var id in Ids(home))
        {
            points.Add(await ReadFileAsync(home, id, cancellationToken).ConfigureAwait(false));
        }

        return points;
    }

    private static async Task<JarRestorePoint> ReadFileAsync(SparkHome home, string id, CancellationToken cancellationToken)
    {
        var path = PathOf(home, id);
        try
        {
            return JsonSerializer.Deserialize<JarJournal>(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false))?.Former
                ?? throw SparkErrors.RestorePointDamaged(path, "it is empty");
        }
        catch (JsonException exception)
        {
            throw SparkErrors.RestorePointDamaged(path, $"it is not JSON ({exception.Message})", exception);
        }
    }
}
