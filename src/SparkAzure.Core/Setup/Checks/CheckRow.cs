namespace SparkAzure.Core.Setup.Checks;

/// <summary>What must be asked for, or be there, before a check is made at all.</summary>
internal enum CheckGroup
{
    /// <summary>On the DSS host itself.</summary>
    Host,

    /// <summary>Whether its parts say the same.</summary>
    Agreement,

    /// <summary>What Azure Resource Manager tells; only where a cluster is named.</summary>
    Azure,

    /// <summary>What the API server tells the credential that jobs use.</summary>
    Kubernetes,

    /// <summary>From a pod in the cluster; only where it is asked for.</summary>
    Inside,
}

/// <summary>A check: what it is called, how it is made, and who says that it has to hold.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Section">The procedure's section.</param>
/// <param name="Title">What has to hold.</param>
/// <param name="Make">Makes it. What it throws means that it could not be made.</param>
/// <param name="Source">Who says so.</param>
internal sealed record CheckRow(
    string Id,
    string Section,
    string Title,
    Func<CheckSite, CancellationToken, Task<CheckOutcome>> Make,
    string Source)
{
    /// <summary>The usual time for a check; all of them run side by side.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    /// <summary>How long it may take before it counts as not made.</summary>
    public TimeSpan Limit { get; init; } = Usual;
}
