using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Adls;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Deletes a service principal that was made for a storage account.</summary>
[Cmdlet(
    VerbsCommon.Remove, "AdlsServicePrincipal", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(RemovedAdlsServicePrincipal))]
public sealed class RemoveAdlsServicePrincipalCommand : GraphCommand
{
    /// <summary>The application's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
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

    /// <summary>Deletes the application although it was there before, or something else uses it.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new AdlsServicePrincipalRemovalOptions
        {
            DisplayName = DisplayName,
            Account = Account,
            ResourceGroupName = ResourceGroupName,
            Force = Force,
        };
        await WriteResultAsync(
            await AdlsServicePrincipalRemovals.RemoveAsync(options, Azure, Caller, cancellationToken));
    }
}
