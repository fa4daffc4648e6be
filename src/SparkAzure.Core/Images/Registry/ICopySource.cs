using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry;

/// <summary>What COPY and ADD take files from: the build context, or what another image holds.</summary>
internal interface ICopySource
{
    /// <summary>Whether it says whose its files are. A build context does not: what comes from it becomes root's.</summary>
    bool HasOwners { get; }

    /// <summary>What one source of an instruction names, in order; empty only for a pattern that matches nothing.</summary>
    /// <exception cref="SparkAzureException">BuildSourceMissing, StageFileMissing, DockerfileUnreadable, CannotRead.</exception>
    IReadOnlyList<string> Match(DockerfileDocument document, DockerfileInstruction instruction, string source);

    /// <summary>Whether a name is that of a folder, or of a link to one.</summary>
    bool IsFolder(string name);

    /// <summary>What is at a name, a link followed, and if it is a folder all in it, parents before children. The names begin with the given one.</summary>
    /// <exception cref="SparkAzureException">BuildSourceUnusable, CannotRead.</exception>
    IReadOnlyList<TarItem> Tree(string name);
}
