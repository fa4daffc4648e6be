namespace SparkAzure.Core.Hosting.Http;

/// <summary>
/// Ends a request on which nothing moves. Whoever sends or reads a piece of it says so, and the time begins anew.
/// </summary>
internal sealed class HttpPatience : IDisposable
{
    private static readonly HttpRequestOptionsKey<HttpPatience> Key = new("SparkAzure.Patience");

    private readonly TimeSpan _time;
    private readonly CancellationTokenSource _end;

    public HttpPatience(TimeSpan time, CancellationToken cancellationToken)
    {
        _time = time;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Moved();
    }

    public CancellationToken Token => _end.Token;

    /// <summary>The patience of a request under way; null where it goes another way.</summary>
    public static HttpPatience? Of(HttpRequestMessage request)
    {
        if (request.Options.TryGetValue(Key, out var patience))
        {
            return patience;
        }

        return null;
    }

    /// <summary>Begins the time anew.</summary>
    public void Moved() => _end.CancelAfter(_time);

    public void Dispose() => _end.Dispose();

    internal void WatchOver(HttpRequestMessage request) => request.Options.Set(Key, this);
}
