namespace SparkAzure.Core.Java;

/// <summary>
/// The jars that manifests name (Class-Path), as far as they lie beside or below the jar that names them.
/// </summary>
internal static class ClassPathEntries
{
    private const int Most = 1000;

    /// <summary>The files that are named, exist, and are not among those already read.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<JarOnPath> read, IReadOnlyList<string> known)
    {
        var names = new HashSet<string>(known.Select(Path.GetFullPath), StringComparer.Ordinal);
        var found = new List<string>();
        foreach (var jar in read)
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(jar.Path))!;
            foreach (var entry in jar.Segment.Texts.ClassPath.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (found.Count < Most && FileOf(folder, entry) is { } file && names.Add(file))
                {
                    found.Add(file);
                }
            }
        }

        return found;
    }

    // A manifest is a stranger's: it names no file elsewhere, no pipe and no device.
    private static string? FileOf(string folder, string entry)
    {
        if (!entry.EndsWith(".jar", StringComparison.Ordinal) || entry.AsSpan().IndexOfAny(':', '\0') >= 0)
        {
            return null;
        }

        var path = Path.GetFullPath(Path.Combine(folder, Uri.UnescapeDataString(entry)));
        if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return null;
        }

        var file = new FileInfo(path);
        if (IsPlain(file))
        {
            return path;
        }

        return null;
    }

    private static bool IsPlain(FileInfo file) =>
        file.Exists
        && file.LinkTarget is null
        && (file.Attributes & (FileAttributes.Device | FileAttributes.Directory)) == 0
        && file.Length > 0;
}
