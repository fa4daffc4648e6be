using System.Security;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// A connection of DSS to ADLS, and how it signs in. What is null is not given: a new connection gets the usual, one
/// that is changed keeps what it has.
/// </summary>
public sealed record AdlsConnectionOptions
{
    /// <summary>The connection's name in DSS.</summary>
    public required string Name { get; init; }

    /// <summary>The storage account.</summary>
    public string? Account { get; init; }

    /// <summary>The file system (container); gen2 only.</summary>
    public string? FileSystem { get; init; }

    /// <summary>A folder to be the connection's root; empty for the whole.</summary>
    public string? RootPath { get; init; }

    /// <summary>The cloud the account is in; null for the public one.</summary>
    public AzureEnvironment? Environment { get; init; }

    /// <summary>
    /// The address that Azure names for the account's data; null for that of the account's name in its cloud. One
    /// that is not of Data Lake Storage is only where the trial goes.
    /// </summary>
    public Uri? StorageEndpoint { get; init; }

    /// <summary>DSS's type of the connection; of a new one only.</summary>
    public DssConnectionType ConnectionType { get; init; } = DssConnectionType.HDFS;

    /// <summary>How it signs in; null to tell by which credential is given.</summary>
    public AdlsAuthentication? Authentication { get; init; }

    /// <summary>The account's access key.</summary>
    public SecureString? AccountKey { get; init; }

    /// <summary>The application id of the service principal or of the user-assigned identity.</summary>
    public string? ClientId { get; init; }

    /// <summary>The service principal's secret.</summary>
    public SecureString? ClientSecret { get; init; }

    /// <summary>The tenant that signs it in, by id or domain; instead of <see cref="TokenEndpoint"/>.</summary>
    public string? TenantId { get; init; }

    /// <summary>The OAuth token endpoint as the portal shows it; instead of <see cref="TenantId"/>.</summary>
    public Uri? TokenEndpoint { get; init; }

    /// <summary>A shared access signature.</summary>
    public SecureString? SasToken { get; init; }

    /// <summary>
    /// Where the machine asks for tokens of its managed identity, when that is not Azure's usual address.
    /// </summary>
    public Uri? ManagedIdentityEndpoint { get; init; }

    /// <summary>True to have each user of DSS sign in; Azure Blob connections with OAuth only.</summary>
    public bool PerUser { get; init; }

    /// <summary>Who may use and read it, and how DSS names what it writes there.</summary>
    public DssConnectionRights Rights { get; init; } = new();

    /// <summary>The release of DSS's Hadoop libraries, where it cannot be read there.</summary>
    public string? HadoopRelease { get; init; }

    /// <summary>The Spark that DSS runs, where it cannot be read there.</summary>
    public string? SparkVersion { get; init; }

    /// <summary>Tries account, file system and credential before DSS is touched; null not to.</summary>
    public AdlsProbeOptions? Test { get; init; }

    /// <summary>
    /// Goes on in spite of user isolation, sets the fields of a connection that is there and differs, and replaces
    /// secrets that cannot be compared.
    /// </summary>
    public bool Force { get; init; }

    /// <summary>The address of the account's data, wherever it was given: the root is what was tried.</summary>
    internal Uri? Endpoint => StorageEndpoint ?? Test?.StorageEndpoint;

    /// <summary>
    /// The file to keep a connection in that is changed; null for the usual place of this
    /// DSS.
    /// </summary>
    public string? BackupPath { get; init; }

    /// <summary>True when a credential, or a way to sign in, is given.</summary>
    internal bool NamesCredential =>
        AccountKey is not null
        || ClientSecret is not null
        || SasToken is not null
        || Authentication is not null
        || ClientId is not null
        || TenantId is not null
        || TokenEndpoint is not null
        || ManagedIdentityEndpoint is not null
        || PerUser;

    /// <summary>
    /// True when this describes a gen1 account: a service principal, no file system and no address of gen2.
    /// </summary>
    internal bool IsGen1 => ConnectionType == DssConnectionType.HDFS
        && FileSystem is null
        && !DataLakeEndpoint.Is(Endpoint)
        && ClientId is not null
        && AccountKey is null
        && SasToken is null
        && Authentication is null or AdlsAuthentication.ClientCredential;
}

/// <summary>
/// Who may use and read a connection, and how DSS names what it writes there; null keeps DSS's default or what is
/// there.
/// </summary>
public sealed record DssConnectionRights
{
    /// <summary>Who may use it.</summary>
    public DssUsableBy? UsableBy { get; init; }

    /// <summary>The groups that may use it.</summary>
    public IReadOnlyList<string>? AllowedGroup { get; init; }

    /// <summary>Who may read its details, secrets included.</summary>
    public DssReadableBy? DetailsReadableBy { get; init; }

    /// <summary>The groups that may read its details.</summary>
    public IReadOnlyList<string>? DetailsAllowedGroup { get; init; }

    /// <summary>True when DSS must not write through it.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>True when DSS must not keep managed datasets there.</summary>
    public bool? NoManagedDataset { get; init; }

    /// <summary>True when DSS must not keep managed folders there.</summary>
    public bool? NoManagedFolder { get; init; }

    /// <summary>What stands before the name of a dataset in its path; DSS's variables are allowed.</summary>
    public string? PathPrefix { get; init; }

    /// <summary>What stands before the name of a dataset in its table's name.</summary>
    public string? TablePrefix { get; init; }

    /// <summary>The database of the metastore that tables go to.</summary>
    public string? HiveDatabase { get; init; }

    /// <summary>What people are told of the connection.</summary>
    public string? Description { get; init; }
}
