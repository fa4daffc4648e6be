using SparkAzure.Core.Java;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Core.Spark.Conflicts.Runs;
using SparkAzure.Core.Tests.Java;

namespace SparkAzure.Core.Tests.Spark.Conflicts;

/// <summary>A version that would come for another one is tried on paper before it is offered.</summary>
public sealed class MissingClassesTests : IDisposable
{
    // A class that jackson-databind has from 2.12 on, as the table of owners knows; one of all versions; two runs.
    private const string OfLaterVersions = "com/fasterxml/jackson/databind/jdk14/JDK14Util";
    private const string OfAllVersions = "com/fasterxml/jackson/databind/ObjectMapper";

    private const string Recorded = $"""
        run	0	3.5.9	released	17	driver	Driver
        run	1	3.5.9	released	17	driver	Sql
        class	{OfLaterVersions}	1				
        class	{OfAllVersions}	3				
        """;

    private static readonly UInt128 Driver = 1;
    private static readonly UInt128 Sql = 2;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2.9.5", false)]
    [InlineData("2.14.2", true)]
    public async Task A_version_that_lacks_what_the_feature_looks_up_is_no_cure(string version, bool links)
    {
        var path = await PathAsync(WriteJar("jackson-databind-2.15.2.jar", OfLaterVersions, OfAllVersions));

        Assert.Equal(links, CanReplace(path, version, Driver));
        Assert.True(CanReplace(path, version, Sql));
    }

    [Fact]
    public async Task What_another_jar_has_as_well_is_not_asked_of_the_coming_one()
    {
        var path = await PathAsync(
            WriteJar("jackson-databind-2.15.2.jar", OfLaterVersions, OfAllVersions), WriteJar("all.jar", OfLaterVersions));

        Assert.True(CanReplace(path, "2.9.5", Driver));
    }

    private static bool CanReplace(JavaClassPath path, string version, UInt128 ofFeature)
    {
        var runs = SparkRuns.Read(new StringReader(Recorded));
        var missing = new MissingClasses(path, runs, new LibraryCatalog(new LibraryContext("3.5.9")));
        var coming = new LibrarySuggestion("jackson-databind", version, "", "a test says so", IsExact: true);
        return missing.CanReplace(path.Jars.Single(j => j.FileName == "jackson-databind-2.15.2.jar"), coming, ofFeature);
    }

    private static Task<JavaClassPath> PathAsync(params string[] jars) =>
        JavaClassPath.ReadAsync(jars, new JavaClassPathOptions(17), CancellationToken.None);

    private string WriteJar(string name, params string[] classes) =>
        JarMaker.Write(_folder[name], [.. classes.Select(c => (c + ".class", JarMaker.Class(c)))]);
}
