namespace SparkAzure.Sandbox.Azure;

/// <summary>Microsoft.Storage: accounts and their keys, api-version 2023-05-01.</summary>
public sealed partial class AzureStandIn
{
    private readonly List<StandInStorageAccount> _storageAccounts = [];

    /// <summary>Adds a storage account.</summary>
    public StandInStorageAccount AddStorageAccount(StandInStorageAccount account)
    {
        _storageAccounts.Add(account);
        return account;
    }

    /// <summary>Where an account's data is: this listener, with the account as the first part of the path.</summary>
    public Uri StorageEndpoint(string account) => new(Endpoint, $"/dfs/{account}/");

    private Task<Answer> StorageAsync(ResourceRequest request)
    {
        var accounts = _storageAccounts
            .Where(a => Same(a.Subscription.Id, request.Subscription.Id)
                && (request.ResourceGroup is null || Same(a.ResourceGroup, request.ResourceGroup)))
            .ToList();
        return Task.FromResult(request.Path switch
        {
            ["storageAccounts"] when request.Method != "GET" => MethodNotAllowed(request.Http),
            ["storageAccounts"] => Page(request.Http, [.. accounts.Select(Document)]),
            ["storageAccounts", ..] when request.ResourceGroup is not null && accounts.Count == 0 =>
                Answer.Error(
                    404, "ResourceGroupNotFound", $"Resource group '{request.ResourceGroup}' could not be found."),
            ["storageAccounts", var name, ..] when accounts.Find(a => Same(a.Name, name)) is not { } =>
                Answer.Error(
                    404,
                    "ResourceNotFound",
                    $"The Resource 'Microsoft.Storage/storageAccounts/{name}' under resource group " +
                    $"'{request.ResourceGroup}' was not found. For more details please go to " +
                    $"https://aka.ms/ARMResourceNotFoundFix"),
            ["storageAccounts", var name] when request.Method == "GET" =>
                new Answer(200, Document(accounts.Find(a => Same(a.Name, name))!)),
            ["storageAccounts", var name, "listKeys"] when request.Method == "POST" =>
                new Answer(200, KeysOf(accounts.Find(a => Same(a.Name, name))!)),
            ["storageAccounts", var name, "regenerateKey"] when request.Method == "POST" =>
                Regenerate(accounts.Find(a => Same(a.Name, name))!, (string?)request.Body?["keyName"]),
            ["storageAccounts", ..] => MethodNotAllowed(request.Http),
            _ => NoSuchType(),
        });
    }

    private static Answer Regenerate(StandInStorageAccount account, string? keyName)
    {
        if (keyName is null || !account.Keys.ContainsKey(keyName))
        {
            return Answer.Error(
                400, "InvalidValuesForRequestParameters", "Values for request parameters are invalid: keyName.");
        }

        account.Keys[keyName] = StandInStorageAccount.NewKey(keyName, DateTimeOffset.UtcNow);
        return new Answer(200, KeysOf(account));
    }

    private static object KeysOf(StandInStorageAccount account) => new
    {
        keys = account.Keys.Values.OrderBy(k => k.KeyName, StringComparer.Ordinal)
            .Select(k => new { creationTime = k.CreationTime.UtcDateTime.ToString("O"), keyName = k.KeyName, value = k.Value, permissions = "FULL" }),
    };

    private object Document(StandInStorageAccount account) => new
    {
        sku = new { name = "Standard_LRS", tier = "Standard" },
        kind = "StorageV2",
        id = account.Id,
        name = account.Name,
        type = "Microsoft.Storage/storageAccounts",
        location = "westeurope",
        properties = new
        {
            provisioningState = "Succeeded",
            isHnsEnabled = account.IsHnsEnabled ? true : (bool?)null,
            allowSharedKeyAccess = account.AllowSharedKeyAccess ? (bool?)null : false,
            publicNetworkAccess = account.LetsIn || account.SubnetIds.Count > 0 ? "Enabled" : "Disabled",
            networkAcls = new
            {
                bypass = "AzureServices",
                defaultAction = account.LetsIn ? "Allow" : "Deny",
                virtualNetworkRules = account.SubnetIds.Select(id => new { id, action = "Allow", state = "Succeeded" }),
                ipRules = Array.Empty<object>(),
            },
            supportsHttpsTrafficOnly = true,
            minimumTlsVersion = "TLS1_2",
            primaryEndpoints = new { dfs = StorageEndpoint(account.Name), blob = new Uri(
                Endpoint, $"/blob/{account.Name}/") },
        },
    };
}
