using SparkAzure.Core.Oci.Layers;


namespace SparkAzure.Core.Oci.Files;

/// <summary>What files can be copied from into an image: a folder of this host, or what another image holds.</summary>
internal interface ICopySource
{
    /// <summary>What it is, in words.</summary>
    string Name { get; }

    /// <summary>
    /// Whether it says whose its files are. A folder of this host does not: what comes from it becomes root's.
    /// </summary>
    bool HasOwners { get; }

    /// <summary>What a name or pattern stands for, in order; empty when nothing is there.</summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    IReadOnlyList<string> Match(string source);

    /// <summary>Whether a path is that of a folder, or of a link to one.</summary>
    bool IsFolder(string path);

    /// <summary>
    /// What is at a path, a link followed, and if it is a folder all in it, parents before children. The names begin
    /// with the given one.
    /// </summary>
    /// <exception cref="SparkAzureException">BuildSourceUnusable, CannotRead.</exception>
    IReadOnlyList<TarItem> Tree(string path);
}
