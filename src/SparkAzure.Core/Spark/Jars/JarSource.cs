using Microsoft.Win32.SafeHandles;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>A jar that could come in: by name and size, and by path where it is on disk already.</summary>
internal sealed record JarSource(string FileName, long Length, string? Path)
{
    /// <summary>Lists the jars of a folder.</summary>
    /// <exception cref="SparkAzureException">JarNotUsable.</exception>
    internal static IReadOnlyList<JarSource> InFolder(string folder) => TreeOwner.Act(
        folder,
        () => JarEntries.In(folder)
            .Select(e => new JarSource(e.Name, e.Status.Length, System.IO.Path.Combine(folder, e.Name)))
            .ToList());

    /// <summary>
    /// Opens it as the account that owns the way there, so that a link among the libraries leads to nothing that their
    /// owner could not read himself. A library may be a link.
    /// </summary>
    /// <exception cref="SparkAzureException">JarChangedMeanwhile, CannotRead.</exception>
    internal SafeFileHandle Open() =>
        Jar.Open(Path!, () => TreeOwner.Act(Path!, () => RegularFile.OpenRead(Path!, follow: true)));

    /// <summary>Hashes it.</summary>
    internal Task<string> HashAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var handle = Open();
            return FileHash.Of(handle, cancellationToken);
        },
        cancellationToken);
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
