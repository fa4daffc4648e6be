namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// The content of a file that is neither on disk nor in memory, and is brought when it is first needed.
/// </summary>
internal abstract class BorrowedContent
{
    /// <summary>Brings it, unless it is there.</summary>
    /// <exception cref="SparkAzureException">
    /// ImageContentCorrupt, DiskFull, CannotWrite, and what a registry refuses.
    /// </exception>
    public abstract Task BringAsync(CancellationToken cancellationToken);

    /// <summary>Reads a piece, once it has been brought.</summary>
    /// <param name="buffer">Takes the piece.</param>
    /// <param name="offset">Where in the content it begins, in bytes.</param>
    /// <returns>How many bytes were read.</returns>
    public abstract int Read(Span<byte> buffer, long offset);
}
