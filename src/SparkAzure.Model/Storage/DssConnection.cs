namespace SparkAzure;

/// <summary>A connection of DSS to Azure Data Lake Storage. Carries names and addresses, never a secret.</summary>
public sealed record DssConnection
{
    /// <summary>The data directory whose connections file holds it, or null when it was reached over REST.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The address of DSS when it was reached over REST, else null.</summary>
    public Uri? Uri { get; init; }

    /// <summary>The connection's name in DSS.</summary>
    public required string Name { get; init; }

    /// <summary>DSS's connection type, here always <c>HDFS</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The generation of ADLS: 1 (<c>adl://</c>, retired) or 2 (<c>abfss://</c>).</summary>
    public required int Generation { get; init; }

    /// <summary>The storage account's name.</summary>
    public required string Account { get; init; }

    /// <summary>The file system (container) of a gen2 account; null for gen1.</summary>
    public string? FileSystem { get; init; }

    /// <summary>The HDFS URL that is the connection's root.</summary>
    public required string Root { get; init; }

    /// <summary>How the connection signs in: SharedKey or ClientCredential.</summary>
    public required string Authentication { get; init; }

    /// <summary>The names of the Hadoop properties the connection sets; values stay in DSS.</summary>
    public IReadOnlyList<string> Property { get; init => field = value.ToArray(); } = [];

    /// <summary>True when DSS must be restarted to see the change (files were edited while it may be running).</summary>
    public bool RestartRequired { get; init; }

    /// <summary>True when this call altered DSS.</summary>
    public bool Changed { get; init; }

    /// <summary>True when a change is described that was not made, because of -WhatIf or a declined confirmation.</summary>
    public bool Planned { get; init; }

    /// <summary>Names the connection in one line.</summary>
    public override string ToString() => $"{Name} ({Root})";
}
