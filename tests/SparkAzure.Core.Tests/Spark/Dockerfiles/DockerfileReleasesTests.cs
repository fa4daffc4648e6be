using SparkAzure.Core.Spark.Dockerfiles;


namespace SparkAzure.Core.Tests.Spark.Dockerfiles;

/// <summary>A file is known for the release that it is of, or for what somebody changed in it.</summary>
public sealed class DockerfileReleasesTests
{
    // What each release needs, from the procedure; every other one needs nothing.
    private static readonly Dictionary<string, string[]> Needs = new(StringComparer.Ordinal)
    {
        ["2.3.0-2.3.4"] = ["nss", "LD_LIBRARY_PATH"],
        ["2.4.0"] = ["nss", "LD_LIBRARY_PATH"],
        ["2.4.1-2.4.3"] = ["LD_LIBRARY_PATH"],
    };

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, DockerfileReleases.All.Length)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_row_is_used_and_its_file_gets_the_edits_of_its_release(int index)
    {
        var row = DockerfileReleases.All[index];
        var text = DockerfileText.Of(row);

        var plan = DockerfileText.Plan(text);

        Assert.Equal(row.Kind, plan.Shape.Kind);
        var (releases, differences) = DockerfileReleases.Classify(plan.Shape);
        Assert.Equal(row.Releases, releases);
        Assert.Empty(differences);
        Assert.Equal(Needs.GetValueOrDefault(row.Releases, []), plan.Edits.Where(e => e.Needed).Select(e => e.Name));
        Assert.All(plan.Edits, e => Assert.NotEmpty(e.Reason));

        // Once edited it is still that release's, 2.4.0 with nss being what 2.4.1 is.
        var again = DockerfileText.Plan(DockerfileText.Text(plan.Edited));
        Assert.Equal(row.Releases == "2.4.0" ? "2.4.1-2.4.3" : row.Releases, DockerfileReleases.Classify(again.Shape).Releases);
        Assert.Empty(DockerfileReleases.Classify(again.Shape).Differences);
        Assert.Same(again.Original, again.Edited);
    }

    [Theory]
    [InlineData("FROM openjdk:8-alpine", "FROM openjdk:8u212-jre-alpine", "base image openjdk:8u212-jre-alpine instead of openjdk:8-alpine")]
    [InlineData(" tini ", " curl jq ", "installs also curl, jq|does not install tini")]
    [InlineData("ENV SPARK_HOME /opt", "ENV SPARK_HOME=/opt", "ENV with an equals sign instead of a blank")]
    [InlineData("COPY bin /opt/1\n", "RUN pip install pandas\n", "2 RUN instead of 1, 6 COPY instead of 7, 12 shell commands instead of 11")]
    [InlineData("# A file like Spark's.\n", "# Mine.\n\n", "")]
    public void What_was_changed_by_hand_is_named(string old, string changed, string differences)
    {
        var text = DockerfileText.Of(DockerfileReleases.All.Single(r => r.Releases == "2.4.0"));

        var (releases, found) = DockerfileReleases.Classify(DockerfileText.Plan(text.Replace(old, changed, StringComparison.Ordinal)).Shape);

        Assert.Equal("2.4.0", releases);
        Assert.Equal(differences, string.Join('|', found));
    }

    [Fact]
    public void A_file_that_is_like_none_is_of_no_release()
    {
        var plan = DockerfileText.Plan("FROM apache/spark:3.5.1\nCOPY jars /opt/spark/jars\n");

        Assert.Equal("Debian", plan.Shape.Platform);
        Assert.Equal((null, []), DockerfileReleases.Classify(plan.Shape));
        Assert.Same(plan.Original, plan.Edited);
    }
}
