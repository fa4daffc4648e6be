using System.Diagnostics;

namespace SparkAzure.Core.Tests.Images;

/// <summary>The real programs of the container world, where this machine has them.</summary>
internal static class ContainerTools
{
    /// <summary>The base image that tests build on: a static busybox with a shell and nothing else.</summary>
    public const string BaseImage = "sparkazure-test/base:1";

    public const string Busybox = "/bin/busybox";

    private static readonly Lazy<Task<string?>> WhyNoDocker = new(DockerDefectAsync);

    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Skips the test unless a Docker daemon answers and the base image can be made without the internet.</summary>
    public static async Task SkipWithoutDockerAsync()
    {
        var why = await WhyNoDocker.Value;
        Skip.If(why is not null, why);
    }

    /// <summary>Runs a program and gives its output; a failure is the test's failure.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, Dictionary<string, string>? environment = null)
    {
        var (code, output) = await TryRunAsync(program, arguments, environment);
        Assert.True(code == 0, $"{program} ended with {code}: {output}");
        return output;
    }

    public static async Task<(int Code, string Output)> TryRunAsync(string program, IEnumerable<string> arguments, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }

    /// <summary>Makes the file system of the base image as a tar; gives its path.</summary>
    public static async Task<string> BaseTarAsync(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder["root", "bin"]);
        Directory.CreateDirectory(folder["root", "tmp"]);
        File.Copy(Busybox, folder["root", "bin", "busybox"]);
        foreach (var applet in new[] { "sh", "ls", "cat", "mkdir", "echo", "ln", "chmod", "touch", "rm", "id", "sha256sum", "false" })
        {
            File.CreateSymbolicLink(folder["root", "bin", applet], "busybox");
        }

        await RunAsync("tar", ["-cf", folder["base.tar"], "-C", folder["root"], "."]);
        return folder["base.tar"];
    }

    private static async Task<string?> DockerDefectAsync()
    {
        if (!Has("docker"))
        {
            return "docker is not installed";
        }

        if ((await TryRunAsync("docker", ["version"])).Code != 0)
        {
            return "no Docker daemon answers";
        }

        if ((await TryRunAsync("docker", ["image", "inspect", BaseImage])).Code == 0)
        {
            return null;
        }

        if (!File.Exists(Busybox))
        {
            return $"{Busybox} (Debian's busybox-static) is not installed, and tests take no base image from the internet";
        }

        using var folder = new TemporaryFolder();
        await RunAsync("docker", ["import", "-c", "ENV PATH=/bin", await BaseTarAsync(folder), BaseImage]);
        return null;
    }
}
