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

    internal static SparkAzureException DiskFull(string path, Exception inner) => Failure.Create(
        ErrorKind.OperationFailed,
        $"The disk that holds '{path}' is full; nothing that stood there before was touched.",
        "Make room on that file system and run the same command again.",
        path,
        inner);

    internal static SparkAzureException CannotWrite(string path, Exception inner) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"'{path}' cannot be written: {inner.Message}",
        "Run this as the owner of that folder, or make the folder writable (a read-only mount counts as well).",
        path,
        inner);

    internal static SparkAzureException CannotRead(string path, Exception inner) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"'{path}' cannot be read: {inner.Message}",
        "Run this as an account that may read it.",
        path,
        inner);

    /// <summary>Turns a failure to write into the sentence that fits it.</summary>
    internal static SparkAzureException FromWrite(string path, Exception exception) => exception switch
    {
        SparkAzureException known => known,
        IOException io when IsDiskFull(io) => DiskFull(path, io),
        _ => CannotWrite(path, exception),
    };

    // .NET gives ENOSPC (28) and EDQUOT (122) as the HResult on Unix and ERROR_DISK_FULL / ERROR_HANDLE_DISK_FULL on
    // Windows.
    private static bool IsDiskFull(IOException exception) =>
        (exception.HResult & 0xFFFF) is 28 or 122 or 112 or 39;
}
