using System.Collections;

namespace SparkAzure.Core.Dss;

/// <summary>What is to stand in a Spark configuration of DSS.</summary>
public sealed record SparkConfigOptions
{
    /// <summary>The configuration's name in DSS.</summary>
    public string Name { get; init; } = "default";

    /// <summary><c>spark.master</c>: <c>k8s://https://host:443</c>; null to leave it.</summary>
    public string? SparkMaster { get; init; }

    /// <summary>Where <c>spark.kubernetes.container.image</c> comes from: of several the one named spark-py; empty to leave it.</summary>
    public IReadOnlyList<SparkImageName> Image { get; init; } = [];

    /// <summary>The Hadoop line of the jars, 2 or 3; null when the options that depend on it are not wanted.</summary>
    public int? HadoopVersion { get; init; }

    /// <summary>Makes the driver do without the native OpenSSL too (howto 4.4, optional).</summary>
    public bool DriverOpenSslFallback { get; init; }

    /// <summary>Further Spark properties, names and values; null for none.</summary>
    public IDictionary? Property { get; init; }

    /// <summary>Writes a value also where DSS keeps an encrypted one, which cannot be compared.</summary>
    public bool Force { get; init; }
}
