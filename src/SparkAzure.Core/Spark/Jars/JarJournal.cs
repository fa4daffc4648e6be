using System.Text.Json;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// One rename of a swap. Paths are relative to SPARK_HOME; the hash tells which of two files of one name is meant.
/// </summary>
internal sealed record JarMove(string From, string To, string Sha256);

/// <summary>
/// The list of renames that turn one set of jars into another, on disk before the first of them is made. It exists
/// exactly while a swap is under way: whoever finds one finishes it. All its files lie on one file system, so each
/// rename is atomic, and replaying the list from the start is harmless, since a move whose file has arrived is skipped.
/// </summary>
/// <param name="Former">
/// The set before the swap; it becomes a restore point when the swap is complete, and not before.
/// </param>
/// <param name="Moves">The renames in order: a jar leaves before another of its name comes.</param>
/// <param name="Result">The whole set of jars after the swap.</param>
internal sealed record JarJournal(JarRestorePoint Former, IReadOnlyList<JarMove> Moves, IReadOnlyList<Jar> Result)
{
    private const string FileName = "journal.json";

    internal static string PathIn(SparkHome home) => Path.Combine(home.State, FileName);

    internal static async Task<JarJournal?> ReadAsync(SparkHome home, CancellationToken cancellationToken)
    {
        var path = PathIn(home);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<JarJournal>(
                await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false))
                ?? throw SparkErrors.SwapInterrupted(home.Path, $"'{path}' is empty");
        }
        catch (JsonException exception)
        {
            throw SparkErrors.SwapInterrupted(home.Path, $"'{path}' is not JSON ({exception.Message})");
        }
    }

    internal Task WriteAsync(SparkHome home, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(
            PathIn(home),
            JsonSerializer.SerializeToUtf8Bytes(this),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            cancellationToken);

    /// <summary>
    /// Makes the renames, all or those still to be made; then gives the jars that came the time and mode they are
    /// remembered with. Last, the journal itself is renamed: it becomes the restore point.
    /// </summary>
    /// <exception cref="SparkAzureException">
    /// SwapInterrupted when a file is neither where it was nor where it belongs.
    /// </exception>
    internal async Task ReplayAsync(SparkHome home)
    {
        foreach (var move in Moves)
        {
            await MakeAsync(home, move.From, move.To, move.Sha256).ConfigureAwait(false);
        }

        Remember(home, Result, Moves.Select(m => m.To));
        Directory.CreateDirectory(JarRestorePoint.Folder(home));
        File.Move(PathIn(home), JarRestorePoint.PathOf(home, Former.Id), overwrite: true);
    }

    /// <summary>Makes the renames that were made undone, newest first, so that the former set stands again.</summary>
    internal async Task UndoAsync(SparkHome home)
    {
        foreach (var move in Moves.Reverse())
        {
            if (!File.Exists(Path.Combine(home.Path, move.From)) && File.Exists(Path.Combine(home.Path, move.To)))
            {
                await MakeAsync(home, move.To, move.From, move.Sha256).ConfigureAwait(false);
            }
        }

        Remember(home, Former.Jars, Moves.Select(m => m.From));
        File.Delete(PathIn(home));
    }

    /// <summary>
    /// True when every file that is still to be moved is whole. After a power cut a staged jar may be on disk by name
    /// only.
    /// </summary>
    internal async Task<bool> CanBeFinishedAsync(SparkHome home)
    {
        foreach (var move in Moves)
        {
            if (!await IsAsync(home, move.From, move.Sha256)
                .ConfigureAwait(false) && !await IsAsync(home, move.To, move.Sha256).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private static async Task MakeAsync(SparkHome home, string fromName, string toName, string sha256)
    {
        var from = Path.Combine(home.Path, fromName);
        var to = Path.Combine(home.Path, toName);
        if (!File.Exists(to))
        {
            if (!File.Exists(from))
            {
                throw SparkErrors.SwapInterrupted(home.Path, $"'{fromName}' is gone and has not arrived at '{toName}'");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Move(from, to, overwrite: false);
            return;
        }

        if (!await IsAsync(home, toName, sha256).ConfigureAwait(false))
        {
            throw SparkErrors.SwapInterrupted(home.Path, $"'{toName}' is another file than the one that belongs there");
        }

        // Either the move was made (and From is gone, or is already the next jar of that name), or the store has held
        // these very bytes since an earlier swap, and From is one copy too many.
        if (await IsAsync(home, fromName, sha256).ConfigureAwait(false))
        {
            File.Delete(from);
        }
    }

    private static async Task<bool> IsAsync(SparkHome home, string name, string sha256)
    {
        var path = Path.Combine(home.Path, name);
        return File.Exists(path) && await FileHash.OfAsync(path, CancellationToken.None)
            .ConfigureAwait(false) == sha256;
    }

    private static void Remember(SparkHome home, IReadOnlyList<Jar> set, IEnumerable<string> moved)
    {
        var names = moved
            .Where(m => m.StartsWith("jars" + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .Select(m => Path.GetFileName(m))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var jar in set.Where(j => names.Contains(j.Name)))
        {
            var path = Path.Combine(home.Jars, jar.Name);
            var modified = new DateTime(jar.ModifiedTicks, DateTimeKind.Utc);
            if (File.GetLastWriteTimeUtc(path) != modified)
            {
                File.SetLastWriteTimeUtc(path, modified);
            }

            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != jar.Mode)
            {
                File.SetUnixFileMode(path, jar.Mode);
            }
        }
    }
}
