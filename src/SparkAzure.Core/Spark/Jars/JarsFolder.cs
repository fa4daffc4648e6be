using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Spark.Jars;

/// <summary>The jars that stand in a Spark home.</summary>
internal static class JarsFolder
{
    private const int MostReadings = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether a swap was begun and not finished.</summary>
    internal static bool IsInterrupted(SparkHome home) =>
        home.Owner.Act(() => FileStatus.OfLink(JarState.JournalOf(home)) is not null);

    /// <summary>
    /// The set that counts: while a swap is interrupted the folder is a mixture, and what stands is the set that
    /// finishing it gives.
    /// </summary>
    /// <exception cref="SparkAzureException">
    /// SwapInterrupted, StateNotUsable, JarNotUsable, JarChangedMeanwhile, CannotRead.
    /// </exception>
    internal static IReadOnlyList<Jar> Standing(SparkHome home) => JarJournal.Read(home)?.Result ?? Read(home);

    /// <summary>The jars on disk.</summary>
    /// <exception cref="SparkAzureException">JarNotUsable, JarChangedMeanwhile, CannotRead.</exception>
    internal static IReadOnlyList<Jar> Read(SparkHome home)
    {
        try
        {
            return home.Owner.Act(() => Jar.InFolder(home.Jars));
        }
        catch (FileNotFoundException exception)
        {
            throw SparkErrors.JarChangedMeanwhile(exception.FileName ?? home.Jars);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(home.Jars, exception);
        }
    }

    /// <summary>The newest set that was left, by which a swap since then is told; null where none was.</summary>
    /// <exception cref="SparkAzureException">SwapInterrupted, StateNotUsable, CannotRead.</exception>
    internal static string? NewestPoint(SparkHome home)
    {
        if (new JarRestorePoints(home).Ids is [.., var newest])
        {
            return newest;
        }

        return null;
    }

    /// <summary>
    /// Reads a home without the lock, and again where another process has swapped jars under the reading: what that saw
    /// was a mixture, whether it failed or not.
    /// </summary>
    internal static async Task<T> QuietlyAsync<T>(
        SparkHome home, Func<Task<T>> reading, CancellationToken cancellationToken)
    {
        for (var left = MostReadings; ; left--)
        {
            var before = NewestPoint(home);
            try
            {
                var result = await reading().ConfigureAwait(false);
                if (left == 0 || NewestPoint(home) == before)
                {
                    return result;
                }
            }
            catch (Exception exception) when (IsOfMixture(exception) && left > 0 && NewestPoint(home) != before)
            {
                // It says nothing of the home as it is now.
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Holds that jars can be renamed between the jars folder and the module's own, and back.</summary>
    /// <exception cref="SparkAzureException">JarsOnOtherFileSystem.</exception>
    internal static void RequireOneFileSystem(SparkHome home) => home.Owner.Act(() =>
    {
        var state = home.State;
        if (!Directory.Exists(state))
        {
            state = home.Path;
        }

        var jars = FileStatus.Of(home.Jars);
        var its = FileStatus.Of(state);
        if (jars?.Device != its?.Device || jars?.Mount != its?.Mount)
        {
            throw SparkErrors.JarsOnOtherFileSystem(home.Jars, home.State);
        }
    });

    /// <summary>Takes away what a killed run left, where a run has nothing else to do.</summary>
    internal static async Task ClearLeftoversAsync(
        SparkHome home, ICaller caller, CancellationToken cancellationToken)
    {
        if (!home.Owner.Act(() => JarState.HasLeftovers(home)))
        {
            return;
        }

        const string Action = "Take away the files that a run which was killed left";
        if (await caller.ShouldProcessAsync(home.State, Action, cancellationToken).ConfigureAwait(false))
        {
            // Who holds the lock needs them.
            using var held = home.Owner.Act(() => JarLock.TryTake(home));
            if (held is not null)
            {
                home.Owner.Act(() => JarState.ClearLeftovers(home));
            }
        }
    }

    private static bool IsOfMixture(Exception exception) =>
        exception is SparkAzureException or IOException or UnauthorizedAccessException;
}
