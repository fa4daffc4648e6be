using System.Management.Automation;
using System.Security;
using SparkAzure.Completion;
using SparkAzure.Core.Adls;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Makes a service principal that may use a storage account.</summary>
[Cmdlet(VerbsCommon.New, "AdlsServicePrincipal", SupportsShouldProcess = true, DefaultParameterSetName = Lifetime)]
[OutputType(typeof(AdlsServicePrincipal))]
public sealed class NewAdlsServicePrincipalCommand : GraphCommand
{
    private const string Lifetime = "SecretLifetime";
    private const string UntilDate = "EndDate";

    /// <summary>The application's name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string DisplayName { get; set; } = "";

    /// <summary>The storage account's name.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AccountCompleter))]
    [TextTransformation("the name of a storage account", "Account", "StorageAccountName")]
    [ValidateNotNullOrEmpty]
    public string Account { get; set; } = "";

    /// <summary>Its resource group; without it the account is looked for.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ResourceGroupName { get; set; }

    /// <summary>The file system that the role is for.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? FileSystem { get; set; }

    /// <summary>Gives the role on the whole account.</summary>
    [Parameter]
    public SwitchParameter WholeAccount { get; set; }

    /// <summary>The generation of ADLS.</summary>
    [Parameter]
    [ValidateRange(1, 2)]
    public int Generation { get; set; } = 2;

    /// <summary>How long a new secret holds.</summary>
    [Parameter(ParameterSetName = Lifetime)]
    public TimeSpan SecretLifetime { get; set; } = TimeSpan.FromDays(365);

    /// <summary>When a new secret ends.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UntilDate)]
    public DateTimeOffset EndDate { get; set; }

    /// <summary>Makes a secret although there is one that holds.</summary>
    [Parameter]
    public SwitchParameter NewSecret { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new AdlsServicePrincipalOptions
        {
            DisplayName = DisplayName,
            Account = Account,
            ResourceGroupName = ResourceGroupName,
            FileSystem = FileSystem,
            WholeAccount = WholeAccount,
            Generation = Generation,
            SecretEnd = ParameterSetName == UntilDate ? EndDate : DateTimeOffset.UtcNow + SecretLifetime,
            NewSecret = NewSecret,
            ReplicationLimit = Timeout,
        };
        await WriteResultAsync(await AdlsServicePrincipals.NewAsync(options, Azure, Caller, cancellationToken));
    }
}
