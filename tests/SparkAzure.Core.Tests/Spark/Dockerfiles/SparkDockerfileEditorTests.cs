using SparkAzure.Core.Spark.Dockerfiles;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Spark.Dockerfiles;

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

        var edited = await SparkDockerfileEditor.EditAsync(spark.Home, repair: false, new RecordingCaller(), CancellationToken.None);

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

        var planned = await SparkDockerfileEditor.EditFileAsync(path, repair: false, RecordingCaller.WhatIf(), CancellationToken.None);

        Assert.True(planned.Planned);
        Assert.Contains("-    apk add --no-cache bash tini libc6-compat linux-pam && \\\n+    apk add --no-cache bash tini libc6-compat linux-pam nss && \\\n", planned.Diff, StringComparison.Ordinal);
        Assert.Equal(Alpine240, await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    // What people make of the file: the text, which edits it needs, and what the edited file must hold.
    [Theory]
    [InlineData("ARG tag=8u212-jre-alpine\nARG image=openjdk\nFROM ${image}:${tag}\nRUN apk add bash\nENV SPARK_HOME=/opt/spark\n", "nss,LD_LIBRARY_PATH", "apk add bash nss\nENV SPARK_HOME=/opt/spark\nENV LD_LIBRARY_PATH=/lib64\n")]
    [InlineData("FROM maven AS build\nRUN apt-get install -y git\nFROM openjdk:8-alpine AS base\nRUN apk add libc6-compat\nFROM base\nENV A=1 SPARK_HOME=/opt/spark\n", "nss,LD_LIBRARY_PATH", "apk add libc6-compat nss\nFROM base\nENV A=1 SPARK_HOME=/opt/spark\nENV LD_LIBRARY_PATH=/lib64\n")]
    [InlineData("FROM openjdk:8-alpine AS build\nRUN apk add maven\nFROM debian:12-slim\nRUN apt-get install -y default-jre\nENV SPARK_HOME /opt/spark\n", "", "")]
    [InlineData("FROM openjdk:8-alpine\nENV SPARK_HOME /opt/spark\nRUN <<EOF\nset -e\n# apk add none\napk add bash \\\n  tini\nEOF\n", "nss,LD_LIBRARY_PATH", "ENV SPARK_HOME /opt/spark\nENV LD_LIBRARY_PATH /lib64\nRUN <<EOF\nset -e\n# apk add none\napk add bash \\\n  tini nss\nEOF\n")]
    [InlineData("FROM openjdk:8-alpine\nRUN echo 'apk add x' && apk --no-cache add bash $(cat more) && apk add -t .deps \"gcc\" >/dev/null # why\nENV SPARK_HOME /opt/spark\n", "nss,LD_LIBRARY_PATH", "apk --no-cache add bash nss $(cat more) && apk add")]
    [InlineData("FROM openjdk:8-alpine\nRUN (apk add bash) && apk add 'nss>3'\nRUN ln -s /lib/ld-musl-x86_64.so.1 /lib/ld-linux-x86-64.so.2\nENV SPARK_HOME /opt/spark\n", "", "")]
    [InlineData("FROM registry.access.redhat.com/ubi8/openjdk-8\nRUN microdnf install -y tini\nENV SPARK_HOME /opt/spark\n", "", "")]
    [InlineData("from openjdk:8-alpine\nrun apk add \\\n# a comment\n\n  libc6-compat\nenv \\\n  # another\n  SPARK_HOME /opt/spark\nCopy a b", "nss,LD_LIBRARY_PATH", "  libc6-compat nss\nenv \\\n  # another\n  SPARK_HOME /opt/spark\nenv LD_LIBRARY_PATH /lib64\nCopy a b")]
    public async Task A_file_that_people_changed_gets_what_it_needs(string text, string needed, string part)
    {
        var path = _folder.Write("Dockerfile", text);

        var edited = await EditAsync(path);

        Assert.Equal(needed, string.Join(',', edited.Edits.Where(e => e.Needed).Select(e => e.Name)));
        Assert.All(edited.Edits, e => Assert.NotEmpty(e.Reason));
        var after = await File.ReadAllTextAsync(path);
        Assert.Equal(needed.Length == 0, after == text);
        Assert.Contains(part, after, StringComparison.Ordinal);
        var lines = after.Split('\n');
        Assert.All(edited.Edits.Where(e => e.Needed), e => Assert.Equal(e.After, lines[e.Line - 1]));
        Assert.False((await EditAsync(path)).Changed);
    }

    [Theory]
    [InlineData("ARG base_img\nFROM $base_img\nRUN apk add --no-cache python3\nCOPY python/lib /opt/spark/python/lib\n", SparkDockerfileKind.Python)]
    [InlineData("ARG base_img\nFROM $base_img\nRUN apk add --no-cache R R-dev\nCOPY R /opt/spark/R\n", SparkDockerfileKind.R)]
    public async Task A_binding_by_itself_needs_no_edit(string text, SparkDockerfileKind kind)
    {
        var edited = await EditAsync(_folder.Write("Dockerfile", text));

        Assert.Equal(kind, edited.Kind);
        Assert.All(edited.Edits, e => Assert.Contains("begins with the image spark", e.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Problems_of_all_three_images_are_told_and_only_mended_when_asked()
    {
        var spark = SampleSpark.Create(_folder.Path);
        var python = Path.Combine(Path.GetDirectoryName(spark.Dockerfile)!, "bindings", "python", "Dockerfile");
        var r = Path.Combine(Path.GetDirectoryName(spark.Dockerfile)!, "bindings", "R", "Dockerfile");
        const string Old = "ARG base_img\nFROM $base_img\nRUN apt-get update && apt install -y python python-pip python3\n";
        await File.WriteAllTextAsync(python, Old);
        await File.WriteAllTextAsync(r, "RUN <<EOF\n");
        var told = new RecordingCaller();

        var first = await SparkDockerfileEditor.EditAsync(spark.Home, repair: false, told, CancellationToken.None);
        var planned = await SparkDockerfileEditor.EditAsync(spark.Home, repair: true, RecordingCaller.WhatIf(), CancellationToken.None);

        Assert.Equal([("deleted-openjdk", spark.Dockerfile), ("python-2", python), ("DockerfileUnreadable", r)], first.Problems.Select(p => (p.Rule, p.Path)));
        Assert.Equal([spark.Dockerfile], told.Asked.Select(a => a.Target));
        Assert.Collection(
            told.Warnings,
            w => Assert.Contains("deleted-openjdk", w, StringComparison.Ordinal),
            w => Assert.Contains("python-2", w, StringComparison.Ordinal));
        Assert.True(first.Changed);
        Assert.False(planned.Changed);
        Assert.True(planned.Planned);
        Assert.All(planned.Problems, p => Assert.False(p.Repaired));
        Assert.Contains($"+++ {python}\n", planned.Diff, StringComparison.Ordinal);
        Assert.Equal(Old, await File.ReadAllTextAsync(python));

        var mended = await SparkDockerfileEditor.EditAsync(spark.Home, repair: true, new RecordingCaller(), CancellationToken.None);

        Assert.True(mended.Changed);
        Assert.Equal("DockerfileUnreadable", Assert.Single(mended.Problems, p => !p.Repaired).Rule);
        Assert.Equal(Old.Replace("python python-pip", "python3 python3-pip", StringComparison.Ordinal), await File.ReadAllTextAsync(python));
        Assert.Equal(Old, await File.ReadAllTextAsync(python + ".sparkazure.bak"));
        var again = await SparkDockerfileEditor.EditAsync(spark.Home, repair: true, new RecordingCaller(), CancellationToken.None);
        Assert.False(again.Changed || again.Planned);
        Assert.Equal("DockerfileUnreadable", Assert.Single(again.Problems).Rule);
    }

    [Fact]
    public async Task The_release_and_what_differs_from_it_are_told()
    {
        var edited = await EditAsync(_folder.Write("Dockerfile", Alpine240));

        Assert.Equal("2.4.0", edited.Release);
        Assert.Equal("1 ARG instead of 3, 1 COPY instead of 7, 4 shell commands instead of 11", Assert.Single(edited.Differences));
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
    [InlineData("FROM registry.example/team/spark:2.4.1\nRUN apk add --no-cache libpq curl\nCOPY requirements.txt /tmp/\n")]
    [InlineData("FROM registry.example/team/runtime:alpine\nCOPY hadoop-azure.jar /opt/spark/jars/\n")]
    [InlineData("ARG base\nFROM ${base}\nCOPY app.jar /opt/app/\n")]
    public async Task A_file_that_begins_with_another_image_that_has_Spark_needs_no_edit(string text)
    {
        var path = _folder.Write("Dockerfile", text);

        var edited = await EditAsync(path);

        Assert.All(edited.Edits, e => Assert.Equal((false, "the file begins with another image, where the edit belongs"), (e.Needed, e.Reason)));
        Assert.Equal(text, await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task After_its_own_edits_a_file_is_still_of_its_release()
    {
        var spark = SampleSpark.Create(_folder.Path);
        var first = await SparkDockerfileEditor.EditAsync(spark.Home, repair: false, new RecordingCaller(), CancellationToken.None);

        var second = await SparkDockerfileEditor.EditAsync(spark.Home, repair: false, new RecordingCaller(), CancellationToken.None);

        Assert.Equal(("2.4.0", "2.4.0"), (first.Release, second.Release));
        Assert.Equal(first.Differences, second.Differences);
    }

    [Theory]
    [InlineData("ENV SPARK_HOME /opt/spark\nWORKDIR /opt\n", " ENV SPARK_HOME /opt/spark\n+ENV LD_LIBRARY_PATH /lib64\n WORKDIR /opt\n")]
    [InlineData("ENV SPARK_HOME /opt/spark", "-ENV SPARK_HOME /opt/spark\n\\ No newline at end of file\n+ENV SPARK_HOME /opt/spark\n+ENV LD_LIBRARY_PATH /lib64\n\\ No newline at end of file\n")]
    public async Task The_diff_shows_only_the_lines_that_change(string lines, string diff)
    {
        var edited = await EditAsync(_folder.Write("Dockerfile", "FROM openjdk:8-alpine\nRUN apk add --no-cache bash nss\nCOPY jars /opt/spark/jars\n" + lines));

        Assert.EndsWith(" COPY jars /opt/spark/jars\n" + diff, edited.Diff, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FROM openjdk:8-alpine\nRUN apk add bash\n", "EnvLineMissing")]
    [InlineData("FROM openjdk:8-alpine\nRUN apk add bash\nENV SPARK_HOME /opt/spark \\\n", "DockerfileUnreadable")]
    [InlineData("# nothing\n", "NotASparkDockerfile")]
    [InlineData("FROM scratch\nCOPY a b\n", "NotASparkDockerfile")]
    public async Task A_file_that_cannot_be_edited_is_refused_and_stays(string text, string id)
    {
        var path = _folder.Write("Dockerfile", text);

        Assert.Equal(id, (await Assert.ThrowsAsync<SparkAzureException>(() => EditAsync(path))).Id);

        Assert.Equal(text, await File.ReadAllTextAsync(path));
    }

    private static Task<SparkDockerfile> EditAsync(string path) =>
        SparkDockerfileEditor.EditFileAsync(path, repair: false, new RecordingCaller(), CancellationToken.None);
}
