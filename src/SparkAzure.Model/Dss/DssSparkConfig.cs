namespace SparkAzure;

/// <summary>One key of a Spark configuration and what became of it.</summary>
/// <param name="Key">The Spark property, for example <c>spark.master</c>.</param>
/// <param name="Before">The value that stood there; null when the key was absent. Masked when DSS marks the item secret.</param>
/// <param name="After">The value now. Masked when DSS marks the item secret.</param>
public sealed record DssSparkConfigChange(string Key, string? Before, string? After)
{
    /// <summary>The change as <c>key = value</c>.</summary>
    public override string ToString() => $"{Key} = {After}";
}

/// <summary>A named Spark configuration of DSS (Administration, Settings, Spark).</summary>
public sealed record DssSparkConfig
{
    /// <summary>The data directory whose settings file holds it, or null when it was reached over REST.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The address of DSS when it was reached over REST, else null.</summary>
    public Uri? Uri { get; init; }

    /// <summary>The configuration's name in DSS, usually <c>default</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The value of <c>spark.master</c>.</summary>
    public string? SparkMaster { get; init; }

    /// <summary>The value of <c>spark.kubernetes.container.image</c>.</summary>
    public string? Image { get; init; }

    /// <summary>All keys of the configuration in the order of the document; values of secret items are masked.</summary>
    public IReadOnlyDictionary<string, string> Property { get; init; } = new Dictionary<string, string>();

    /// <summary>The keys this call set or would set; empty when everything stood as wanted.</summary>
    public IReadOnlyList<DssSparkConfigChange> Changes { get; init => field = value.ToArray(); } = [];

    /// <summary>True when DSS must be restarted to see the change (files were edited while it may be running).</summary>
    public bool RestartRequired { get; init; }

    /// <summary>True when this call altered the settings.</summary>
    public bool Changed { get; init; }

    /// <summary>True when a change is described that was not made, because of -WhatIf or a declined confirmation.</summary>
    public bool Planned { get; init; }

    /// <summary>Names the configuration in one line.</summary>
    public override string ToString() => $"{Name}: {SparkMaster} {Image}";
}
