namespace SparkAzure.Runs.Features;

/// <summary>Where a feature's executors are.</summary>
internal enum RunMode
{
    /// <summary>In the driver's JVM.</summary>
    Local,

    /// <summary>In a JVM of its own on this machine, as a pod would start it; what it loads is what the run is for.</summary>
    OwnExecutor,

    /// <summary>In a pod of a real Kubernetes.</summary>
    Cluster,
}
