using System.Text.Json;
using System.Text.RegularExpressions;
using Docker.DotNet.Models;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;

namespace SparkAzure.Core.Docker;

/// <summary>The messages of a push: which layers went, and the digest at the end.</summary>
internal sealed partial class DockerPushLog(ICaller caller, string activity) : IProgress<JSONMessage>, IDisposable
{
    // Docker's push ends in a sentence, not a status; these are the registry's and the daemon's own words for a refused
    // login.
    private static readonly string[] LoginRefusals =
        ["unauthorized", "no basic auth credentials", "authentication required", "denied", "incorrect username or password"];

    // No image has so many layers (overlay2 takes 127), and no layer so many bytes: what says so is not counted.
    private const int MostLayers = 10_000;
    private const long LargestLayer = 1L << 50;

    private readonly HashSet<string> _pushed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _done = new(StringComparer.Ordinal);
    private readonly ByteProgress _progress = new(caller, activity);

    public string? Error { get; private set; }

    public string? Digest { get; private set; }

    /// <summary>
    /// The first twelve digits of the layers that were sent: of their diff ids from Docker, of their blobs' digests
    /// from podman.
    /// </summary>
    public IReadOnlySet<string> PushedLayers => _pushed;

    /// <summary>Whether the daemon tells of layers at all; podman before 4.4 does not.</summary>
    public bool TellsLayers { get; private set; }

    public static bool IsLoginRefusal(string error) =>
        LoginRefusals.Any(r => error.Contains(r, StringComparison.OrdinalIgnoreCase));

    public void Report(JSONMessage value)
    {
        Error = value.Error?.Message ?? Error;
        Digest = DigestIn(value.Aux) ?? Digest;
        if (value.ID is null)
        {
            // Both end with this line; podman of that age sends no aux.
            Digest ??= value.Status is { } status && LastLine().Match(status) is { Success: true } match
                ? match.Groups[1].Value
                : null;
            return;
        }

        TellsLayers = true;
        if (_pushed.Count + _sizes.Count > MostLayers)
        {
            return;
        }

        if (value.Status == "Pushed")
        {
            _pushed.Add(value.ID);
        }
        else if (value.Status == "Pushing" && value.Progress is { Total: > 0 and < LargestLayer } progress)
        {
            var done = Math.Clamp(progress.Current ?? 0, 0, progress.Total.Value);
            _sizes[value.ID] = progress.Total.Value;
            _progress.Total = _sizes.Values.Sum();
            _progress.Add(done - _done.GetValueOrDefault(value.ID));
            _done[value.ID] = done;
        }
        else if (value.Status is not null && value.Progress is null or { Total: null or 0 })
        {
            caller.Debug($"{value.ID}: {value.Status}");
        }
    }

    public void Dispose() => _progress.Dispose();

    // The end of a push: {"aux": {"Tag", "Digest", "Size"}}.
    private static string? DigestIn(ObjectExtensionData? aux)
    {
        object? digest = null;
        aux?.ExtensionData?.TryGetValue("Digest", out digest);
        if (digest is JsonElement element && ForeignJson.Text(element) is { } text && ContentDigest.IsOne(text))
        {
            return text;
        }

        return null;
    }

    [GeneratedRegex(
        "^.+: digest: (sha256:[a-f0-9]{64}) size: [0-9]+$",
        RegexOptions.CultureInvariant)]
    private static partial Regex LastLine();
}
