namespace SparkAzure;

/// <summary>Where a token for Azure comes from. None of them asks anybody anything.</summary>
public enum AzureTokenSource
{
    /// <summary>
    /// The managed identity where the host announces one (<c>IDENTITY_ENDPOINT</c>), else the first that has an account
    /// of
    /// Environment, AzurePowerShell, AzureCli, and the managed identity of the virtual machine.
    /// </summary>
    Auto,

    /// <summary>The managed identity of the virtual machine, runbook or pod.</summary>
    ManagedIdentity,

    /// <summary>
    /// A service principal in <c>AZURE_TENANT_ID</c>, <c>AZURE_CLIENT_ID</c> and <c>AZURE_CLIENT_SECRET</c> or a
    /// certificate.
    /// </summary>
    Environment,

    /// <summary>The account of <c>Connect-AzAccount</c>.</summary>
    AzurePowerShell,

    /// <summary>The account of <c>az login</c>.</summary>
    AzureCli,
}

/// <summary>A cloud of Azure, by the name that Az.Accounts and the Azure CLI give it.</summary>
public enum AzureEnvironment
{
    /// <summary>The public cloud.</summary>
    AzureCloud,

    /// <summary>The cloud for the government of the United States.</summary>
    AzureUSGovernment,

    /// <summary>The cloud in China, run by 21Vianet.</summary>
    AzureChinaCloud,
}
