using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SparkAzure.Module.Tests.Contract.Sources;

/// <summary>A file of Core that uses something of another one.</summary>
/// <param name="From">The file that uses, relative to Core's folder.</param>
/// <param name="To">The file that is used.</param>
internal sealed record CoreReference(string From, string To)
{
    public string FromRoom => Room(From);

    public string ToRoom => Room(To);

    /// <summary>A file's room is its first folder; empty for a file that stands beside the rooms.</summary>
    internal static string Room(string path) => path.Contains('/') ? path[..path.IndexOf('/')] : "";
}

/// <summary>
/// Which file of Core uses which, as the compiler binds the names. Source and not metadata, because a constant
/// or an attribute that was folded away is used nevertheless.
/// </summary>
internal static class CoreReferences
{
    private const string Core = "src/SparkAzure.Core/";

    // What ImplicitUsings brings; the file that holds it is made by the build, which this does not depend on.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    public static IReadOnlySet<CoreReference> Read()
    {
        var files = SourceFile.Below(Core);
        var paths = files.ToDictionary(f => f.Tree, f => f.Path[Core.Length..]);
        var compilation = Compile(files);
        var found = new HashSet<CoreReference>();
        foreach (var file in files)
        {
            var model = compilation.GetSemanticModel(file.Tree);
            var used = file.Root.DescendantNodes()
                .OfType<SimpleNameSyntax>()
                .Where(name => !name.Ancestors().Any(a => a is UsingDirectiveSyntax))
                .SelectMany(name => Declarations(model, name))
                .Where(tree => tree != file.Tree && paths.ContainsKey(tree));
            found.UnionWith(used.Select(tree => new CoreReference(paths[file.Tree], paths[tree])));
        }

        return found;
    }

    private static CSharpCompilation Compile(IReadOnlyList<SourceFile> files)
    {
        // The assemblies of this process hold Core's packages, Core itself, which is being read, and its compiled rest.
        var assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) != "SparkAzure.Core.dll");
        var options = (CSharpParseOptions)files[0].Tree.Options;
        return CSharpCompilation.Create(
            "SparkAzure.Core",
            files.Select(f => f.Tree).Append(CSharpSyntaxTree.ParseText(ImplicitUsings, options)),
            assemblies.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    }

    /// <summary>The files that declare what a name means: the member itself, or else its type.</summary>
    private static IEnumerable<SyntaxTree> Declarations(SemanticModel model, SimpleNameSyntax name)
    {
        var info = model.GetSymbolInfo(name);
        var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        var type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
        if (symbol is null || type is null)
        {
            return [];
        }

        var own = symbol.OriginalDefinition.DeclaringSyntaxReferences;
        var declarations = own.IsEmpty ? type.OriginalDefinition.DeclaringSyntaxReferences : own;
        return declarations.Select(d => d.SyntaxTree);
    }
}
