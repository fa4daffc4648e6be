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

    /// <summary>DSS's connection type; null when there is no connection to ADLS of that name.</summary>
    public required DssConnectionType? Type { get; init; }

    /// <summary>
    /// The generation of ADLS: 1 (<c>adl://</c>, retired) or 2 (<c>abfss://</c>); 0 when there is no such connection.
    /// </summary>
    public required int Generation { get; init; }

    /// <summary>The storage account's name.</summary>
    public required string Account { get; init; }

    /// <summary>
    /// The file system (container) of a gen2 account; null for gen1, and for an Azure Blob connection to the whole
    /// account.
    /// </summary>
    public string? FileSystem { get; init; }

    /// <summary>The address that Hadoop takes for the connection's root.</summary>
    public required string Root { get; init; }

    /// <summary>
    /// How the connection signs in: a name of <see cref="AdlsAuthentication"/>, or Hadoop's own word for another way.
    /// </summary>
    public required string Authentication { get; init; }

    /// <summary>The application id that it signs in as; null for a key.</summary>
    public string? ClientId { get; init; }

    /// <summary>The tenant of that application; null where the connection does not name it.</summary>
    public string? TenantId { get; init; }

    /// <summary>The OAuth token endpoint; null where none is used.</summary>
    public string? TokenEndpoint { get; init; }

    /// <summary>
    /// The Hadoop interface of an Azure Blob connection (<c>ABFS</c>, <c>WASB</c>, <c>NONE</c>); null for HDFS.
    /// </summary>
    public string? HdfsInterface { get; init; }

    /// <summary>
    /// Whether all use the connection's own credential (<c>GLOBAL</c>) or each user theirs (<c>PER_USER</c>).
    /// </summary>
    public string? CredentialsMode { get; init; }

    /// <summary>The names of the Hadoop properties the connection sets; values stay in DSS.</summary>
    public IReadOnlyList<string> Property { get; init => field = value.ToArray(); } = [];

    /// <summary>Its secrets by name, and how DSS keeps each.</summary>
    public IReadOnlyList<DssConnectionSecret> Secrets { get; init => field = value.ToArray(); } = [];

    /// <summary>Who may use it; null where DSS's document does not say.</summary>
    public DssUsableBy? UsableBy { get; init; }

    /// <summary>The groups that may use it when <see cref="UsableBy"/> is Allowed.</summary>
    public IReadOnlyList<string> AllowedGroup { get; init => field = value.ToArray(); } = [];

    /// <summary>Who may read its details, secrets included; null where DSS's document does not say.</summary>
    public DssReadableBy? DetailsReadableBy { get; init; }

    /// <summary>The groups that may read its details when <see cref="DetailsReadableBy"/> is Allowed.</summary>
    public IReadOnlyList<string> DetailsAllowedGroup { get; init => field = value.ToArray(); } = [];

    /// <summary>True when DSS may write through it.</summary>
    public bool AllowWrite { get; init; }

    /// <summary>The fields that this call changed or would change, by their place in DSS's document.</summary>
    public IReadOnlyList<string> Changes { get; init => field = value.ToArray(); } = [];

    /// <summary>What about this connection cannot work or deserves a thought.</summary>
    public IReadOnlyList<string> Notes { get; init => field = value.ToArray(); } = [];

    /// <summary>
    /// True when account, file system and credential were tried from here and work; null when nobody asked for it or it
    /// could not be tried.
    /// </summary>
    public bool? Tested { get; init; }

    /// <summary>
    /// The file that holds the connection as it was before this call, for Restore-DssAdlsConnection; in a rehearsal the
    /// one that would; null where nothing changes, where there was none.
    /// </summary>
    public string? RestorePoint { get; init; }

    /// <summary>
    /// True when DSS must be restarted to see the change (files were edited while it may be running).
    /// </summary>
    public bool RestartRequired { get; init; }

    /// <summary>True when this call altered DSS.</summary>
    public bool Changed { get; init; }

    /// <summary>
    /// True when a change is described that was not made, because of -WhatIf or a declined confirmation.
    /// </summary>
    public bool Planned { get; init; }

    /// <summary>Names the connection in one line.</summary>
    public override string ToString()
    {
        if (Root.Length == 0)
        {
            return $"{Name} (none)";
        }

        return $"{Name} ({Root})";
    }
}

/// <summary>A secret of a connection, without its value.</summary>
/// <param name="Name">The Hadoop property or the field of DSS that holds it.</param>
/// <param name="State">How DSS keeps it: Encrypted, Plain or Absent.</param>
public sealed record DssConnectionSecret(string Name, string State)
{
    /// <summary>Name and state.</summary>
    public override string ToString() => $"{Name}: {State}";
}
