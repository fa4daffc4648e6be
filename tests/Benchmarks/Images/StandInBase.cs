using System.Text.RegularExpressions;

namespace SparkAzure.Benchmarks.Images;

/// <summary>
/// A small base image under the name that a Dockerfile begins with, where the daemon has none: a static busybox, in which the package
/// managers are there and do nothing. Gone when the benchmark is.
/// </summary>
internal sealed partial class StandInBase : IDisposable
{
    private static readonly string[] DoNothing = ["apk", "apt", "apt-get", "pip", "pip3", "python", "python3"];

    // What Spark's entry points call, so that an image could start.
    private static readonly string[] Started = ["sbin/tini", "usr/bin/tini", "usr/bin/env", "bin/java"];

    private string? _made;

    /// <summary>The image that the distribution's Dockerfile begins with; made where it is missing.</summary>
    public async Task<string> ForAsync(string home, CancellationToken cancellationToken)
    {
        var path = Path.Combine(home, "kubernetes", "dockerfiles", "spark", "Dockerfile");
        var arguments = new Dictionary<string, string>();
        var name = "";
        foreach (var line in (await File.ReadAllLinesAsync(path, cancellationToken)).TakeWhile(_ => name.Length == 0))
        {
            if (Argument().Match(line) is { Success: true } argument)
            {
                arguments[argument.Groups["name"].Value] = argument.Groups["value"].Value;
            }
            else if (line.StartsWith("FROM ", StringComparison.Ordinal))
            {
                name = Variable().Replace(line[5..].Trim(), variable => arguments[variable.Groups["name"].Value]);
            }
        }

        try
        {
            await Shell.RunAsync("docker", ["image", "inspect", name], cancellationToken: cancellationToken);
        }
        catch (InvalidOperationException)
        {
            await MakeAsync(name, cancellationToken);
            Console.WriteLine($"Docker has no {name}: a busybox stands in for it, and package managers that do nothing.");
        }

        return name;
    }

    public void Dispose()
    {
        if (_made is not null)
        {
            Shell.RunAsync("docker", ["rmi", "-f", _made]).GetAwaiter().GetResult();
        }
    }

    private async Task MakeAsync(string name, CancellationToken cancellationToken)
    {
        const string Busybox = "/bin/busybox";
        var root = Directory.CreateTempSubdirectory("sparkazure-base-").FullName;
        try
        {
            foreach (var folder in new[] { "bin", "sbin", "lib", "tmp", "root/.cache", "etc/apt", "etc/pam.d", "usr/lib/python3/ensurepip", "usr/lib/python3.0/ensurepip", "var/cache/apt", "var/cache/apk" })
            {
                Directory.CreateDirectory(Path.Combine(root, folder));
            }

            await File.WriteAllTextAsync(Path.Combine(root, "etc/apt/sources.list"), "", cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(root, "etc/pam.d/su"), "", cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n", cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(root, "etc/group"), "root:x:0:\n", cancellationToken);
            File.Copy(Busybox, Path.Combine(root, "bin/busybox"));
            File.CreateSymbolicLink(Path.Combine(root, "bin/bash"), "busybox");
            foreach (var applet in (await Shell.RunAsync(Busybox, ["--list"], cancellationToken: cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(a => a != "busybox"))
            {
                File.CreateSymbolicLink(Path.Combine(root, "bin", applet), "busybox");
            }

            foreach (var manager in DoNothing)
            {
                var program = Path.Combine(root, "sbin", manager);
                await File.WriteAllTextAsync(program, "#!/bin/busybox sh\nmkdir -p /root/.cache\n", cancellationToken);
                File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
            }

            Directory.CreateDirectory(Path.Combine(root, "usr/bin"));
            foreach (var program in Started)
            {
                File.CreateSymbolicLink(Path.Combine(root, program), "/bin/busybox");
            }

            await Shell.RunAsync("tar", ["-cf", root + ".tar", "-C", root, "."], cancellationToken: cancellationToken);
            // To its end once it has begun: nobody could tell otherwise whether there is something to remove.
            await Shell.RunAsync("docker", ["import", "-c", "ENV PATH=/sbin:/bin", root + ".tar", name], cancellationToken: CancellationToken.None);
            _made = name;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
            File.Delete(root + ".tar");
        }
    }

    [GeneratedRegex(@"^ARG (?<name>\w+)=(?<value>\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex Argument();

    [GeneratedRegex(@"\$\{?(?<name>\w+)\}?", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
