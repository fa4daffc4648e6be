using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// An archive on disk, which is read as a layer is: whether compressed or not, its digest is that of the file.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="digest">Its digest, when it was looked at first.</param>
/// <param name="length">Its length in bytes then.</param>
internal sealed class ArchiveLayer(string path, string digest, long length) : ILayer
{
    public string Digest => digest;

    public long Size => length;

    public string Name => path;

    public Task<Stream> OpenAsync(long offset, CancellationToken cancellationToken)
    {
        var file = RegularFile.OpenStream(path);
        if (offset > 0)
        {
            file.Position = offset;
            return Task.FromResult<Stream>(file);
        }

        return Task.FromResult<Stream>(
            new VerifyingStream(file, digest, length, (_, _) => OciErrors.BuildSourceChanged(path)));
    }

    public SparkAzureException? Explain(Exception failure) =>
        OciErrors.BuildSourceUnusable(path, $"it cannot be unpacked to its end: {failure.Message}");
}
