using SparkAzure.Core.Spark.Dockerfiles;


namespace SparkAzure.Core.Tests.Spark.Dockerfiles;

public sealed class DockerfileNotFoundTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_path_without_a_file_and_a_folder_are_told_apart()
    {
        var missing = _folder["Dockerfile"];

        await IsNotFoundAsync($"There is no Dockerfile at '{missing}'.", missing);
        await IsNotFoundAsync($"There is no Dockerfile at '{_folder.Path}': it is a folder.", _folder.Path);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private static Task<SparkAzureException> IsNotFoundAsync(string says, string path) => Refusal.IsAsync(
        "DockerfileNotFound", ErrorKind.NotFound, says, "the Dockerfile's own path",
        () => SparkDockerfileEditor.EditFileAsync(
            path,
            repair: false,
            new RecordingCaller(),
            CancellationToken.None));
}
