using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Adls;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Reads the access keys of a storage account.</summary>
[Cmdlet(VerbsCommon.Get, "AdlsAccessKey")]
[OutputType(typeof(AdlsAccessKey))]
public sealed class GetAdlsAccessKeyCommand : AzureCommand
{
    /// <summary>The storage account's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AccountCompleter))]
    [TextTransformation("the name of a storage account", "Account", "StorageAccountName")]
    [ValidateNotNullOrEmpty]
    public string Account { get; set; } = "";

    /// <summary>Its resource group; without it the account is looked for.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ResourceGroupName { get; set; }

    /// <summary>One key.</summary>
    [Parameter]
    public AdlsKeyName? KeyName { get; set; }

    /// <summary>The key that was made last only.</summary>
    [Parameter]
    public SwitchParameter Newest { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var key in await AdlsAccounts.GetKeysAsync(
            Account,
            ResourceGroupName,
            KeyName?.ToString(),
            Newest,
            Azure,
            Caller,
            cancellationToken))
        {
            await WriteResultAsync(key);
        }
    }
}
