using System.Text.Json;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// One rename of a swap. Paths are relative to SPARK_HOME; the hash tells which of two files of one name is meant.
/// </summary>
internal sealed record JarMove(string From, string To, string Sha256)
{
    /// <summary>The jar's file name.</summary>
    internal string Name => Path.GetFileName(To);

    /// <summary>Whether the jar leaves the jars folder; else it comes there.</summary>
    internal bool IsLeaving => To.StartsWith(JarState.Store + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}

/// <summary>
/// The list of renames that turn one set of jars into another, on disk before the first of them is made. It exists
/// exactly while a swap is under way: whoever finds one finishes it. All its files lie on one file system, so each
/// rename is atomic, and replaying the list from the start is harmless, since a move whose file has arrived is skipped.
/// </summary>
/// <param name="Former">
/// The set before the swap: a restore point from the moment the journal stands, whatever becomes of the swap.
/// </param>
/// <param name="Moves">The renames in order: a jar leaves before another of its name comes.</param>
/// <param name="Result">The whole set of jars after the swap.</param>
internal sealed record JarJournal(JarRestorePoint Former, IReadOnlyList<JarMove> Moves, IReadOnlyList<Jar> Result)
{
    /// <summary>Reads the journal of a swap that was begun; null where none is.</summary>
    /// <exception cref="SparkAzureException">SwapInterrupted, StateNotUsable, CannotRead.</exception>
    internal static JarJournal? Read(SparkHome home) => home.Owner.Act(() =>
    {
        JarState.Require(home);
        var path = JarState.JournalOf(home);
        try
        {
            var journal = JsonSerializer.Deserialize<JarJournal>(
                RegularFile.ReadAllBytes(path, JarForm.MostBytes));
            if (JarForm.FaultOf(journal) is { } fault)
            {
                throw SparkErrors.SwapInterrupted(home.Path, $"in '{path}' {fault}");
            }

            return journal;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException exception)
        {
            throw SparkErrors.SwapInterrupted(home.Path, $"'{path}' is not JSON ({exception.Message})");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    });

    /// <summary>Writes it; from the moment this returns it outlives a power cut.</summary>
    internal void Write(SparkHome home) =>
        JarState.Write(JarState.JournalOf(home), JsonSerializer.SerializeToUtf8Bytes(this));
}
