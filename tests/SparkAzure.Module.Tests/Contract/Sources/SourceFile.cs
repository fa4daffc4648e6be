using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SparkAzure.Module.Tests.Contract.Sources;

/// <summary>One C# file of the repository, parsed.</summary>
/// <param name="Path">Where it is, relative to the repository, with slashes.</param>
/// <param name="Text">What stands in it.</param>
/// <param name="Tree">The same as a syntax tree.</param>
internal sealed record SourceFile(string Path, string Text, SyntaxTree Tree)
{
    private static readonly CSharpParseOptions Options =
        new(LanguageVersion.Preview, DocumentationMode.Parse);

    public SyntaxNode Root => Tree.GetRoot();

    /// <summary>The C# files below a folder of the repository, without what a build made.</summary>
    public static IReadOnlyList<SourceFile> Below(string folder) =>
    [
        .. Directory.EnumerateFiles(System.IO.Path.Combine(Places.Repository, folder), "*.cs", SearchOption.AllDirectories)
            .Where(IsWrittenByHand)
            .Order(StringComparer.Ordinal)
            .Select(Read),
    ];

    /// <summary>A line as people count them, for messages: path:line.</summary>
    public string At(SyntaxNode node) => At(Tree.GetLineSpan(node.Span).StartLinePosition.Line);

    public string At(int line) => $"{Path}:{line + 1}";

    private static bool IsWrittenByHand(string path) =>
        !path.Replace('\\', '/').Split('/').Any(folder => folder is "obj" or "bin");

    private static SourceFile Read(string path)
    {
        var text = File.ReadAllText(path);
        var relative = System.IO.Path.GetRelativePath(Places.Repository, path).Replace('\\', '/');
        return new SourceFile(relative, text, CSharpSyntaxTree.ParseText(text, Options, path));
    }
}
