using SparkAzure.Core.Oci.Files;


namespace SparkAzure.Core.Oci.Layers;

/// <summary>The marks in a layer that what the layers below have is gone (OCI image-spec, "Whiteouts").</summary>
internal static class Whiteout
{
    private const string Mark = ".wh.";
    private const string OpaqueName = ".wh..wh..opq";

    /// <summary>Whether a file's name is such a mark.</summary>
    public static bool Is(string name) => name.StartsWith(Mark, StringComparison.Ordinal);

    /// <summary>Whether a file's name is the mark that the whole folder begins anew.</summary>
    public static bool IsOpaque(string name) => name == OpaqueName;

    /// <summary>The name of what a mark takes away.</summary>
    public static string Hidden(string name) => name[Mark.Length..];

    /// <summary>The mark for a path, beside it.</summary>
    public static string PathFor(string path) => ImagePath.Join(ImagePath.Parent(path), Mark + ImagePath.Name(path));
}
