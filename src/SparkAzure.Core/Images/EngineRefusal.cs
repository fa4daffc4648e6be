namespace SparkAzure.Core.Images;

/// <summary>Why an engine was not taken.</summary>
internal sealed record EngineRefusal(SparkImageEngine Engine, string Why)
{
    public override string ToString() => $"{Engine}: {Why}";
}
