using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>Brings a Spark home whose swap was interrupted to a whole set, before anything else is planned with it.</summary>
internal static class JarRecovery
{
    /// <summary>Offers to finish, or undo, a swap that was begun, and does so.</summary>
    /// <returns>
    /// Whether the home has a whole set now; and the restore point of the swap that was begun, null where there was
    /// none.
    /// </returns>
    /// <exception cref="SparkAzureException">
    /// SwapInterrupted, SparkHomeBusy, StateNotUsable, CannotRead, CannotWrite, DiskFull.
    /// </exception>
    public static async Task<(bool IsWhole, string? Finished)> OfferAsync(
        SparkHome home, TimeSpan patience, ICaller caller, CancellationToken cancellationToken)
    {
        if (JarJournal.Read(home) is not { } journal)
        {
            return (true, null);
        }

        var action = $"Bring an interrupted swap to its end ({journal.Former.What})";
        if (!await caller.ShouldProcessAsync(home.Jars, action, cancellationToken).ConfigureAwait(false))
        {
            return (false, null);
        }

        using var held = await JarLock.TakeAsync(home, patience, caller, cancellationToken).ConfigureAwait(false);
        var finished = await new JarSwap(home).RecoverAsync(caller, cancellationToken).ConfigureAwait(false);
        return (true, finished);
    }
}
