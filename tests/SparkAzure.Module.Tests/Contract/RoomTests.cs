using SparkAzure.Module.Tests.Contract.Sources;

namespace SparkAzure.Module.Tests.Contract;

/// <summary>The rooms of Core: a folder is a room, and this table is what each may see (docs/architecture.md).</summary>
public sealed class RoomTests
{
    private static readonly Dictionary<string, string[]> Sees = new(StringComparer.Ordinal)
    {
        ["Hosting"] = [],
        ["Releases"] = ["Hosting"],
        ["Text"] = ["Hosting"],
        ["Java"] = ["Hosting"],
        ["Azure"] = ["Hosting"],
        ["Oci"] = ["Azure", "Hosting"],
        ["Docker"] = ["Oci", "Hosting"],
        ["Aks"] = ["Azure", "Text", "Hosting", "Releases"],
        ["Adls"] = ["Azure", "Hosting"],
        ["Dss"] = ["Azure", "Text", "Hosting", "Releases"],
        ["Spark"] = ["Java", "Dss", "Text", "Hosting", "Releases"],
        ["Setup"] = ["Adls", "Aks", "Azure", "Docker", "Dss", "Hosting", "Images", "Java", "Oci", "Releases", "Spark", "Text"],
        ["Images"] = ["Oci", "Docker", "Spark", "Azure", "Text", "Hosting", "Releases"],
    };

    private static readonly Lazy<IReadOnlySet<CoreReference>> References = new(CoreReferences.Read);

    [Fact]
    public void Every_file_of_Core_is_in_a_room()
    {
        var outside = SourceFile.Below("src/SparkAzure.Core")
            .Select(f => f.Path["src/SparkAzure.Core/".Length..])
            .Where(path => !Sees.ContainsKey(CoreReference.Room(path)));

        Findings.AssertNone(outside);
    }

    [Fact]
    public void A_room_sees_only_what_the_table_says()
    {
        // A reading that found nothing would hold any table.
        Assert.NotEmpty(References.Value);

        var wrong = References.Value
            .Where(r => r.FromRoom != r.ToRoom && !Sees.GetValueOrDefault(r.FromRoom, []).Contains(r.ToRoom))
            .Select(r => $"{r.From} uses {r.To}")
            .Order(StringComparer.Ordinal);

        Findings.AssertNone(wrong);
    }

    [Fact]
    public void There_is_no_circle_between_rooms()
    {
        // Rooms without an arrow to one that is still there are taken away, until none is left or the rest goes in circles.
        var left = Sees.Keys.ToHashSet(StringComparer.Ordinal);
        while (left.RemoveWhere(room => !Sees[room].Any(left.Contains)) > 0)
        {
        }

        Findings.AssertNone(left);
    }

    [Fact]
    public void A_namespace_is_the_folder()
    {
        var wrong = SourceFile.Below("src/SparkAzure.Core")
            .Where(f => Namespace(f) != "SparkAzure.Core" + FolderOf(f))
            .Select(f => $"{f.Path} is in {Namespace(f)}");

        Findings.AssertNone(wrong);

        static string FolderOf(SourceFile file)
        {
            var folder = Path.GetDirectoryName(file.Path["src/SparkAzure.Core/".Length..])!;
            return folder.Length == 0 ? "" : "." + folder.Replace('\\', '.').Replace('/', '.');
        }

        static string Namespace(SourceFile file) => file.Root.DescendantNodes()
            .OfType<Microsoft.CodeAnalysis.CSharp.Syntax.BaseNamespaceDeclarationSyntax>()
            .Select(n => n.Name.ToString())
            .FirstOrDefault("");
    }

    [Theory]
    [InlineData("src/SparkAzure.Model")]
    [InlineData("tests/SparkAzure.Core.Tests")]
    public void Model_and_tests_mirror_the_rooms(string folder)
    {
        // Beside the rooms, Core's tests hold those of the sandbox's samples and attacks; some files stand beside all.
        var others = SourceFile.Below(folder)
            .Select(f => CoreReference.Room(f.Path[(folder.Length + 1)..]))
            .Distinct()
            .Where(name => name is not ("" or "Samples" or "Hostile") && !Sees.ContainsKey(name));

        Findings.AssertNone(others);
    }
}
