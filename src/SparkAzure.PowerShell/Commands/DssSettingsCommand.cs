using System.Management.Automation;
using System.Security;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.Host;

namespace SparkAzure.Commands;

/// <summary>
/// The base of the cmdlets that change DSS's settings: the ways into DSS. A cmdlet with parameter sets of its own
/// overrides the properties to put them into those.
/// </summary>
public abstract class DssSettingsCommand : SparkAzureCommand
{
    private protected const string ByFile = "DataDirectory";
    private protected const string ByApi = "Uri";
    private protected const string ByEndpoint = "Endpoint";

    private protected DssSettingsCommand()
    {
    }

    // Not mandatory: PowerShell would take a default set whose mandatory parameter may come through the pipeline, and look
    // for no endpoint there. That nothing says which DSS is an error of its own (DssAddressIncomplete).

    /// <summary>The data directory of DSS whose settings files are edited.</summary>
    [Parameter(ParameterSetName = ByFile, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "DIP_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public virtual string DataDirectory { get; set; } = "";

    /// <summary>The address of DSS. Not taken from the pipeline: an API server has a Uri of its own.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByApi)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNull]
    public virtual Uri? Uri { get; set; }

    /// <summary>An API key of DSS with the right of an administrator.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByApi)]
    [ValidateNotNull]
    public virtual SecureString? ApiKey { get; set; }

    /// <summary>Accepts any certificate of DSS.</summary>
    [Parameter(ParameterSetName = ByApi)]
    public virtual SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>Lets the key go over plain http to another host.</summary>
    [Parameter(ParameterSetName = ByApi)]
    public virtual SwitchParameter AllowUnencryptedAuthentication { get; set; }

    /// <summary>Address and key in one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByEndpoint, ValueFromPipeline = true)]
    [ValidateNotNull]
    public DssEndpoint? Endpoint { get; set; }

    private protected virtual DssAddress Dss => Address;

    private DssAddress Address
    {
        get
        {
            if (ParameterSetName == ByEndpoint)
            {
                return DssAddress.Of(Endpoint!) with { KeepsState = true };
            }

            return new DssAddress
            {
                DataDirectory = DataDirectory.Length > 0 ? FullPath(DataDirectory) : null,
                Uri = Uri,
                KeepsState = true,
                ApiKey = ApiKey,
                SkipCertificateCheck = SkipCertificateCheck,
                AllowUnencryptedAuthentication = AllowUnencryptedAuthentication,
            };
        }
    }

    // For those that write: whether DSS is restarted around it, and how long to wait for another that writes.
    private protected DssAddress Changing(bool restart, int timeoutSeconds) =>
        Address with { Restart = restart, Patience = TimeSpan.FromSeconds(timeoutSeconds) };
}
