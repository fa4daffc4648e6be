using SparkAzure.Core.Oci.Files;

namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// What a builder puts over the image's own files while a RUN instruction is carried out: what is written there is in
/// no layer. Source: moby's daemon/container_operations and oci/defaults.go; run: dockerd 20.10.
/// </summary>
internal static class MountedFiles
{
    /// <summary>Why nothing is left of what is written there.</summary>
    public const string Why = "a builder mounts that file, and what is written to it is not in the image";

    private static readonly string[] Files = ["etc/resolv.conf", "etc/hosts", "etc/hostname"];
    private static readonly string[] Folders = ["dev/", "proc/", "sys/"];

    /// <summary>Whether a path is one of them.</summary>
    /// <param name="path">A path from the image's root, without links.</param>
    public static bool Has(string path) =>
        Files.Contains(path) || Folders.Any(f => path.StartsWith(f, StringComparison.Ordinal));

    /// <summary>Whether an entry of a layer is one of them, or takes one of them away.</summary>
    public static bool HasEntry(string path) => Has(path.Replace("/.wh.", "/", StringComparison.Ordinal));

    /// <summary>Puts the files back to what they were before an instruction.</summary>
    public static void Restore(ImageFileSystem files, ImageFileSystem before)
    {
        foreach (var path in Files)
        {
            var was = before.Find(path, followLast: false);
            if (was == files.Find(path, followLast: false))
            {
                continue;
            }

            if (was is null)
            {
                files.Remove(path);
            }
            else
            {
                files.Set(was);
            }
        }
    }
}
