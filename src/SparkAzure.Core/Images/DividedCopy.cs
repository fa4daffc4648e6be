using System.Formats.Tar;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images;

/// <summary>
/// The COPY that brings the jars, as one COPY per group of <see cref="JarLayers"/>: a builder compresses and pushes
/// layers side by side, but each by itself on one core, and after a swap of jars only the layer of the exchanged ones
/// is another. The image's files are the same.
/// </summary>
/// <param name="Document">The Dockerfile with the COPYs in place of the one.</param>
/// <param name="Jars">What the one copied, under the names that the others copy.</param>
internal sealed record DividedCopy(DockerfileDocument Document, IReadOnlyList<TarItem> Jars)
{
    // With the exchanged ones five, as many as dockerd pushes at a time unless it is told otherwise
    // (max-concurrent-uploads).
    private const int Groups = 4;

    private const string Folder = "jars";

    /// <summary>Whether <see cref="Jars"/> stand for this entry.</summary>
    public static bool Replaces(TarItem item) =>
        item.Name == Folder || item.Name.StartsWith(Folder + "/", StringComparison.Ordinal);

    /// <summary>
    /// Divides the COPY of the jars; null where a Dockerfile does anything else with them than copying the folder once,
    /// or where it is not worth it.
    /// </summary>
    /// <param name="document">The Dockerfile.</param>
    /// <param name="copies">Its COPYs and ADDs, with what each brings.</param>
    public static DividedCopy? Of(
        DockerfileDocument document, IReadOnlyList<(CopyInstruction Copy, IReadOnlyList<TarItem> Items)> copies)
    {
        var touching = copies.Where(c => c.Items.Any(Replaces)).ToList();
        if (touching is not [var (copy, items)]
            || copy.Instruction.Keyword != "COPY"
            || DestinationOf(copy.Instruction, document.Escape) is not { } destination
            || items[0] is not { Name: Folder, Type: TarEntryType.Directory } folder
            || items.Skip(1).Any(i => i.Type != TarEntryType.RegularFile || i.Name.LastIndexOf('/') != Folder.Length))
        {
            return null;
        }

        var groups = JarLayers.Divide([.. items.Skip(1)], Groups);
        if (groups.Count < 2)
        {
            return null;
        }

        var instruction = copy.Instruction;
        var flags = string.Concat(instruction.Flags.Select(f =>
            f.Value.Length > 0 ? $"--{f.Name}={f.Value} " : $"--{f.Name} "));
        var jars = new List<TarItem>();
        var divided = document;
        for (var i = groups.Count - 1; i >= 0; i--)
        {
            var name = $"{SparkHome.StateFolderName}/{Folder}-{i}";
            jars.Add(folder with { Name = name });
            jars.AddRange(groups[i].Select(f => f with { Name = name + f.Name[Folder.Length..] }));
            divided = divided.InsertAfter(instruction.LastLine, $"COPY {flags}{name} {destination}");
        }

        for (var line = instruction.LastLine; line >= instruction.FirstLine; line--)
        {
            divided = divided.Remove(line);
        }

        return new DividedCopy(divided, jars);
    }

    // The destination as it is written, variables and all; null where source and destination are not just two plain
    // words.
    private static string? DestinationOf(DockerfileInstruction copy, char escape)
    {
        if (copy.Arguments.IndexOfAny(['"', '\'', '[', escape]) < 0
            && copy.Arguments.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [_, var destination])
        {
            return destination;
        }

        return null;
    }
}
