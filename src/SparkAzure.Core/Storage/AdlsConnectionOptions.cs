using System.Security;

namespace SparkAzure.Core.Storage;

/// <summary>A connection of DSS to ADLS, and how it signs in: with an access key (gen2) or as a service principal (gen1).</summary>
public sealed record AdlsConnectionOptions
{
    /// <summary>The connection's name in DSS.</summary>
    public required string Name { get; init; }

    /// <summary>The storage account.</summary>
    public required string Account { get; init; }

    /// <summary>The file system (container); gen2 only.</summary>
    public string? FileSystem { get; init; }

    /// <summary>A folder to be the connection's root; empty for the whole.</summary>
    public string RootPath { get; init; } = "";

    /// <summary>The cloud the account is in.</summary>
    public AzureEnvironment Environment { get; init; } = AzureEnvironment.AzureCloud;

    /// <summary>The account's access key: makes it a gen2 connection.</summary>
    public SecureString? AccountKey { get; init; }

    /// <summary>The application id of the service principal: makes it a gen1 connection.</summary>
    public string? ClientId { get; init; }

    /// <summary>The service principal's secret.</summary>
    public SecureString? ClientSecret { get; init; }

    /// <summary>The tenant that signs it in, by id or domain; instead of <see cref="TokenEndpoint"/>.</summary>
    public string? TenantId { get; init; }

    /// <summary>The OAuth token endpoint as the portal shows it; instead of <see cref="TenantId"/>.</summary>
    public Uri? TokenEndpoint { get; init; }

    /// <summary>The Spark that DSS runs, where it cannot be read there.</summary>
    public string? SparkVersion { get; init; }

    /// <summary>Goes on in spite of user isolation, and sets the fields of a connection that is there and differs.</summary>
    public bool Force { get; init; }
}
