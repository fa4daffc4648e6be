using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using SparkAzure.Core.Oci.Layers;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>A blob as a repository is to have it.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Digest">The blob's digest; the registry verifies it too.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Scope">The right to put it there.</param>
/// <param name="IsThereAsync">Asks whether the repository has it.</param>
internal sealed record BlobTarget(
    string Repository, string Digest, long Length, string Scope, Func<CancellationToken, Task<bool>> IsThereAsync);

/// <summary>
/// One blob on its way: whole in one request, which every registry takes and is fastest. When that breaks, or is too
/// large for what stands before the registry, in chunks, from where the registry says that it has come
/// (distribution-spec 1.1, "Pushing a blob in chunks").
/// </summary>
/// <param name="transport">The way to the registry.</param>
/// <param name="target">What is to be there in the end.</param>
/// <param name="source">Its content.</param>
/// <param name="onBytes">Is told of what is sent; of less than nothing when a piece has to be sent again.</param>
internal sealed partial class BlobUpload(
    RegistryTransport transport, BlobTarget target, BlobSource source, Action<long> onBytes)
{
    // Large enough to be fast, small enough to send again and for the usual limits of proxies.
    private const int ChunkLength = 16 << 20;

    private readonly string[] _scopes = [target.Scope];
    private Uri? _location;
    private long _offset;
    private long _told;
    private long _chunkLength = ChunkLength;

    /// <exception cref="SparkAzureException">
    /// What the registry refuses; ImageContentCorrupt, BuildSourceChanged, CannotRead.
    /// </exception>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        var isWhole = true;
        var wasDamaged = false;
        for (var attempt = 1; ; attempt++)
        {
            if (_location is null)
            {
                await BeginAsync(cancellationToken).ConfigureAwait(false);
            }

            var from = _offset;
            var outcome = isWhole
                ? await FinishAsync(target.Length, cancellationToken).ConfigureAwait(false)
                : await SendChunksAsync(cancellationToken).ConfigureAwait(false);
            if (outcome.Answer is not null)
            {
                outcome.Answer.Dispose();
                TellUpTo(target.Length);
                return;
            }

            // What the registry got is not what was sent: damaged on the way, or put together wrongly from pieces. Once
            // more from the beginning.
            if (!wasDamaged && outcome.Failure!.Id == nameof(OciErrors.ImageContentCorrupt))
            {
                (wasDamaged, isWhole, _location) = (true, true, null);
                continue;
            }

            // Pieces that arrived give new patience: a link that breaks every minute still gets there.
            if (_offset > from)
            {
                attempt = 1;
            }

            var isTooLarge = isWhole && outcome.Status == HttpStatusCode.RequestEntityTooLarge;
            var isOutOfStep = !isWhole
                && outcome.Status is HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.NotFound;
            if (attempt == RegistryTransport.Attempts || !(outcome.MayPass || isTooLarge || isOutOfStep))
            {
                throw outcome.Failure!;
            }

            isWhole = false;
            if (outcome.MayPass)
            {
                await transport.PauseAsync(attempt, outcome, cancellationToken).ConfigureAwait(false);
            }

            await FindPlaceAsync(cancellationToken).ConfigureAwait(false);
            if (_location is null && await target.IsThereAsync(cancellationToken).ConfigureAwait(false))
            {
                // Only the answer was lost.
                TellUpTo(target.Length);
                return;
            }
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var start = transport.Url($"v2/{target.Repository}/blobs/uploads/");
        using var begun = await transport.SendAsync(
            () => new(HttpMethod.Post, start), _scopes, cancellationToken).ConfigureAwait(false);
        MoveTo(start, begun);
        if (_location is null)
        {
            throw OciErrors.RegistryRefused(
                transport.Registry.Host,
                $"POST {start.AbsolutePath}",
                (int)begun.StatusCode,
                "no Location for the upload.");
        }

        if (begun.Headers.TryGetValues("OCI-Chunk-Min-Length", out var values)
            && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var least))
        {
            _chunkLength = Math.Max(_chunkLength, least);
        }

        _offset = 0;
        TellUpTo(0);
    }

    // Asks how much of a broken upload the registry has; begins anew where it cannot tell.
    private async Task FindPlaceAsync(CancellationToken cancellationToken)
    {
        var location = _location!;
        _location = null;
        var outcome = await transport.SendOnceAsync(
            () => new(HttpMethod.Get, location), _scopes, cancellationToken).ConfigureAwait(false);
        using var answer = outcome.Answer;
        if (answer is { StatusCode: HttpStatusCode.NoContent }
            && answer.Headers.TryGetValues("Range", out var values)
            && Received().Match(values.First()) is { Success: true } range
            && long.Parse(range.Groups["last"].ValueSpan, CultureInfo.InvariantCulture) is > 0 and var last
            && last < target.Length)
        {
            MoveTo(location, answer);
            _location ??= location;
            _offset = last + 1;
            TellUpTo(_offset);
        }
    }

    private async Task<RegistryOutcome> SendChunksAsync(CancellationToken cancellationToken)
    {
        while (_offset < target.Length)
        {
            var location = _location!;
            var (first, count) = (_offset, Math.Min(_chunkLength, target.Length - _offset));
            var outcome = await transport.SendOnceAsync(
                () =>
                {
                    var request = new HttpRequestMessage(HttpMethod.Patch, location)
                    {
                        Content = Content(first, count),
                    };
                    request.Content.Headers.TryAddWithoutValidation("Content-Range", $"{first}-{first + count - 1}");
                    return request;
                },
                _scopes,
                cancellationToken).ConfigureAwait(false);
            if (outcome.Answer is null)
            {
                return outcome;
            }

            using (outcome.Answer)
            {
                MoveTo(location, outcome.Answer);
            }

            _offset += count;
            TellUpTo(_offset);
        }

        return await FinishAsync(0, cancellationToken).ConfigureAwait(false);
    }

    // The last request names the digest; it carries the whole content, or nothing after chunks.
    private Task<RegistryOutcome> FinishAsync(long count, CancellationToken cancellationToken)
    {
        var url = new UriBuilder(_location!);
        url.Query = $"{url.Query.TrimStart('?')}&digest={Uri.EscapeDataString(target.Digest)}".TrimStart('&');
        return transport.SendOnceAsync(
            () => new(HttpMethod.Put, url.Uri) { Content = Content(target.Length - count, count) },
            _scopes,
            cancellationToken);
    }

    private BlobContent Content(long offset, long count)
    {
        var already = offset;
        return new BlobContent(count, stop => source(offset, stop), bytes =>
        {
            already += bytes;
            TellUpTo(already);
        });
    }

    private void TellUpTo(long place)
    {
        onBytes(place - _told);
        _told = place;
    }

    private void MoveTo(Uri asked, HttpResponseMessage answer)
    {
        _location = transport.PlaceIn(asked, answer) ?? _location;
    }

    [GeneratedRegex(@"^(?:bytes=)?0-(?<last>\d{1,18})$", RegexOptions.CultureInvariant)]
    private static partial Regex Received();
}
