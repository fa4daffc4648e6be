using System.Buffers;
using System.Formats.Tar;
using Microsoft.Win32.SafeHandles;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// The jars of an image as files of this host. One that a folder here has, too, with the same name and SHA-256, is the
/// file there; the others are brought from their layers into a temporary folder, which goes with this object.
/// </summary>
internal sealed class ImageJarFiles : IDisposable
{
    private const int PieceLength = 1 << 17;

    // A whole Spark has a tenth of it; an image that has more is made to fill a disk.
    private const long MostBytes = 4L << 30;

    private readonly TemporaryFolder _folder = TemporaryFolder.Create();

    private ImageJarFiles()
    {
    }

    /// <summary>The paths of the files.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>Brings what is not here.</summary>
    /// <param name="image">The image.</param>
    /// <param name="jars">Its jars.</param>
    /// <param name="here">The folder here, and the jars in it.</param>
    /// <param name="cache">What is known of layers.</param>
    /// <param name="caller">Is told what is read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">
    /// BaseImageNotSupported, ImageContentCorrupt, DiskFull, CannotWrite, and what the registry refuses.
    /// </exception>
    public static async Task<ImageJarFiles> BringAsync(
        ImageDraft image,
        ImageJars jars,
        (string Folder, JarSet Jars) here,
        LayerIndexCache cache,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        var files = new ImageJarFiles();
        try
        {
            var isHere = jars.Jars.Jars.ToLookup(j => here.Jars.Jars.GetValueOrDefault(j.Key) == j.Value, j => j.Key);
            files.Paths.AddRange(isHere[true].Select(n => Path.Combine(here.Folder, n)));
            var missing = isHere[false].ToHashSet(StringComparer.Ordinal);
            if (missing.Count > 0)
            {
                await image.ReadFilesAsync(cache, caller, cancellationToken).ConfigureAwait(false);
                await files.BringAsync(image.Files, jars.Folder, missing, caller, cancellationToken)
                    .ConfigureAwait(false);
            }

            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    private async Task BringAsync(
        ImageFileSystem image,
        string folder,
        HashSet<string> names,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        var wanted = image.Children(image.Resolve(folder) ?? folder)
            .Where(f => names.Contains(f.Name))
            .Select(f => (f.Name, File: image.Find(f.Path)))
            .Where(f => f.File is { IsFile: true, LayerDigest: not null })
            .ToList();
        var size = wanted.Sum(f => f.File!.Size);
        if (size > MostBytes)
        {
            throw OciErrors.BaseImageNotSupported(
                image.LayerOf(wanted[0].File!).Name, $"its jars are {ByteProgress.Megabytes(size)}");
        }

        using var progress = new ByteProgress(caller, "Reading the image's jars");
        var layers = wanted.GroupBy(f => f.File!.LayerDigest).ToList();
        progress.Total = layers.Sum(l => image.LayerOf(l.First().File!).Size);
        caller.Verbose(
            $"Reading {wanted.Count} jars, {ByteProgress.Megabytes(size)}, from {layers.Count} "
            + $"layers, {ByteProgress.Megabytes(progress.Total)}.");
        foreach (var layer in layers)
        {
            var targets = layer.ToLookup(f => f.File!.ContentPath ?? f.File.Path, f => f.Name, StringComparer.Ordinal);
            await LayerReader.ReadContentsAsync(
                image.LayerOf(layer.First().File!),
                targets.Select(t => t.Key).ToHashSet(StringComparer.Ordinal),
                (path, entry, stop) => KeepAsync(entry, [.. targets[path]], stop),
                progress.Add,
                cancellationToken).ConfigureAwait(false);
        }
    }

    // A name comes from an image: only its last part counts, on a host with other separators as well.
    private async Task KeepAsync(TarEntry entry, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var paths = names.Select(n => Path.Combine(_folder.Path, Path.GetFileName(n))).ToList();
        var content = entry.DataStream ?? Stream.Null;
        var buffer = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            int read;
            var length = 0L;
            using var file = OnHost(paths[0], () => File.OpenHandle(paths[0], FileMode.Create, FileAccess.Write));
            while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                OnHost(paths[0], () => Write(file, buffer.AsSpan(0, read), length));
                length += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        foreach (var other in paths.Skip(1))
        {
            OnHost(other, () => Copy(paths[0], other));
        }

        Paths.AddRange(paths);
    }

    private static SafeFileHandle Write(SafeFileHandle file, ReadOnlySpan<byte> piece, long place)
    {
        RandomAccess.Write(file, piece, place);
        return file;
    }

    private static string Copy(string from, string to)
    {
        File.Copy(from, to, overwrite: true);
        return to;
    }

    // What fails here is this host's fault, not the registry's, whose layer is being read.
    private static T OnHost<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(path, exception);
        }
    }
}
