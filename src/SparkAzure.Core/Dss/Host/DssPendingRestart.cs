using System.Globalization;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss.Host;

/// <summary>
/// What was written into the files of a data directory and DSS has not read yet, because it was started before. It is
/// pending until DSS is started again, however often a command finds nothing to change in the meantime.
/// </summary>
internal static class DssPendingRestart
{
    /// <summary>
    /// Notes that a file of settings was written from outside DSS. DSS writes the same files itself, and then knows what
    /// stands in them: so the note holds only for as long as the file is the one that was written.
    /// </summary>
    public static async Task NoteAsync(DssDataDirectory directory, string path, CancellationToken cancellationToken)
    {
        var written = Read(directory);
        written[Path.GetRelativePath(directory.Path, path)] = ModifiedTicks(path) ?? 0;
        var text = string.Concat(written.Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Value} {w.Key}\n")));
        await AtomicFile
            .WriteAsync(
                directory.WrittenSettings,
                System.Text.Encoding.UTF8.GetBytes(text),
                FileModes.OwnerOnly,
                cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The files that DSS has not read yet, relative to the data directory; none when it does not run.</summary>
    public static IReadOnlyList<string> Of(DssDataDirectory directory, int? backendPort)
    {
        if (DssStart.Of(directory, backendPort) is not { } start)
        {
            return [];
        }

        var settings = Read(directory)
            .Where(w => ModifiedTicks(Path.Combine(directory.Path, w.Key)) == w.Value)
            .Select(w => w.Key);
        var environment = directory.EnvironmentFiles
            .Where(File.Exists)
            .Select(f => Path.GetRelativePath(directory.Path, f));
        return
        [
            .. settings.Concat(environment)
                .Where(f => ModifiedTicks(Path.Combine(directory.Path, f)) > start.UtcTicks)
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Says which files a running DSS has not read yet.</summary>
    /// <returns>True when there are any.</returns>
    public static bool Tell(DssDataDirectory directory, int? backendPort, ICaller caller)
    {
        var unread = Of(directory, backendPort);
        if (unread.Count == 0)
        {
            return false;
        }

        caller.Warning(
            $"DSS at '{directory.Path}' was started before {string.Join(" and ", unread)} was written, and has not read " +
            "it. Restart it (Restart-Dss).");
        return true;
    }

    private static Dictionary<string, long> Read(DssDataDirectory directory)
    {
        var written = new Dictionary<string, long>(StringComparer.Ordinal);
        if (!File.Exists(directory.WrittenSettings))
        {
            return written;
        }

        foreach (var line in RegularFile.ReadAllText(directory.WrittenSettings).Split('\n'))
        {
            var parts = line.Split(' ', 2);
            if (parts.Length == 2
                && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
                && parts[1] is "config/general-settings.json" or "config/connections.json")
            {
                written[parts[1]] = ticks;
            }
        }

        return written;
    }

    private static long? ModifiedTicks(string path) => FileStatus.Of(path)?.ModifiedTicks;
}
