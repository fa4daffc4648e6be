using System.Management.Automation;
using System.Security;
using SparkAzure.Core.Storage;

namespace SparkAzure.Commands;

/// <summary>Creates a connection of DSS to Azure Data Lake Storage.</summary>
[Cmdlet(VerbsCommon.New, "DssAdlsConnection", SupportsShouldProcess = true, DefaultParameterSetName = Gen2ByFile)]
[OutputType(typeof(DssConnection))]
public sealed class NewDssAdlsConnectionCommand : DssSettingsCommand
{
    private const string Gen2ByFile = "Gen2";
    private const string Gen2ByApi = "Gen2Uri";
    private const string Gen1ByFile = "Gen1";
    private const string Gen1ByApi = "Gen1Uri";

    /// <inheritdoc />
    [Parameter(Mandatory = true, ParameterSetName = Gen2ByFile, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = Gen1ByFile, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("DIP_HOME")]
    [ValidateNotNullOrEmpty]
    public override string DataDirectory { get; set; } = "";

    /// <inheritdoc />
    [Parameter(Mandatory = true, ParameterSetName = Gen2ByApi, ValueFromPipeline = true)]
    [Parameter(Mandatory = true, ParameterSetName = Gen1ByApi, ValueFromPipeline = true)]
    [ValidateNotNull]
    public override Uri? Uri { get; set; }

    /// <inheritdoc />
    [Parameter(Mandatory = true, ParameterSetName = Gen2ByApi)]
    [Parameter(Mandatory = true, ParameterSetName = Gen1ByApi)]
    [ValidateNotNull]
    public override SecureString? ApiKey { get; set; }

    /// <inheritdoc />
    [Parameter(ParameterSetName = Gen2ByApi)]
    [Parameter(ParameterSetName = Gen1ByApi)]
    public override SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>The connection's name in DSS.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The storage account's name.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Account { get; set; } = "";

    /// <summary>The file system (container) of a gen2 account.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Gen2ByFile, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = Gen2ByApi, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? FileSystem { get; set; }

    /// <summary>The access key of a gen2 account.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Gen2ByFile)]
    [Parameter(Mandatory = true, ParameterSetName = Gen2ByApi)]
    [ValidateNotNull]
    public SecureString? AccountKey { get; set; }

    /// <summary>The application id of the service principal for a gen1 account.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Gen1ByFile)]
    [Parameter(Mandatory = true, ParameterSetName = Gen1ByApi)]
    [ValidateNotNullOrEmpty]
    public string? ClientId { get; set; }

    /// <summary>The service principal's secret.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Gen1ByFile)]
    [Parameter(Mandatory = true, ParameterSetName = Gen1ByApi)]
    [ValidateNotNull]
    public SecureString? ClientSecret { get; set; }

    /// <summary>The service principal's tenant; this or -TokenEndpoint.</summary>
    [Parameter(ParameterSetName = Gen1ByFile)]
    [Parameter(ParameterSetName = Gen1ByApi)]
    [ValidateNotNullOrEmpty]
    public string? TenantId { get; set; }

    /// <summary>The token endpoint of the service principal's tenant, v1 form; this or -TenantId.</summary>
    [Parameter(ParameterSetName = Gen1ByFile)]
    [Parameter(ParameterSetName = Gen1ByApi)]
    [ValidateNotNull]
    public Uri? TokenEndpoint { get; set; }

    /// <summary>A folder of the storage that becomes the connection's root.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string RootPath { get; set; } = "";

    /// <summary>The cloud the account is in.</summary>
    [Parameter]
    public AzureEnvironment Environment { get; set; } = AzureEnvironment.AzureCloud;

    /// <summary>The Spark that DSS runs, where it cannot be read there.</summary>
    [Parameter(ParameterSetName = Gen2ByFile)]
    [Parameter(ParameterSetName = Gen2ByApi)]
    [ValidateNotNullOrEmpty]
    public string? SparkVersion { get; set; }

    /// <summary>Goes on in spite of user isolation, and changes a connection of that name that differs.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new AdlsConnectionOptions
        {
            Name = Name,
            Account = Account,
            FileSystem = FileSystem,
            RootPath = RootPath,
            Environment = Environment,
            AccountKey = AccountKey,
            ClientId = ClientId,
            ClientSecret = ClientSecret,
            TenantId = TenantId,
            TokenEndpoint = TokenEndpoint,
            SparkVersion = SparkVersion,
            Force = Force,
        };
        await WriteResultAsync(await AdlsConnection.NewAsync(Dss, options, Operator, cancellationToken));
    }
}
