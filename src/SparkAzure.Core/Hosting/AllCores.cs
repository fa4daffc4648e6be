namespace SparkAzure.Core.Hosting;

/// <summary>Work on many items, as many at a time as there are cores.</summary>
internal static class AllCores
{
    /// <summary>Does something with each item and gives the answers in the items' order.</summary>
    internal static async Task<IReadOnlyList<TOut>> EachAsync<TIn, TOut>(
        IReadOnlyList<TIn> items, Func<TIn, CancellationToken, Task<TOut>> work, CancellationToken cancellationToken)
    {
        var results = new TOut[items.Count];
        await Parallel.ForAsync(
            0,
            items.Count,
            cancellationToken,
            async (i, stop) => results[i] = await work(items[i], stop).ConfigureAwait(false)).ConfigureAwait(false);
        return results;
    }
}
