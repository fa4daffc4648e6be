namespace SparkAzure.Core.Images;

/// <summary>An option of a publication that not every engine honours.</summary>
/// <param name="Name">As it is written at the prompt.</param>
/// <param name="IsGiven">Whether the caller gives it.</param>
internal sealed record PublishOption(string Name, Func<PublishOptions, bool> IsGiven)
{
    public static readonly PublishOption BaseImage = new("-BaseImage", o => o.BaseImage is not null);

    public static readonly PublishOption NoCache = new("-NoCache", o => o.NoCache);

    public static readonly PublishOption DockerHost = new("-DockerHost", o => o.DockerHost is not null);

    public static readonly PublishOption DockerContext = new("-DockerContext", o => o.DockerContext is not null);

    public static readonly PublishOption PythonRequirements =
        new("-PythonRequirements", o => o.PythonRequirements is not null);

    public static readonly PublishOption RPackage = new("-RPackage", o => o.RPackages.Count > 0);

    public static readonly PublishOption TimeoutSeconds =
        new("-TimeoutSeconds", o => o.TimeoutSeconds != PublishOptions.DefaultTimeoutSeconds);

    public static readonly PublishOption AgentPool = new("-AgentPool", o => o.AgentPool is not null);
}
