using SparkAzure.Core.Spark.Dockerfiles;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Spark.Dockerfiles;

public sealed class SparkDockerfileRestorerTests : IDisposable
{
    private const string Old = "FROM openjdk:8-alpine\r\nRUN apk add bash # ä\r\nENV SPARK_HOME /opt/spark";

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_put_back_byte_for_byte_and_once()
    {
        var path = _folder.Write("Dockerfile", Old);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var edited = await EditAsync(path);
        Assert.Equal(path + ".sparkazure.bak", edited.RestorePoint);

        var restored = await RestoreAsync(path);
        var again = await RestoreAsync(path);

        Assert.True(restored.Changed);
        Assert.Contains("-ENV LD_LIBRARY_PATH /lib64", restored.Diff, StringComparison.Ordinal);
        Assert.Equal(Old, await File.ReadAllTextAsync(path));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(path));
        Assert.False(again.Changed || again.Planned);
        Assert.Null(again.RestorePoint);
        Assert.Equal("", again.Diff);
    }

    [Fact]
    public async Task What_somebody_changed_since_is_kept_and_can_be_put_back_too()
    {
        var path = _folder.Write("Dockerfile", Old);
        await EditAsync(path);
        await File.AppendAllTextAsync(path, "\nUSER 185\n");
        var byHand = await File.ReadAllTextAsync(path);

        var restored = await RestoreAsync(path);
        var back = await SparkDockerfileRestorer.RestoreFileAsync(path, restored.RestorePoint, TimeSpan.FromSeconds(9), _caller, default);

        Assert.Equal(byHand, await File.ReadAllTextAsync(restored.RestorePoint!));
        Assert.Equal(byHand, await File.ReadAllTextAsync(path));
        Assert.Equal(path + ".sparkazure.bak", back.RestorePoint);
    }

    [Fact]
    public async Task Of_a_home_every_edited_file_is_put_back_and_no_other_is_touched()
    {
        var spark = SampleSpark.Create(_folder.Path);
        var before = await File.ReadAllTextAsync(spark.Dockerfile);
        await SparkDockerfileEditor.EditAsync(spark.Home, repair: false, _caller, default);

        var planned = await SparkDockerfileRestorer.RestoreAsync(spark.Home, TimeSpan.FromSeconds(9), RecordingCaller.WhatIf(), default);
        Assert.True(planned.Planned);
        Assert.NotEqual(before, await File.ReadAllTextAsync(spark.Dockerfile));

        var restored = await SparkDockerfileRestorer.RestoreAsync(spark.Home, TimeSpan.FromSeconds(9), _caller, default);
        Assert.Equal(before, await File.ReadAllTextAsync(spark.Dockerfile));
        Assert.Equal(spark.Home, restored.SparkHome);
        Assert.All(restored.Edits, e => Assert.True(e.Needed));
    }

    [Fact]
    public async Task A_spoilt_or_missing_file_is_put_back()
    {
        var path = _folder.Write("Dockerfile", Old);
        await EditAsync(path);
        await File.WriteAllBytesAsync(path, [0, 1, 2]);
        await RestoreAsync(path);
        Assert.Equal(Old, await File.ReadAllTextAsync(path));

        File.Delete(path);
        Assert.Null((await RestoreAsync(path)).RestorePoint);
        Assert.Equal(Old, await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task What_is_no_Dockerfile_is_put_nowhere()
    {
        var path = _folder.Write("Dockerfile", Old);
        await EditAsync(path);
        var edited = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path + ".sparkazure.bak", "# nothing\n");

        var refused = await Assert.ThrowsAsync<SparkAzureException>(() => RestoreAsync(path));

        Assert.Equal("NotASparkDockerfile", refused.Id);
        Assert.Equal(edited, await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task A_text_that_is_kept_nowhere_is_kept_before_it_is_edited()
    {
        var path = _folder.Write("Dockerfile", Old);
        await EditAsync(path);
        var other = Old.Replace("bash", "bash tini", StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, other);

        await EditAsync(path);

        Assert.Equal(Old, await File.ReadAllTextAsync(path + ".sparkazure.bak"));
        Assert.Equal(other, await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_folder.Path, "*.sparkazure-*.bak"))));
    }

    private Task<SparkDockerfile> EditAsync(string path) =>
        SparkDockerfileEditor.EditFileAsync(path, repair: false, _caller, default);

    private Task<SparkDockerfile> RestoreAsync(string path) =>
        SparkDockerfileRestorer.RestoreFileAsync(path, null, TimeSpan.FromSeconds(9), _caller, default);
}
