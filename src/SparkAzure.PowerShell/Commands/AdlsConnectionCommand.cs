using System.Management.Automation;
using System.Security;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>The base of the cmdlets that make and change connections to ADLS: what such a connection can say.</summary>
public abstract class AdlsConnectionCommand : DssSettingsCommand
{
    private protected AdlsConnectionCommand()
    {
    }

    /// <inheritdoc />
    [Parameter(ParameterSetName = ByFile, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "DIP_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [TextTransformation("the path of a data directory of DSS", "DataDirectory", "FullName", Elsewhere = ["ApiKey"])]
    [ValidateNotNullOrEmpty]
    public override string DataDirectory { get; set; } = "";

    /// <summary>The access key of a gen2 account.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SecureString? AccountKey { get; set; }

    /// <summary>The application id of the service principal or of the user-assigned identity.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public string? ClientId { get; set; }

    /// <summary>The service principal's secret.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SecureString? ClientSecret { get; set; }

    /// <summary>The service principal's tenant.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public string? TenantId { get; set; }

    /// <summary>The token endpoint of the service principal's tenant.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public Uri? TokenEndpoint { get; set; }

    /// <summary>A shared access signature.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? SasToken { get; set; }

    /// <summary>How the connection signs in, where no credential tells it.</summary>
    [Parameter]
    public AdlsAuthentication? Authentication { get; set; }

    /// <summary>Where the machine asks for tokens of its managed identity.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNull]
    public Uri? ManagedIdentityEndpoint { get; set; }

    /// <summary>Has each user of DSS sign in.</summary>
    [Parameter]
    public SwitchParameter PerUser { get; set; }

    /// <summary>A folder of the storage that becomes the connection's root.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [AllowEmptyString]
    public string? RootPath { get; set; }

    /// <summary>The cloud the account is in.</summary>
    [Parameter]
    public AzureEnvironment? Environment { get; set; }

    /// <summary>Who may use the connection.</summary>
    [Parameter]
    public DssUsableBy? UsableBy { get; set; }

    /// <summary>The groups that may use it.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [AllowEmptyCollection]
    public string[]? AllowedGroup { get; set; }

    /// <summary>Who may read its details.</summary>
    [Parameter]
    public DssReadableBy? DetailsReadableBy { get; set; }

    /// <summary>The groups that may read its details.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [AllowEmptyCollection]
    public string[]? DetailsAllowedGroup { get; set; }

    /// <summary>Keeps DSS from writing through it.</summary>
    [Parameter]
    public SwitchParameter ReadOnly { get; set; }

    /// <summary>Keeps managed datasets away from it.</summary>
    [Parameter]
    public SwitchParameter NoManagedDataset { get; set; }

    /// <summary>Keeps managed folders away from it.</summary>
    [Parameter]
    public SwitchParameter NoManagedFolder { get; set; }

    /// <summary>What stands before a dataset's name in its path.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [AllowEmptyString]
    public string? PathPrefix { get; set; }

    /// <summary>What stands before a dataset's name in its table's name.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [AllowEmptyString]
    public string? TablePrefix { get; set; }

    /// <summary>The database of the metastore that tables go to.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [AllowEmptyString]
    public string? HiveDatabase { get; set; }

    /// <summary>What people are told of the connection.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [AllowEmptyString]
    public string? Description { get; set; }

    /// <summary>The release of DSS's Hadoop libraries, where it cannot be read there.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public string? HadoopRelease { get; set; }

    /// <summary>The Spark that DSS runs, where it cannot be read there.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? SparkVersion { get; set; }

    /// <summary>Tries account, file system and credential before DSS is touched.</summary>
    [Parameter]
    public SwitchParameter Test { get; set; }

    /// <summary>The address that Azure names for the account's data.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public Uri? StorageEndpoint { get; set; }

    /// <summary>Stops a running DSS before its files are edited and starts it afterwards.</summary>
    [Parameter(ParameterSetName = ByFile)]
    public SwitchParameter Restart { get; set; }

    /// <summary>How long to wait while another process changes the files.</summary>
    [Parameter(ParameterSetName = ByFile)]
    [ValidateRange(1, 3600)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>Goes on where the cmdlet would refuse or leave something as it is.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The file to keep a connection in that is changed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BackupPath { get; set; }

    private protected override DssAddress Dss => Changing(Restart, TimeoutSeconds);

    private protected AdlsConnectionOptions Options(string name) => new()
    {
        Name = name,
        RootPath = RootPath,
        Environment = Environment,
        Authentication = Authentication,
        AccountKey = AccountKey,
        ClientId = Given(ClientId),
        ClientSecret = ClientSecret,
        TenantId = Given(TenantId),
        TokenEndpoint = TokenEndpoint,
        SasToken = SasToken,
        ManagedIdentityEndpoint = ManagedIdentityEndpoint,
        PerUser = PerUser,
        HadoopRelease = Given(HadoopRelease),
        SparkVersion = SparkVersion,
        StorageEndpoint = StorageEndpoint,
        Test = Test ? new AdlsProbeOptions() : null,
        Force = Force,
        BackupPath = BackupPath is null ? null : FullPath(BackupPath),
        Rights = new DssConnectionRights
        {
            UsableBy = UsableBy,
            AllowedGroup = AllowedGroup,
            DetailsReadableBy = DetailsReadableBy,
            DetailsAllowedGroup = DetailsAllowedGroup,
            ReadOnly = IsGiven(nameof(ReadOnly)) ? ReadOnly.IsPresent : null,
            NoManagedDataset = IsGiven(nameof(NoManagedDataset)) ? NoManagedDataset.IsPresent : null,
            NoManagedFolder = IsGiven(nameof(NoManagedFolder)) ? NoManagedFolder.IsPresent : null,
            PathPrefix = PathPrefix,
            TablePrefix = TablePrefix,
            HiveDatabase = HiveDatabase,
            Description = Description,
        },
    };

    /// <summary>What a pipeline object leaves empty was not given.</summary>
    private protected static string? Given(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return text;
    }
}
