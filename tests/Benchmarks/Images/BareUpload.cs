using System.Diagnostics;
using System.Security.Cryptography;

namespace SparkAzure.Benchmarks.Images;

/// <summary>The least that an upload can cost: curl sends the bytes of all layers as one blob in one PUT.</summary>
internal static class BareUpload
{
    public const string Name = "curl -T of the same bytes, one blob";

    /// <summary>Uploads a file to an empty repository.</summary>
    /// <returns>Seconds, from the start of curl to its end.</returns>
    public static async Task<double> TimeAsync(string file, string host, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(file);
        var digest = Convert.ToHexString(await SHA256.HashDataAsync(content, cancellationToken)).ToLowerInvariant();
        using var http = new HttpClient();
        using var begun = await http.PostAsync($"http://{host}/v2/bare/blobs/uploads/", null, cancellationToken);
        var location = new Uri(begun.RequestMessage!.RequestUri!, begun.Headers.Location!);
        await Shell.RunAsync("sync", [], cancellationToken: cancellationToken);
        var clock = Stopwatch.StartNew();
        await Shell.RunAsync("curl", ["--silent", "--fail", "-H", "Content-Type: application/octet-stream", "-H", "Expect:", "-T", file, $"{location}{(location.Query.Length > 0 ? '&' : '?')}digest=sha256:{digest}"], cancellationToken: cancellationToken);
        return clock.Elapsed.TotalSeconds;
    }
}
