using System.Globalization;
using Microsoft.Win32.SafeHandles;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>Says of logs why a Spark job failed.</summary>
public static class SparkFailures
{
    private const int MostFiles = 500;
    private const int MostDepth = 4;
    private const string DssLog = "output.log";

    private static readonly string[] Endings = [".log", ".txt", ".out", ".err", ".json", ".gz"];
    private static readonly string[] Names = ["stdout", "stderr"];

    /// <summary>Reads a log, or the logs of a job's folder together.</summary>
    /// <returns>The causes, the deciding one first; none where nothing decides, and a warning says so.</returns>
    /// <exception cref="SparkAzureException">
    /// LogNotFound, NoLogInFolder, LogDamaged; NotAFile, CannotRead.
    /// </exception>
    public static async Task<IReadOnlyList<SparkFailureCause>> FindAsync(
        SparkFailureOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        var files = FilesOf(options.Path, cancellationToken);
        var reader = new SparkFailureReader();
        reader.Facts.SparkVersion = options.SparkVersion;
        var log = new FailureLog(reader);
        long lines = 0;
        using var progress = new ByteProgress(caller, "Reading logs");
        foreach (var file in files)
        {
            caller.Verbose($"Reading '{file}'.");
            await ReadAsync(file, log, progress, cancellationToken).ConfigureAwait(false);
            lines += log.Lines;
            caller.Verbose(string.Create(CultureInfo.InvariantCulture, $"Read {log.Lines:N0} lines of '{file}'."));
        }

        return Told(reader, $"'{options.Path}'", lines, caller);
    }

    /// <summary>Says what a reading has found, or warns that it has found nothing.</summary>
    internal static IReadOnlyList<SparkFailureCause> Told(
        SparkFailureReader reader, string what, long lines, ICaller caller)
    {
        var causes = reader.Causes;
        if (causes.Count == 0)
        {
            caller.Warning(NothingFound.Said(reader, what, lines));
        }

        return causes;
    }

    private static async Task ReadAsync(
        string file, FailureLog log, ByteProgress progress, CancellationToken cancellationToken)
    {
        using var handle = Open(file);
        var length = RandomAccess.GetLength(handle);
        progress.Total += length;
        var source = new FailureEvidence(SparkFailureEvidenceKind.Text, "") { Path = file, Name = file };
        try
        {
            var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            await log.ReadAsync(stream, source, count => progress.Add(count), cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            throw FailureErrors.LogDamaged(file, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(file, exception);
        }
    }

    private static SafeFileHandle Open(string file)
    {
        try
        {
            return RegularFile.Open(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw FailureErrors.LogNotFound(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(file, exception);
        }
    }

    // What is another account's is listed as that account; links are not followed, they may lead in circles.
    private static List<string> FilesOf(string path, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        try
        {
            var found = TreeOwner.Act(path, () => Listed(path, cancellationToken));
            if (found.Count == 0)
            {
                throw FailureErrors.NoLogInFolder(path);
            }

            return found;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    private static List<string> Listed(string folder, CancellationToken cancellationToken)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = MostDepth,
            AttributesToSkip = FileAttributes.ReparsePoint,
            IgnoreInaccessible = true,
        };
        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", options))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsLog(file) && found.Count < MostFiles)
            {
                found.Add(file);
            }
        }

        return [.. found.OrderBy(f => Path.GetFileName(f) != DssLog).ThenBy(f => f, StringComparer.Ordinal)];
    }

    private static bool IsLog(string file)
    {
        var name = Path.GetFileName(file);
        return Names.Contains(name) || Array.Exists(Endings, e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));
    }
}
