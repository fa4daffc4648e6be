namespace SparkAzure.Module.Tests.Contract.Sources;

/// <summary>What a contract found broken, all of it: xunit's own message ends after five.</summary>
internal static class Findings
{
    public static void AssertNone(IEnumerable<string> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
