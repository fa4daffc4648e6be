using System.Runtime.InteropServices;

namespace SparkAzure.Core.Hosting;

/// <summary>Failures of the C library's file calls, as the exceptions that .NET's own throw.</summary>
internal static class FileFailure
{
    private const int NotPermitted = 1;
    private const int NoEntry = 2;
    private const int AccessDenied = 13;

    /// <summary>EXDEV: the two paths of a rename are not on one mount.</summary>
    public const int CrossDevice = 18;

    /// <summary>EINVAL: what was asked for cannot be done with such a file.</summary>
    public const int Invalid = 22;

    /// <summary>The failure of the last call on this thread that was declared with SetLastError.</summary>
    public static Exception Last(string path) => Of(Marshal.GetLastPInvokeError(), path);

    private static Exception Of(int error, string path)
    {
        var words = Marshal.GetPInvokeErrorMessage(error);
        var message = $"{words}: '{path}'";
        return error switch
        {
            NoEntry when Directory.Exists(Path.GetDirectoryName(path)) => new FileNotFoundException(message, path),
            NoEntry => new DirectoryNotFoundException(message),
            NotPermitted or AccessDenied => new UnauthorizedAccessException(message, new IOException(words, error)),
            _ => new IOException(message, error),
        };
    }
}
