using System.Globalization;

namespace SparkAzure.Core.Hosting;

/// <summary>What the host itself can refuse, whatever the station.</summary>
internal static class HostErrors
{
    internal static SparkAzureException HostCannotRunProcess(string program, Exception inner) => Failure.Create(
        ErrorKind.NotSupported,
        $"The program '{program}' could not be started: {inner.Message}",
        "Install the program or make it executable (chmod a+x). The cloud sandbox of Azure Automation starts no " +
        "processes: run this on the DSS host itself, at a prompt or as a Hybrid Runbook Worker.",
        program,
        inner);

    internal static SparkAzureException ProgramNotFound(string program) => Failure.Create(
        ErrorKind.NotFound,
        $"The program '{program}' is in none of the folders of PATH. Relative folders in PATH and the current folder do " +
        $"not count: what lies there is nobody's choice.",
        "Install the program, or put the absolute path of its folder into PATH.",
        program);

    internal static SparkAzureException NotAFile(string path, FileKind kind) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{path}' is {FileStatus.InWords(kind)}, and only a file can be read or replaced here.",
        "Look at it with 'ls -l', and give the path of a file.",
        path);

    internal static SparkAzureException DocumentLocked(
        string path, string holder, TimeSpan patience) => Failure.Create(
        ErrorKind.Busy,
        string.Create(
            CultureInfo.InvariantCulture,
            $"'{path}' is being changed by {holder}, which was not done within {patience.TotalSeconds:0} s. Nothing " +
            $"was written."),
        "Run the same command again when that process has ended, or wait longer with -TimeoutSeconds.",
        path);

    internal static SparkAzureException DiskFull(string path, Exception inner) => Failure.Create(
        ErrorKind.OperationFailed,
        $"The disk that holds '{path}' is full; nothing that stood there before was touched.",
        "Make room on that file system and run the same command again.",
        path,
        inner);

    internal static SparkAzureException DiskFailed(string path, Exception inner) => Failure.Create(
        ErrorKind.OperationFailed,
        $"The system reports an error of the disk or file system at '{path}', while reading or writing: " +
        $"{inner.Message}",
        "Look into the kernel's log (dmesg) for the device, mend or change it, and run the same command again.",
        path,
        inner);

    internal static SparkAzureException CannotWrite(string path, Exception inner) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"'{path}' cannot be written: {inner.Message}",
        "Run this as the owner of that folder, or make the folder writable (a read-only mount counts as well)." +
        OfOthers(path),
        path,
        inner);

    internal static SparkAzureException CannotRead(string path, Exception inner)
    {
        if (IsDiskFailure(inner))
        {
            return DiskFailed(path, inner);
        }

        return Failure.Create(
            ErrorKind.PermissionDenied,
            $"'{path}' cannot be read: {inner.Message}",
            "Run this as an account that may read it." + OfOthers(path),
            path,
            inner);
    }

    /// <summary>Turns a failure to write into the sentence that fits it.</summary>
    internal static SparkAzureException FromWrite(string path, Exception exception) => exception switch
    {
        SparkAzureException known => known,
        IOException io when IsDiskFull(io) => DiskFull(path, io),
        _ when IsDiskFailure(exception) => DiskFailed(path, exception),
        _ => CannotWrite(path, exception),
    };

    // .NET gives ENOSPC (28) and EDQUOT (122) as the HResult on Unix and ERROR_DISK_FULL / ERROR_HANDLE_DISK_FULL on
    // Windows.
    private static bool IsDiskFull(IOException exception) =>
        (exception.HResult & 0xFFFF) is 28 or 122 or 112 or 39;

    // EIO and EUCLEAN (errno(3)); ERROR_IO_DEVICE. 5 is Windows' number for a refusal.
    private static bool IsDiskFailure(Exception exception)
    {
        if (exception is not IOException)
        {
            return false;
        }

        var number = exception.HResult & 0xFFFF;
        return OperatingSystem.IsWindows() ? number is 1117 : number is 5 or 117;
    }

    private static string OfOthers(string path)
    {
        try
        {
            if (FileOwner.IsRoot && TreeOwner.OfEntry(path) is { UserId: not 0 } account)
            {
                return $" Root works in a folder of another account as that account, here as '{account.Name}': let it " +
                    $"through the folders above (chmod a+x), or take the folder over (chown -R root:).";
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // It is the error itself that says so.
        }

        return "";
    }
}
