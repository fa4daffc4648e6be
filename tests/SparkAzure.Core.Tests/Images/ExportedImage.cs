using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;

namespace SparkAzure.Core.Tests.Images;

/// <summary>An image as a real daemon pulls and unpacks it: its settings, and its whole tree, a line per path.</summary>
internal sealed class ExportedImage
{
    // What the daemon itself puts into every container.
    private static readonly string[] OfTheDaemon = [".dockerenv", "dev", "proc", "sys", "etc/hosts", "etc/hostname", "etc/resolv.conf", "etc/mtab"];

    private static readonly string[] Settings = ["Env", "User", "Entrypoint", "Cmd", "WorkingDir", "ExposedPorts", "Volumes"];

    /// <summary>Path to type, mode, owner, link target and content.</summary>
    public required IReadOnlyDictionary<string, string> Tree { get; init; }

    public required IReadOnlyDictionary<string, string> Configuration { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Pulls an image afresh and exports it.</summary>
    public static async Task<ExportedImage> PullAsync(string reference)
    {
        await ContainerTools.TryRunAsync("docker", ["rmi", "-f", reference]);
        await ContainerTools.RunAsync("docker", ["pull", "-q", reference]);
        using var folder = new TemporaryFolder();
        var container = (await ContainerTools.RunAsync("docker", ["create", reference, "x"])).Trim();
        try
        {
            await ContainerTools.RunAsync("docker", ["export", "-o", folder["tree.tar"], container]);
            using var inspected = JsonDocument.Parse(await ContainerTools.RunAsync("docker", ["inspect", "--format", "{{json .Config}}", reference]));
            return new ExportedImage
            {
                Tree = Read(folder["tree.tar"]),
                Configuration = Settings.ToDictionary(s => s, s => inspected.RootElement.TryGetProperty(s, out var value) ? value.GetRawText() : "null"),
                Labels = inspected.RootElement.TryGetProperty(nameof(Labels), out var labels) && labels.ValueKind == JsonValueKind.Object
                    ? labels.EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString()!)
                    : new Dictionary<string, string>(),
            };
        }
        finally
        {
            await ContainerTools.TryRunAsync("docker", ["rm", "-f", container]);
        }
    }

    /// <summary>The paths at which two trees differ, each with what stands there in both.</summary>
    public static IReadOnlyList<string> Differences(ExportedImage expected, ExportedImage actual) =>
    [
        .. expected.Tree.Keys.Union(actual.Tree.Keys).Order(StringComparer.Ordinal)
            .Select(p => (Path: p, Expected: expected.Tree.GetValueOrDefault(p, "nothing"), Actual: actual.Tree.GetValueOrDefault(p, "nothing")))
            .Where(d => d.Expected != d.Actual).Select(d => $"{d.Path}: expected {d.Expected}, found {d.Actual}"),
    ];

    private static Dictionary<string, string> Read(string path)
    {
        var tree = new Dictionary<string, string>();
        using var reader = new TarReader(File.OpenRead(path));
        while (reader.GetNextEntry() is { } entry)
        {
            var name = entry.Name.Trim('/');
            if (name.Length == 0 || OfTheDaemon.Any(o => name == o || name.StartsWith(o + "/", StringComparison.Ordinal)))
            {
                continue;
            }

            var content = entry.DataStream is null || entry.Length == 0 ? "" : Convert.ToHexString(SHA256.HashData(entry.DataStream))[..12];
            tree[name] = $"{entry.EntryType} {Convert.ToString((int)entry.Mode, 8)} {entry.Uid}:{entry.Gid} {entry.LinkName} {content}".TrimEnd();
        }

        return tree;
    }
}
