using System.Management.Automation;
using System.Security;
using SparkAzure.Core.Dss.Host;

namespace SparkAzure.Commands;

/// <summary>
/// The base of the cmdlets that change DSS's settings: the two ways into DSS. A cmdlet with parameter sets of its own
/// overrides the properties to put them into those.
/// </summary>
public abstract class DssSettingsCommand : SparkAzureCommand
{
    private protected const string ByFile = "DataDirectory";
    private protected const string ByApi = "Uri";

    private protected DssSettingsCommand()
    {
    }

    /// <summary>The data directory of DSS whose settings files are edited.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByFile, ValueFromPipelineByPropertyName = true)]
    [Alias("DIP_HOME")]
    [ValidateNotNullOrEmpty]
    public virtual string DataDirectory { get; set; } = "";

    /// <summary>The address of DSS. Not taken from the pipeline: an API server has a Uri of its own.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByApi)]
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

    private protected virtual DssAddress Dss => Address;

    private DssAddress Address => new()
    {
        DataDirectory = DataDirectory.Length > 0 ? FullPath(DataDirectory) : null,
        Uri = Uri,
        KeepsState = true,
        ApiKey = ApiKey,
        SkipCertificateCheck = SkipCertificateCheck,
        AllowUnencryptedAuthentication = AllowUnencryptedAuthentication,
    };

    // For those that write: whether DSS is restarted around it, and how long to wait for another that writes.
    private protected DssAddress Changing(bool restart, int timeoutSeconds) =>
        Address with { Restart = restart, Patience = TimeSpan.FromSeconds(timeoutSeconds) };
}
