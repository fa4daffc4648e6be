using System.Diagnostics;
using System.Text.Json;

namespace SparkAzure.Core.Tests.Samples;

/// <summary>The sandbox as scripts start it: a process that says where everything is and goes when its input ends.</summary>
public sealed class ServeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_line_tells_where_everything_is_and_the_end_of_input_ends_it()
    {
        using var process = Start();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2));

        using var site = JsonDocument.Parse(line!);
        string At(string name) => site.RootElement.GetProperty(name).GetString()!;
        Assert.True(File.Exists(Path.Combine(At("dataDirectory"), "bin", "dssadmin")));
        Assert.True(File.Exists(Path.Combine(At("sparkHome"), "RELEASE")));
        Assert.All(["hadoop2Archive", "hadoop3Archive", "kubeConfig", "certificateAuthority"], name => Assert.True(File.Exists(At(name))));
        using var http = new HttpClient();
        Assert.True((await http.GetAsync(new Uri($"http://{At("registry")}/v2/base/jre/manifests/8-alpine"))).IsSuccessStatusCode);

        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(0, process.ExitCode);
        Assert.True(Directory.Exists(At("sparkHome")));
    }

    [Fact]
    public async Task A_folder_with_something_in_it_is_left_alone()
    {
        _folder.Write("site/mine.txt", "mine");
        using var process = Start();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(1, process.ExitCode);
        Assert.Equal([_folder["site", "mine.txt"]], Directory.GetFileSystemEntries(_folder["site"]));
    }

    private Process Start() => Process.Start(new ProcessStartInfo(
        Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
        [typeof(Sandbox.SampleSite).Assembly.Location, "serve", "--folder", _folder["site"]])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
