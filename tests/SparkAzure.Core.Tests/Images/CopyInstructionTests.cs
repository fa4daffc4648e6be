using System.Text;
using SparkAzure.Core.Images;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Tests.Images;

public sealed class CopyInstructionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ARG jars=jars\nCOPY ${jars} /x", "jars")]
    [InlineData("ARG jars=other\ncopy $jars /x", "jars")]
    [InlineData("ENV p=py\nENV q r s\nCOPY ${p}thon ${q} /x", "python|r s")]
    [InlineData("COPY [\"a b\", \"c\", \"/x/\"]", "a b|c")]
    [InlineData("COPY a \\\n # a comment\n  b /x/", "a|b")]
    [InlineData("COPY --chown=185:0 --from=x a /x", "")]
    [InlineData("ADD https://example.com/y /x", "")]
    [InlineData("COPY <<EOF f /x/\ntext\nEOF", "f")]
    public void Sources_are_those_that_the_build_context_must_hold(string text, string expected)
    {
        var document = DockerfileDocument.Parse("Dockerfile", Encoding.UTF8.GetBytes("FROM base\n" + text));
        var given = new Dictionary<string, string> { ["jars"] = "jars" };
        Assert.Equal(expected, string.Join('|', CopyInstruction.All(document, given).SelectMany(c => c.LocalSources)));
    }

    [Fact]
    public void An_argument_declared_again_after_FROM_takes_the_value_from_before_it()
    {
        var document = DockerfileDocument.Parse("Dockerfile", Encoding.UTF8.GetBytes("ARG a=1\nARG b=2\nFROM base\nARG a\nARG b=3\nCOPY $a $b /x/"));
        Assert.Equal(["1", "3"], CopyInstruction.All(document, new Dictionary<string, string>()).Single().Sources);
    }

    [Theory]
    [InlineData("RELEAS[E]", "RELEASE")]
    [InlineData("NOTHER[E]", "")]
    [InlineData("jars/*.jar", "jars/a.jar|jars/b.jar")]
    [InlineData("jars/[^a].jar", "jars/b.jar")]
    [InlineData("./j*s/?.jar", "jars/a.jar|jars/b.jar")]
    [InlineData("/jars/", "jars")]
    [InlineData("a\\*b*", "a*b.txt")]
    public void Patterns_are_those_of_docker(string pattern, string expected)
    {
        foreach (var name in new[] { "RELEASE", "jars/b.jar", "jars/a.jar", "jars/c.txt", "a*b.txt", "aXb.txt" })
        {
            _folder.Write(name, "");
        }

        Assert.Equal(expected, string.Join('|', Match(pattern)));
    }

    [Fact]
    public void A_source_that_is_missing_or_outside_is_refused_and_the_state_folder_is_never_seen()
    {
        _folder.Write(".sparkazure/store/x.jar", "");
        _folder.Write("RELEASE", "");

        Assert.Equal("BuildSourceMissing", Assert.Throws<SparkAzureException>(() => Match("jars")).Id);
        Assert.Equal("BuildSourceMissing", Assert.Throws<SparkAzureException>(() => Match(".sparkazure")).Id);
        Assert.Equal("DockerfileUnreadable", Assert.Throws<SparkAzureException>(() => Match("../etc")).Id);
        Assert.Equal(["RELEASE"], new SparkHomeFiles(_folder.Path).Tree("").Select(i => i.Name));
    }

    [Fact]
    public void A_source_that_is_a_link_stands_for_what_it_points_to_and_a_loop_of_folders_is_refused()
    {
        _folder.Write("elsewhere/a.jar", "");
        Directory.CreateDirectory(_folder["home"]);
        Directory.CreateSymbolicLink(_folder["home", "jars"], _folder["elsewhere"]);
        var files = new SparkHomeFiles(_folder["home"]);
        Assert.Equal(["jars", "jars/a.jar"], files.Tree("jars").Select(i => i.Name));

        Directory.CreateSymbolicLink(_folder["elsewhere", "up"], _folder["home"]);
        Assert.Equal("BuildSourceUnusable", Assert.Throws<SparkAzureException>(() => files.Tree("jars")).Id);
    }

    private IReadOnlyList<string> Match(string pattern)
    {
        var document = DockerfileDocument.Parse("Dockerfile", Encoding.UTF8.GetBytes("FROM a\nCOPY x y"));
        return new SparkHomeFiles(_folder.Path).Match(document, document.Instructions[1], pattern);
    }
}
