using System.Text;
using SparkAzure.Core.Images.Registry.Run;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark.Dockerfiles;
using SparkAzure.Core.Tests.Oci.Layers;

namespace SparkAzure.Core.Tests.Images.Registry.Run;

/// <summary>A base image, and RUN instructions that are followed on it.</summary>
internal sealed class RunFixture
{
    private readonly RunReplay _runs = new();
    private ImageFileSystem? _files;

    public LayerFixture Base { get; } = new();

    public ImageFileSystem Files => _files!;

    public List<TarItem> Layer { get; } = [];

    public Dictionary<string, string> Variables { get; } = [];

    public string? User { get; set; }

    public string WorkingDirectory { get; set; } = "/";

    public IReadOnlyList<RunFinding> Findings => _runs.Findings;

    /// <summary>Follows one RUN instruction; gives what was found of its commands.</summary>
    public async Task<IReadOnlyList<RunFinding>> RunAsync(string run)
    {
        _files ??= await ImageFileSystem.ReadAsync([Base.Seal()], new LayerIndexCache(null), new RecordingCaller(), CancellationToken.None);
        var before = _runs.Findings.Count;
        var document = DockerfileDocument.Parse("Dockerfile", Encoding.UTF8.GetBytes($"FROM x\nRUN {run}\n"));
        Layer.Clear();
        Layer.AddRange(await _runs.ApplyAsync(document.Instructions[1], ["/bin/sh", "-c"], _files, Variables.GetValueOrDefault, WorkingDirectory, User, CancellationToken.None));
        return [.. _runs.Findings.Skip(before)];
    }

    /// <summary>Follows a script that a shell would be given, whatever it is.</summary>
    public async Task<IReadOnlyList<RunFinding>> FollowAsync(string script, CancellationToken cancellationToken = default)
    {
        _files ??= await ImageFileSystem.ReadAsync([Base.Seal()], new LayerIndexCache(null), new RecordingCaller(), CancellationToken.None);
        var before = _runs.Findings.Count;
        var instruction = new DockerfileInstruction { Keyword = "RUN", Arguments = script, FirstLine = 0, LastLine = 0, CodeLines = [0] };
        await _runs.ApplyAsync(instruction, ["/bin/sh", "-c"], _files, Variables.GetValueOrDefault, WorkingDirectory, User, cancellationToken);
        return [.. _runs.Findings.Skip(before)];
    }

    public async Task<RunFinding> OneAsync(string run) => Assert.Single(await RunAsync(run));

    /// <summary>A path as ls would show it: mode in octal, owner, group, and a link's target.</summary>
    public string Show(string path) => Files.Find(path, followLast: false) is { } f
        ? $"{Convert.ToString((int)f.Mode, 8)} {f.UserId}:{f.GroupId}{(f.IsLink ? " -> " + f.LinkTarget : f.IsFolder ? "/" : "")}"
        : "nothing";

    public string Text(string path) => Encoding.UTF8.GetString(Layer.Single(i => i.Name == path).Content!);
}
