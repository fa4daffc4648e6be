using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Azure;

/// <summary>
/// Waits for what was just made in Entra ID to be known everywhere. Graph answers 404 (or 400 naming an unknown
/// application) and Resource Manager PrincipalNotFound for seconds, rarely minutes, after a creation that succeeded.
/// </summary>
internal sealed class Replication(TimeSpan limit, ICaller caller, Func<TimeSpan, CancellationToken, Task> pause)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private TimeSpan _waited;

    /// <summary>Asks until it is known, or the time is up.</summary>
    /// <param name="what">What is waited for, for messages.</param>
    /// <param name="ask">The request.</param>
    /// <param name="isUnknownYet">Tells that answer from others.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="SparkAzureException">ReplicationTimedOut; what the request ends with otherwise.</exception>
    public async Task<T> UntilKnownAsync<T>(
        string what,
        Func<Task<T>> ask,
        Func<SparkAzureException, bool> isUnknownYet,
        CancellationToken cancellationToken)
    {
        for (var next = TimeSpan.FromSeconds(1); ; next = next + next < LongestPause ? next + next : LongestPause)
        {
            try
            {
                return await ask().ConfigureAwait(false);
            }
            catch (SparkAzureException exception) when (isUnknownYet(exception))
            {
                if (_waited + next > limit)
                {
                    throw Graph.GraphErrors.ReplicationTimedOut(what, limit, exception);
                }

                caller.Verbose($"{what} is not known everywhere yet; asked again in {next.TotalSeconds:0} s.");
                await pause(next, cancellationToken).ConfigureAwait(false);
                _waited += next;
            }
        }
    }
}
