namespace SparkAzure.Sandbox.Azure;

/// <summary>Microsoft.Authorization: role assignments.</summary>
public sealed partial class AzureStandIn
{
    private Task<Answer> AuthorizationAsync(ResourceRequest request) => Task.FromResult(NoSuchType());
}
