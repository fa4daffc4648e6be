using System.Diagnostics;
using System.Globalization;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss.Host;

/// <summary>
/// When the DSS of a data directory was started: what was written into its files before, it has read; what was written
/// after, it has not (KIT: env-*.sh are sourced and settings read at start).
/// </summary>
internal static class DssStart
{
    private const string ListeningState = "0A";

    /// <summary>
    /// The later of the starts of its supervisor and, where this account may see it, of its backend, which can be
    /// restarted alone; null when DSS does not run or nothing tells.
    /// </summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="backendPort">The backend's port; null on nodes without one.</param>
    public static DateTimeOffset? Of(DssDataDirectory directory, int? backendPort)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var supervisor = SupervisorOf(directory);
        var backend = backendPort is { } port ? ListenerOn(port) : null;
        var starts = new[] { supervisor, backend }.OfType<int>().Select(StartOf).OfType<DateTimeOffset>().ToList();
        return starts.Count > 0 ? starts.Max() : null;
    }

    private static int? SupervisorOf(DssDataDirectory directory)
    {
        try
        {
            return Number(RegularFile.ReadAllText(directory.SupervisorPid).Trim());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SparkAzureException)
        {
            return null;
        }
    }

    private static DateTimeOffset? StartOf(int process)
    {
        try
        {
            using var running = Process.GetProcessById(process);
            return running.StartTime;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException
            or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    // proc(5): the socket that listens, by its inode, and then whose file descriptor it is. Those of other accounts are
    // root's to see.
    private static int? ListenerOn(int port)
    {
        var sockets = InodesOn("/proc/net/tcp", port).Concat(InodesOn("/proc/net/tcp6", port)).ToHashSet();
        if (sockets.Count == 0)
        {
            return null;
        }

        return Directory.EnumerateDirectories("/proc")
            .Select(folder => (Folder: folder, Id: Number(Path.GetFileName(folder))))
            .Where(p => p.Id is not null && Holds(p.Folder, sockets))
            .Select(p => p.Id)
            .FirstOrDefault();
    }

    private static List<string> InodesOn(string table, int port)
    {
        var wanted = port.ToString("X4", CultureInfo.InvariantCulture);
        if (!File.Exists(table))
        {
            return [];
        }

        return File.ReadLines(table)
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f.Length > 9 && f[3] == ListeningState && f[1].EndsWith($":{wanted}", StringComparison.Ordinal))
            .Select(f => $"socket:[{f[9]}]")
            .ToList();
    }

    private static bool Holds(string process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(process, "fd"))
                .Any(fd => new FileInfo(fd).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static int? Number(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return null;
    }
}
