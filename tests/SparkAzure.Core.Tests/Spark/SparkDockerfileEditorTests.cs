using SparkAzure.Core.Spark;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Spark;

public sealed class SparkDockerfileEditorTests : IDisposable
{
    private const string Alpine240 = """
        # comment
        FROM openjdk:8-alpine

        ARG spark_jars=jars

        RUN set -ex && \
            apk upgrade --no-cache && \
            apk add --no-cache bash tini libc6-compat linux-pam && \
            mkdir -p /opt/spark

        COPY data /opt/spark/data

        ENV SPARK_HOME /opt/spark

        WORKDIR /opt/spark/work-dir

        ENTRYPOINT [ "/opt/entrypoint.sh" ]

        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Both_edits_are_made_in_the_sample_of_2_4_0_and_nothing_else_moves()
    {
        var spark = SampleSpark.Create(_folder.Path);
        var before = await File.ReadAllTextAsync(spark.Dockerfile);

        var edited = await SparkDockerfileEditor.EditAsync(spark.Home, repair: false, new RecordingOperator(), CancellationToken.None);

        Assert.True(edited.Changed);
        Assert.Equal("Alpine", edited.Platform);
        Assert.Equal("openjdk:8-alpine", edited.BaseImage);
        Assert.All(edited.Edits, e => Assert.True(e.Needed));
        var expected = before
            .Replace("libc6-compat linux-pam && \\", "libc6-compat linux-pam nss && \\", StringComparison.Ordinal)
            .Replace("ENV SPARK_HOME /opt/spark\n", "ENV SPARK_HOME /opt/spark\nENV LD_LIBRARY_PATH /lib64\n", StringComparison.Ordinal);
        Assert.Equal(expected, await File.ReadAllTextAsync(spark.Dockerfile));
        Assert.Equal(before, await File.ReadAllTextAsync(spark.Dockerfile + ".sparkazure.bak"));
        Assert.Contains("+ENV LD_LIBRARY_PATH /lib64\n", edited.Diff, StringComparison.Ordinal);
        var lines = expected.Split('\n');
        Assert.All(edited.Edits, e => Assert.Equal(e.After, lines[e.Line - 1]));
    }

    [Fact]
    public async Task A_second_run_changes_nothing_and_says_why()
    {
        var path = _folder.Write("Dockerfile", Alpine240);
        await EditAsync(path);
        var once = await File.ReadAllBytesAsync(path);

        var second = await EditAsync(path);

        Assert.False(second.Changed);
        Assert.Equal("", second.Diff);
        Assert.All(second.Edits, e => Assert.Contains("already", e.Reason, StringComparison.Ordinal));
        Assert.Equal(once, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task A_rehearsal_shows_the_diff_and_writes_nothing()
    {
        var path = _folder.Write("Dockerfile", Alpine240);

        var planned = await SparkDockerfileEditor.EditFileAsync(path, repair: false, RecordingOperator.WhatIf(), CancellationToken.None);

        Assert.True(planned.Planned);
        Assert.Contains("-    apk add --no-cache bash tini libc6-compat linux-pam && \\\n+    apk add --no-cache bash tini libc6-compat linux-pam nss && \\\n", planned.Diff, StringComparison.Ordinal);
        Assert.Equal(Alpine240, await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    // The shapes of the released files (what they install, whether they link /lib64): which of the edits each one needs.
    [Theory]
    [InlineData("openjdk:8-alpine", "apk add --no-cache bash tini libc6-compat", "", true, true)] // 2.3.x
    [InlineData("openjdk:8-alpine", "apk add --no-cache bash tini libc6-compat linux-pam nss", "", false, true)] // 2.4.1-2.4.3
    [InlineData("openjdk:8-alpine", "apk add --no-cache bash tini libc6-compat linux-pam nss", "ln -s /lib /lib64 && ", false, false)] // 2.4.4
    [InlineData("openjdk:8-jdk-slim", "apt install -y bash tini libc6 libpam-modules libnss3", "ln -s /lib /lib64 && ", false, false)] // 2.4.5
    [InlineData("eclipse-temurin:17-jre", "apt-get install -y bash tini libc6 krb5-user libnss3 procps", "", false, false)] // spark-docker
    public async Task Each_released_shape_gets_the_edits_it_needs(string image, string install, string link, bool nss, bool path)
    {
        var text = $"FROM {image}\nRUN set -ex && \\\n    {link}{install} && \\\n    mkdir -p /opt/spark\nENV SPARK_HOME /opt/spark\n";
        var file = _folder.Write("Dockerfile", text);

        var edited = await EditAsync(file);

        Assert.Equal(nss, edited.Edits.Single(e => e.Name == "nss").Needed);
        Assert.Equal(path, edited.Edits.Single(e => e.Name == "LD_LIBRARY_PATH").Needed);
        Assert.Equal(nss || path, edited.Changed);
        Assert.Equal(nss, (await File.ReadAllTextAsync(file)).Contains(" nss", StringComparison.Ordinal) && !install.Contains(" nss", StringComparison.Ordinal));
        Assert.All(edited.Edits, e => Assert.NotEmpty(e.Reason));
    }

    [Fact]
    public async Task Line_endings_tabs_and_a_missing_last_newline_survive()
    {
        var text = "FROM openjdk:8-alpine\r\nRUN apk add \\\r\n\tbash \\\r\n# why\r\n\tlibc6-compat \\\r\n && true\r\n\tEnv SPARK_HOME=/opt/spark";
        var path = _folder.Write("Dockerfile", text);

        await EditAsync(path);

        Assert.Equal(
            text.Replace("\tlibc6-compat \\", "\tlibc6-compat nss \\", StringComparison.Ordinal) + "\r\n\tEnv LD_LIBRARY_PATH=/lib64",
            await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task A_library_path_that_somebody_set_is_extended()
    {
        var path = _folder.Write("Dockerfile", "FROM a:alpine\nRUN apk add nss\nENV SPARK_HOME /opt/spark\nENV LD_LIBRARY_PATH /opt/native\n");

        await EditAsync(path);

        Assert.EndsWith("ENV LD_LIBRARY_PATH /opt/native\nENV LD_LIBRARY_PATH ${LD_LIBRARY_PATH}:/lib64\n", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FROM openjdk:8-alpine\nRUN apk add bash\n", "EnvLineMissing")]
    [InlineData("# nothing\n", "NotASparkDockerfile")]
    [InlineData("FROM scratch\nCOPY a b\n", "NotASparkDockerfile")]
    public async Task A_file_that_cannot_be_edited_is_refused_and_stays(string text, string id)
    {
        var path = _folder.Write("Dockerfile", text);

        Assert.Equal(id, (await Assert.ThrowsAsync<SparkAzureException>(() => EditAsync(path))).Id);

        Assert.Equal(text, await File.ReadAllTextAsync(path));
    }

    private static Task<SparkDockerfile> EditAsync(string path) =>
        SparkDockerfileEditor.EditFileAsync(path, repair: false, new RecordingOperator(), CancellationToken.None);
}
