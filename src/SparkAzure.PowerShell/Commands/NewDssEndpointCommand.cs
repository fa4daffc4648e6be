using System.Management.Automation;
using System.Security;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.Settings;

namespace SparkAzure.Commands;

/// <summary>Puts the address of a DSS and its API key together. Asks nobody, and changes nothing.</summary>
[Cmdlet(VerbsCommon.New, "DssEndpoint")]
[OutputType(typeof(DssEndpoint))]
public sealed class NewDssEndpointCommand : SparkAzureCommand
{
    /// <summary>The address of DSS.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNull]
    public Uri? Uri { get; set; }

    /// <summary>An API key of DSS with the right of an administrator.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public SecureString? ApiKey { get; set; }

    /// <summary>Accepts any certificate of DSS.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>Lets the key go over plain http to another host.</summary>
    [Parameter]
    public SwitchParameter AllowUnencryptedAuthentication { get; set; }

    /// <inheritdoc />
    protected override Task RunAsync(CancellationToken cancellationToken)
    {
        var endpoint = new DssEndpoint
        {
            Uri = Uri!,
            ApiKey = ApiKey!,
            SkipCertificateCheck = SkipCertificateCheck,
            AllowUnencryptedAuthentication = AllowUnencryptedAuthentication,
        };
        return WriteResultAsync(DssEndpoints.Check(endpoint, Caller));
    }
}
