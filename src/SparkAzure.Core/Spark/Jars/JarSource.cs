namespace SparkAzure.Core.Spark.Jars;

/// <summary>A jar that could come in: by name and size, and by path where it is on disk already.</summary>
internal sealed record JarSource(string FileName, long Length, string? Path)
{
    /// <summary>Lists the jars of a folder.</summary>
    internal static IReadOnlyList<JarSource> InFolder(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateFiles("*.jar")
            .OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => new JarSource(f.Name, f.Length, f.FullName)),
    ];
}

/// <summary>The jars that one place has to give.</summary>
/// <param name="Jars">The jars, ordered by name.</param>
/// <param name="At">The folder, or the archive, that they are in.</param>
internal sealed record JarSources(IReadOnlyList<JarSource> Jars, string At)
{
    /// <summary>Lists the jars of a folder.</summary>
    internal static JarSources InFolder(string folder) => new(JarSource.InFolder(folder), folder);

    /// <summary>Lists the jars of a folder that may not be there, or was not given.</summary>
    internal static JarSources InFolderIfAny(string? folder)
    {
        if (Directory.Exists(folder))
        {
            return InFolder(folder);
        }

        return new JarSources([], folder ?? "");
    }
}
