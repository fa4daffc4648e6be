using System.Globalization;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// One swap at a time per Spark home, across processes. The lock is the kernel's (flock on <c>.sparkazure/lock</c>), so
/// it is
/// gone when its holder is, however it died; <c>.sparkazure/lock-holder</c> only says who that is.
/// </summary>
internal sealed class JarLock : IDisposable
{
    private readonly FileStream _stream;

    private JarLock(FileStream stream) => _stream = stream;

    /// <exception cref="SparkAzureException">SparkHomeBusy with who holds it; CannotWrite.</exception>
    internal static JarLock Take(SparkHome home)
    {
        var path = Path.Combine(home.State, "lock");
        var holder = Path.Combine(home.State, "lock-holder");
        try
        {
            Directory.CreateDirectory(home.State);
            FileOwner.Of(home.Path)?.ApplyTo(home.State);
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(
                holder,
                $"process {Environment.ProcessId} of {Environment.UserName}, since " +
                $"{DateTimeOffset.Now.ToString("u", CultureInfo.InvariantCulture)}");
            return new JarLock(stream);
        }
        catch (IOException exception) when (IsHeldByAnother(exception))
        {
            throw SparkErrors.SparkHomeBusy(
                home.Path, File.Exists(holder) ? File.ReadAllText(holder) : "it does not say which");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(path, exception);
        }
    }

    public void Dispose() => _stream.Dispose();

    // EWOULDBLOCK (11) of flock on Linux, ERROR_SHARING_VIOLATION (32) on Windows.
    private static bool IsHeldByAnother(IOException exception) => (exception.HResult & 0xFFFF) is 11 or 32;
}
