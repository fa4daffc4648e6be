using System.Globalization;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>
/// SIGKILL at any moment of the commands that change a document, again and again on the same work: the document is
/// whole, in the state before or after, nothing in it is lost, and the next run goes on and clears away what was left.
/// </summary>
public sealed class DocumentKillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(20261129);

    // SPARKAZURE_TEST_KILLS raises the number.
    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("SPARKAZURE_TEST_KILLS") ?? "3", CultureInfo.InvariantCulture);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("spark-config")]
    [InlineData("spark-config-removal")]
    public async Task A_Spark_configuration_is_whole(string document)
    {
        var host = SampleDssHost.Create(_folder.Path);

        await KillAsync(document, host.GeneralSettings, Path.Combine(host.DataDirectory, ".sparkazure"), host.DataDirectory);
    }

    [Fact]
    public async Task A_removed_connection_is_in_DSS_or_in_a_restore_point()
    {
        var host = SampleDssHost.Create(_folder.Path);
        await DocumentChanges.StepAsync("connection", host.DataDirectory, 0);
        var whole = new FileInfo(host.Connections).Length;
        for (var kill = 0; kill < Kills; kill++)
        {
            await KillOnceAsync("connection", host.DataDirectory);
            if (!AdlsConnectionStore.NamesIn(host.DataDirectory).Contains("lake"))
            {
                var newest = Directory.GetFiles(Path.Combine(host.DataDirectory, ".sparkazure"), "*.json", SearchOption.AllDirectories)
                    .OrderBy(File.GetLastWriteTimeUtc).Last();
                await AdlsConnectionStore.RestoreAsync(
                    new DssAddress { DataDirectory = host.DataDirectory }, newest, new RecordingCaller(), CancellationToken.None);
            }

            Assert.Equal(whole, new FileInfo(host.Connections).Length);
            Assert.Contains(DocumentChanges.Key, await File.ReadAllTextAsync(host.Connections), StringComparison.Ordinal);
        }

        await DocumentChanges.StepAsync("connection", host.DataDirectory, 1);
        Assert.Empty(Leftovers(Path.GetDirectoryName(host.Connections)!));
    }

    [Fact]
    public async Task A_Dockerfile_is_whole()
    {
        var home = SampleSpark.Create(_folder.Path).Home;
        var path = DocumentChanges.DockerfileOf(home);
        File.Copy(path, path + ".former");

        await KillAsync("dockerfile", path, Path.GetDirectoryName(path)!, home);
    }

    [Fact]
    public async Task A_kubeconfig_is_whole_and_a_token_stays_in_no_other_file()
    {
        var path = DocumentChanges.KubeConfigIn(_folder.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        await KillAsync("kubeconfig", path, Path.GetDirectoryName(path)!, _folder.Path);
    }

    private async Task KillAsync(string document, string path, string cleared, string folder)
    {
        var states = new List<byte[]>();
        foreach (var step in new[] { 0, 1 })
        {
            await DocumentChanges.StepAsync(document, folder, step);
            states.Add(await File.ReadAllBytesAsync(path));
        }

        Assert.NotEqual(states[0], states[1]);
        for (var kill = 0; kill < Kills; kill++)
        {
            await KillOnceAsync(document, folder);
            var found = await File.ReadAllBytesAsync(path);
            Assert.True(states.Exists(state => state.AsSpan().SequenceEqual(found)), $"kill {kill}");

            // What kubectl does with the lock of a killed one: whoever sees it must take it away.
            File.Delete(path + ".lock");
        }

        for (var step = 0; step < 2; step++)
        {
            await DocumentChanges.StepAsync(document, folder, step);
        }

        Assert.Equal(states[1], await File.ReadAllBytesAsync(path));
        Assert.Empty(Leftovers(cleared));
        Assert.Empty(Leftovers(Path.GetDirectoryName(path)!));
    }

    // The first steps are slow: code is compiled, and the first writes come after some 200 ms.
    private async Task KillOnceAsync(string document, string folder) => await KilledProcess.RunAsync(
        ["change", document, folder], TimeSpan.FromMilliseconds(_random.Next(20, 900)));

    private static string[] Leftovers(string folder) => [.. Directory.GetFiles(folder).Where(f => f.EndsWith(".tmp", StringComparison.Ordinal))];
}
