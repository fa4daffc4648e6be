namespace SparkAzure.Core.Tests;

/// <summary>What a refusal owes to the one who reads it.</summary>
internal static class Refusal
{
    /// <summary>The call ends in that error, whose message and remedy have the words that decide.</summary>
    public static async Task<SparkAzureException> IsAsync(
        string id,
        ErrorKind kind,
        string says,
        string remedy,
        Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<SparkAzureException>(call);

        Assert.Equal((id, kind), (failure.Id, failure.Kind));
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, failure.Remedy, StringComparison.Ordinal);
        return failure;
    }
}
