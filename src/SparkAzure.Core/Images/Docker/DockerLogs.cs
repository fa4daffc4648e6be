using System.Text.RegularExpressions;

namespace SparkAzure.Core.Images.Docker;

/// <summary>The output of a build: passed on line by line, the last lines kept for the error that may end it.</summary>
internal sealed class DockerBuildLog(Action<string> onLine) : IProgress<JsonMessage>
{
    private readonly OutputLines _lines = new(onLine);

    public string? Error { get; private set; }

    public IReadOnlyList<string> LastLines => _lines.LastLines;

    public void Report(JsonMessage value)
    {
        Error = value.ErrorMessage ?? Error;
        if (value.Status is not null && value.Progress is null or { Total: 0, Current: 0 })
        {
            _lines.WriteLine(value.Id is null ? value.Status ?? "" : $"{value.Id}: {value.Status}");
        }

        _lines.Write(value.Stream);
    }
}

/// <summary>The messages of a push: which layers went, and the digest at the end.</summary>
internal sealed partial class DockerPushLog(IOperator @operator, string activity) : IProgress<JsonMessage>, IDisposable
{
    // Docker's push ends in a sentence, not a status; these are the registry's and the daemon's own words for a refused login.
    private static readonly string[] LoginRefusals =
        ["unauthorized", "no basic auth credentials", "authentication required", "denied", "incorrect username or password"];

    private readonly HashSet<string> _pushed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _done = new(StringComparer.Ordinal);
    private readonly ByteProgress _progress = new(@operator, activity);

    public string? Error { get; private set; }

    public string? Digest { get; private set; }

    /// <summary>The first twelve digits of the layers that were sent: of their diff ids from Docker, of their blobs' digests from podman.</summary>
    public IReadOnlySet<string> PushedLayers => _pushed;

    /// <summary>Whether the daemon tells of layers at all; podman before 4.4 does not.</summary>
    public bool TellsLayers { get; private set; }

    public static bool IsLoginRefusal(string error) => LoginRefusals.Any(r => error.Contains(r, StringComparison.OrdinalIgnoreCase));

    public void Report(JsonMessage value)
    {
        Error = value.ErrorMessage ?? Error;
        Digest = value.Aux?.Digest ?? Digest;
        if (value.Id is null)
        {
            // Both end with this line; podman of that age sends no aux.
            Digest ??= value.Status is { } status && LastLine().Match(status) is { Success: true } match ? match.Groups[1].Value : null;
            return;
        }

        TellsLayers = true;
        if (value.Status == "Pushed")
        {
            _pushed.Add(value.Id);
        }
        else if (value.Status == "Pushing" && value.Progress is { Total: > 0 } progress)
        {
            _sizes[value.Id] = progress.Total;
            _progress.Total = _sizes.Values.Sum();
            _progress.Add(progress.Current - _done.GetValueOrDefault(value.Id));
            _done[value.Id] = progress.Current;
        }
        else if (value.Status is not null && value.Progress is null or { Total: 0 })
        {
            @operator.Debug($"{value.Id}: {value.Status}");
        }
    }

    public void Dispose() => _progress.Dispose();

    [GeneratedRegex("^.+: digest: (sha256:[a-f0-9]{64}) size: [0-9]+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LastLine();
}
