namespace SparkAzure.Benchmarks.Images;

/// <summary>
/// What docker makes of a base image from some moment on: images under any name or none, and the containers of a build that broke off. Docker would
/// take it for built already.
/// </summary>
internal sealed class MadeImages
{
    private readonly string _baseLayers;
    private readonly HashSet<string> _before;

    private MadeImages(string baseLayers, IEnumerable<string> before)
    {
        _baseLayers = baseLayers;
        _before = [.. before];
    }

    /// <summary>Remembers what there is.</summary>
    public static async Task<MadeImages> SinceNowAsync(string baseImage, CancellationToken cancellationToken) =>
        new(await LayersAsync(baseImage, cancellationToken), await IdsAsync("images", [], cancellationToken));

    /// <summary>The publications of an earlier benchmark that was killed, or of one that runs.</summary>
    public static Task<IReadOnlyList<string>> OfOthersAsync(CancellationToken cancellationToken) =>
        LinesAsync(["images", "--format", "{{.Repository}}:{{.Tag}}", "--filter", $"reference=127.0.0.1:*/spark*:{Contestant.Tag}"], cancellationToken);

    /// <summary>Removes what was made. Not to be stopped: it is what stopping does.</summary>
    public async Task RemoveAsync()
    {
        // A build that breaks off takes docker a moment; and an image on which another stands cannot go before that one has gone.
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var left = 0;
            foreach (var id in await IdsAsync("images", [], CancellationToken.None))
            {
                try
                {
                    if (!_before.Contains(id) && (await LayersAsync(id, CancellationToken.None)).StartsWith(_baseLayers, StringComparison.Ordinal))
                    {
                        left++;
                        foreach (var container in await IdsAsync("ps", ["--filter", $"ancestor={id}"], CancellationToken.None))
                        {
                            await Shell.RunAsync("docker", ["rm", "-f", container]);
                        }

                        await Shell.RunAsync("docker", ["rmi", "-f", id]);
                        left--;
                    }
                }
                catch (InvalidOperationException)
                {
                    // Gone with another, or the next time round.
                }
            }

            if (left == 0)
            {
                return;
            }

            await Task.Delay(250);
        }
    }

    private static Task<IReadOnlyList<string>> IdsAsync(string list, IEnumerable<string> filter, CancellationToken cancellationToken) =>
        LinesAsync([list, "--all", "--quiet", "--no-trunc", .. filter], cancellationToken);

    // "[sha256:1… sha256:2…]" without its end: the layers of what stands on it begin so.
    private static async Task<string> LayersAsync(string image, CancellationToken cancellationToken) =>
        (await Shell.RunAsync("docker", ["image", "inspect", "--format", "{{.RootFS.Layers}}", image], cancellationToken: cancellationToken)).Trim().TrimEnd(']');

    private static async Task<IReadOnlyList<string>> LinesAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        [.. (await Shell.RunAsync("docker", arguments, cancellationToken: cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct()];
}
