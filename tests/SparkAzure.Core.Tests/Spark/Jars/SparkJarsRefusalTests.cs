using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Jars;


namespace SparkAzure.Core.Tests.Spark.Jars;

/// <summary>
/// Distributions whose jars cannot be exchanged, and exchanges that cannot be undone; every jar stays what it was.
/// </summary>
public sealed class SparkJarsRefusalTests : IDisposable
{
    private readonly JarScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_distribution_without_a_Hadoop_of_its_own()
    {
        File.Delete(Path.Combine(_scene.Spark.JarsFolder, "hadoop-common-2.7.3.jar"));

        await IsRefusedAsync(
            "NoHadoopJars",
            ErrorKind.InvalidData,
            "has no hadoop-common jar",
            "Restore-SparkJars",
            () => _scene.UpdateAsync(3));
    }

    [Fact]
    public async Task Libraries_that_are_not_installed()
    {
        var folder = _scene.Folder["not-there-yet"];
        var options = _scene.Options(3) with { LibraryPath = folder };
        var says = $"The Hadoop libraries of DSS are not at '{folder}'";

        await IsRefusedAsync(
            "LibrariesMissing",
            ErrorKind.NotFound,
            says,
            "Run Install-DssHadoopIntegration first",
            () => UpdateAsync(options));

        // An archive lets a rehearsal plan with their names; an exchange needs the jars themselves.
        await IsRefusedAsync(
            "LibrariesMissing",
            ErrorKind.NotFound,
            says,
            "Run Install-DssHadoopIntegration first",
            () => UpdateAsync(options with { Archive = JarScene.Archive(3) }));
    }

    [SkippableFact]
    public async Task Jars_on_another_disk()
    {
        const string Memory = "/dev/shm";
        Skip.IfNot(
            Directory.Exists(Memory) && FileStatus.Of(Memory)?.Device != FileStatus.Of(_scene.Spark.Home)?.Device,
            $"This machine has no other file system at {Memory}.");
        var elsewhere = Directory.CreateDirectory(Path.Combine(Memory, $"sparkazure-test-{Guid.NewGuid():N}")).FullName;
        try
        {
            foreach (var jar in Directory.GetFiles(_scene.Spark.JarsFolder))
            {
                File.Copy(jar, Path.Combine(elsewhere, Path.GetFileName(jar)));
            }

            Directory.Delete(_scene.Spark.JarsFolder, recursive: true);
            Directory.CreateSymbolicLink(_scene.Spark.JarsFolder, elsewhere);

            await IsRefusedAsync(
                "JarsOnOtherFileSystem",
                ErrorKind.NotSupported,
                "lies on another file system",
                "no link to another disk",
                () => _scene.UpdateAsync(3));
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    [Fact]
    public async Task Nothing_to_go_back_to()
    {
        await IsRefusedAsync(
            "NoRestorePoint",
            ErrorKind.NotFound,
            "Update-SparkJars has not changed it",
            "nothing to undo",
            () => _scene.RestoreAsync());
        await IsRefusedAsync(
            "NoRestorePoint",
            ErrorKind.NotFound,
            "no restore point '20240229T120000000Z'. There are: none.",
            "nothing to undo",
            () => _scene.RestoreAsync("20240229T120000000Z"));

        var there = (await _scene.UpdateAsync(3)).RestorePoint!;
        await IsRefusedAsync(
            "NoRestorePoint",
            ErrorKind.NotFound,
            $"There are: {there}.",
            "Leave -RestorePoint out",
            () => _scene.RestoreAsync("20240229T120000000Z"));
    }

    private async Task IsRefusedAsync(string id, ErrorKind kind, string says, string remedy, Func<Task> call)
    {
        var before = _scene.Snapshot();

        await Refusal.IsAsync(id, kind, says, remedy, call);

        Assert.Equal(before, _scene.Snapshot());
    }

    private static Task<SparkJarUpdate> UpdateAsync(SparkJarUpdateOptions options) =>
        SparkJars.UpdateAsync(options, new RecordingCaller(), CancellationToken.None);
}
