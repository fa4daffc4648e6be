using System.Globalization;
using System.Text;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// Who holds the lock of a Spark home. The kernel tells (<c>/proc/locks</c>), so that it is never a process that died;
/// what the holder wrote into the file counts only where the kernel does not.
/// </summary>
/// <param name="Process">The number of the process; null where nothing tells it.</param>
/// <param name="User">The user's name; null where it cannot be told.</param>
/// <param name="Since">Since when, UTC; null where it cannot be told.</param>
internal sealed record LockHolder(int? Process, string? User, DateTime? Since)
{
    private const int MostDigits = 20;

    /// <summary>Says in the lock's file who holds it: this process. When is the file's modification time.</summary>
    public static void Write(FileStream file)
    {
        file.SetLength(0);
        file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Finds out who holds a home's lock.</summary>
    public static LockHolder Of(SparkHome home)
    {
        var path = JarState.LockOf(home);
        var file = home.Owner.Act(() => FileStatus.OfLink(path));
        if (file is null)
        {
            return new LockHolder(null, null, null);
        }

        var written = home.Owner.Act(() => Written(path));
        var process = Locking(file) ?? written;
        DateTime? since = null;
        if (process is not null && process == written)
        {
            since = new DateTime(file.ModifiedTicks, DateTimeKind.Utc);
        }

        return new LockHolder(process, UserOf(process), since);
    }

    /// <summary>The holder in words, as part of a sentence.</summary>
    public override string ToString()
    {
        if (Process is null)
        {
            return "a process that the system does not name";
        }

        var words = string.Create(CultureInfo.InvariantCulture, $"process {Process}");
        words += $" of {User ?? "a user that cannot be told (it runs on another host or in another container)"}";
        if (Since is { } since)
        {
            words += string.Create(CultureInfo.InvariantCulture, $", since {since:u}");
        }

        return words;
    }

    // A line of a lock: "1: FLOCK  ADVISORY  WRITE 1234 fe:00:5678 0 EOF" (proc(5)); the device in hexadecimal. Lines of
    // those who wait have "->" behind the number.
    private static int? Locking(FileStatus file)
    {
        if (!File.Exists("/proc/locks"))
        {
            return null;
        }

        var (major, minor) = file.DeviceNumbers;
        var place = string.Create(CultureInfo.InvariantCulture, $"{major:x2}:{minor:x2}:{file.Inode}");
        var holder = File.ReadLines("/proc/locks")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(words => words.Length > 5 && words[1] == "FLOCK" && words[5] == place);
        if (holder is not null && int.TryParse(holder[4], CultureInfo.InvariantCulture, out var process) && process > 0)
        {
            return process;
        }

        return null;
    }

    private static int? Written(string path)
    {
        try
        {
            var text = Encoding.ASCII.GetString(RegularFile.ReadAllBytes(path, MostDigits));
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var process))
            {
                return process;
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? UserOf(int? process)
    {
        if (process is null)
        {
            return null;
        }

        return FileOwner.Of(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}"))?.UserName;
    }
}
