namespace SparkAzure.Core.Oci.Registry;

/// <summary>
/// A token that many requests want at once and one of them fetches. Whoever stops waiting stops nobody else.
/// </summary>
internal sealed class SharedToken(Func<CancellationToken, Task<IssuedToken>> fetch) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile IssuedToken? _current;

    /// <summary>The token last fetched, to be blotted out of messages; null where there is none.</summary>
    public string? Known => _current?.Value;

    /// <summary>
    /// The token, fetched when there is none, when its time is over, or when it is the one that was refused.
    /// </summary>
    /// <param name="refused">The token that a server refused; a newer one is not thrown away for it.</param>
    /// <param name="cancellationToken">Stops the waiting and the fetching.</param>
    public async Task<string> GetAsync(string? refused, CancellationToken cancellationToken)
    {
        if (Usable(refused) is { } known)
        {
            return known;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Usable(refused) is { } fetchedMeanwhile)
            {
                return fetchedMeanwhile;
            }

            var token = await fetch(cancellationToken).ConfigureAwait(false);
            _current = token;
            return token.Value;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private string? Usable(string? refused)
    {
        if (_current is { IsFresh: true } token && token.Value != refused)
        {
            return token.Value;
        }

        return null;
    }
}
