namespace SparkAzure.Core.Tests.Azure;

/// <summary>Variables of the process for one test; only in the collection of those that run alone.</summary>
internal sealed class Variables : IDisposable
{
    private readonly (string Name, string? Value)[] _before;

    public Variables(params (string Name, string? Value)[] values)
    {
        _before = [.. values.Select(v => (v.Name, Environment.GetEnvironmentVariable(v.Name)))];
        Set(values);
    }

    public void Dispose() => Set(_before);

    private static void Set((string Name, string? Value)[] values) =>
        Array.ForEach(values, v => Environment.SetEnvironmentVariable(v.Name, v.Value));
}
