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

    [Theory]
    [InlineData("FROM registry.example/data/spark-py:v3.4.1\nUSER 0\nRUN apt-get update && apt-get install -y wget\nRUN wget -P /opt/spark/jars https://repo.example/hadoop-azure-3.3.4.jar\nUSER 185\n")]
    [InlineData("FROM registry.example/team/spark:3.5.1\nUSER root\nRUN apt-get update && apt-get install -y bash procps && rm -rf /var/lib/apt/lists/*\nUSER spark\n")]
    [InlineData("FROM registry.example/team/spark:3.5.1\nUSER root\nRUN apt-get update; apt-get install -y python3 python3-pip; true; true\nUSER spark\n")]
    public void A_file_derived_from_an_image_is_of_no_release_for_a_package_that_it_shares(string text) =>
        Assert.Equal((null, []), DockerfileReleases.Classify(DockerfileText.Plan(text).Shape));

    [Theory]
    [InlineData("COPY extra/jars /opt/spark/jars\n", "3 COPY instead of 2")]
    [InlineData("COPY jars/extra.jar ${SPARK_HOME}/jars/\nRUN true\n", "3 COPY instead of 2, 3 RUN instead of 2, 7 shell commands instead of 6")]
    public void A_binding_that_also_copies_jars_stays_one(string line, string difference)
    {
        var plan = DockerfileText.Plan(
            "ARG base_img\nFROM $base_img\nWORKDIR /\nUSER 0\nRUN mkdir ${SPARK_HOME}/python\nRUN apt-get update && \\\n    apt install -y python3 python3-pip && \\\n    pip3 install --upgrade pip setuptools && \\\n    rm -r /root/.cache && rm -rf /var/cache/apt/*\n"
            + "COPY python/pyspark ${SPARK_HOME}/python/pyspark\nCOPY python/lib ${SPARK_HOME}/python/lib\n" + line + "WORKDIR /opt/spark/work-dir\nENTRYPOINT [ \"/opt/entrypoint.sh\" ]\nARG spark_uid=185\nUSER ${spark_uid}\n");

        Assert.Equal(SparkDockerfileKind.Python, plan.Shape.Kind);
        var (release, differences) = DockerfileReleases.Classify(plan.Shape);
        Assert.Equal(("3.1.1-3.3.4", difference), (release, Assert.Single(differences).Replace("3 RUN instead of 2, 3 COPY instead of 2", "3 COPY instead of 2, 3 RUN instead of 2", StringComparison.Ordinal)));
        Assert.Equal("pip-cache", Assert.Single(plan.Problems).Rule);
    }

    // The template of apache/spark-docker since 2026-06-25, and the images of 4.2.0 that were rendered from it.
    [Theory]
    [InlineData("eclipse-temurin:21-jammy")]
    [InlineData("eclipse-temurin:17-jammy")]
    public void What_spark_docker_renders_for_4_2_0_has_no_difference(string image)
    {
        var text = DockerfileText.Of(DockerfileReleases.All.Single(r => r.Releases == "spark-docker 4.2.0"))
            .Replace("eclipse-temurin:3.5.1-jammy", image, StringComparison.Ordinal);

        var (release, differences) = DockerfileReleases.Classify(DockerfileText.Plan(text).Shape);

        Assert.Contains(" libjemalloc2", text, StringComparison.Ordinal);
        Assert.Equal("spark-docker 4.2.0", release);
        Assert.Empty(differences);
    }

    [Theory]
    [InlineData("3.5.9")]
    [InlineData("4.0.4")]
    [InlineData("4.1.3")]
    [InlineData("4.2.0")]
    public void The_newest_releases_have_a_row(string release) =>
        Assert.Contains(DockerfileReleases.All, r => r.Kind == SparkDockerfileKind.Spark && r.Releases.EndsWith(release, StringComparison.Ordinal));
}
