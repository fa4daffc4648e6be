using System.Diagnostics;
using System.Globalization;

namespace SparkAzure.Core.Hosting;

/// <summary>Waits for a lock: says for whom, and gives up after a time. Stopping the command ends the wait.</summary>
/// <param name="Document">What the lock is for.</param>
/// <param name="Patience">How long to wait at most.</param>
/// <param name="Caller">Is told, once, after a second.</param>
internal sealed record Turn(string Document, TimeSpan Patience, ICaller Caller)
{
    /// <summary>How long to wait where nobody says.</summary>
    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    /// <summary>Tries until it succeeds.</summary>
    /// <param name="attempt">Takes the lock; null while another has it.</param>
    /// <param name="holder">Who has it, in words.</param>
    /// <param name="refusal">The error when the time is over, given who has it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<T> TakeAsync<T>(
        Func<T?> attempt,
        Func<string> holder,
        Func<string, SparkAzureException> refusal,
        CancellationToken cancellationToken)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        var isTold = false;
        while (true)
        {
            if (await Task.Run(attempt, cancellationToken).ConfigureAwait(false) is { } taken)
            {
                return taken;
            }

            if (watch.Elapsed >= Patience)
            {
                throw refusal(holder());
            }

            if (!isTold && watch.Elapsed >= Silence)
            {
                isTold = true;
                Caller.Warning(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Waiting for {holder()} to be done with '{Document}', {Patience.TotalSeconds:0} s at most; " +
                    $"Ctrl+C ends the wait."));
            }

            // Not all of those that wait at the same moments.
            await Task.Delay(Random.Shared.Next(10, 50), cancellationToken).ConfigureAwait(false);
        }
    }
}
