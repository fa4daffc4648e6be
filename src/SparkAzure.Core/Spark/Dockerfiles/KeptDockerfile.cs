using System.Globalization;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>
/// The texts of a Dockerfile that are kept beside it. The image never holds them, because a Dockerfile copies only what
/// it names.
/// </summary>
internal static class KeptDockerfile
{
    private const UnixFileMode AllMayRead =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The file with the text as it was before this module first touched it.</summary>
    internal static string OriginalOf(string path) => path + ".sparkazure.bak";

    /// <summary>Keeps a text that is about to be written over.</summary>
    /// <param name="path">The Dockerfile.</param>
    /// <param name="content">Its text.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Stops before the writing.</param>
    /// <returns>
    /// The file that holds it: the original's, where there is none yet or it holds just this, else one with the time in
    /// its name.
    /// </returns>
    internal static async Task<string> KeepAsync(
        string path, byte[] content, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var original = OriginalOf(path);
        if (File.Exists(original))
        {
            var kept = await ReadAsync(original, cancellationToken).ConfigureAwait(false);
            if (kept.AsSpan().SequenceEqual(content))
            {
                return original;
            }

            original = string.Create(
                CultureInfo.InvariantCulture, $"{path}.sparkazure-{now:yyyyMMdd'T'HHmmssfff'Z'}.bak");
        }

        await AtomicFile.WriteAsync(original, content, AllMayRead, cancellationToken).ConfigureAwait(false);
        return original;
    }

    /// <summary>Reads a Dockerfile or a kept text of one, whatever stands in it.</summary>
    /// <exception cref="SparkAzureException">DockerfileNotFound, CannotRead, NotAFile.</exception>
    internal static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw DockerfileErrors.DockerfileNotFound(path);
        }

        try
        {
            return await RegularFile.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }
}
