namespace SparkAzure.Core.Hosting;

/// <summary>
/// Replaces a file as a whole: a reader, or a kill at any moment, finds the old content or the new, never a part.
/// Mode and owner of the file that stood there are kept.
/// </summary>
internal static class AtomicFile
{
    private const UnixFileMode OwnersRights =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Writes <paramref name="content"/> in place of whatever is at <paramref name="path"/>.</summary>
    /// <param name="path">The file; a symbolic link is followed, so that the link stays a link.</param>
    /// <param name="content">The new content.</param>
    /// <param name="newFileMode">The mode when the file does not exist yet.</param>
    /// <param name="cancellationToken">Stops the writing; the old file stays.</param>
    /// <param name="onlyOwner">
    /// Takes the rights of group and others away from a file that stood there: it gets a secret.
    /// </param>
    internal static async Task WriteAsync(
        string path,
        ReadOnlyMemory<byte> content,
        UnixFileMode newFileMode,
        CancellationToken cancellationToken,
        bool onlyOwner = false)
    {
        var file = new FileInfo(path);
        var destination = (file.Exists ? file.ResolveLinkTarget(returnFinalTarget: true)?.FullName : null)
            ?? file.FullName;
        var folder = Path.GetDirectoryName(destination)!;
        var temporary = Path.Combine(
            folder, $".{Path.GetFileName(destination)}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp");
        try
        {
            var exists = File.Exists(destination);
            var owner = FileOwner.Of(exists ? destination : folder);
            await WriteNewAsync(temporary, content, cancellationToken).ConfigureAwait(false);
            if (!OperatingSystem.IsWindows())
            {
                owner?.ApplyTo(temporary);
                var mode = exists ? File.GetUnixFileMode(destination) : newFileMode;
                File.SetUnixFileMode(temporary, onlyOwner ? mode & OwnersRights : mode);
            }

            File.Move(temporary, destination, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(path, exception);
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }

    private static async Task WriteNewAsync(
        string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileModes.OwnerOnly;
        }

        var stream = new FileStream(path, options);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
            stream.Flush(flushToDisk: true);
        }
    }
}
