using Azure.Core;

namespace SparkAzure.Core.Azure.Graph;

/// <summary>An application, as Graph v1.0 shows one.</summary>
internal sealed record ApplicationData(
    string Id,
    string AppId,
    string? DisplayName,
    IReadOnlyList<PasswordCredentialData>? PasswordCredentials,
    IReadOnlyList<KeyCredentialData>? KeyCredentials = null,
    IReadOnlyList<string>? Tags = null)
{
    /// <summary>Whether it was registered here, as its tag tells.</summary>
    public bool IsMadeHere => Tags?.Contains(GraphClient.Tag) == true;

    /// <summary>What its secrets and certificates are called.</summary>
    public IEnumerable<string> Credentials =>
    [
        .. (PasswordCredentials ?? []).Select(p => p.DisplayName ?? $"secret {p.KeyId}"),
        .. (KeyCredentials ?? []).Select(k => $"certificate {k.DisplayName ?? k.KeyId}"),
    ];

    /// <summary>Its secrets that still hold.</summary>
    public IEnumerable<PasswordCredentialData> ValidPasswords(DateTimeOffset now) =>
        (PasswordCredentials ?? []).Where(p => p.EndDateTime is null || p.EndDateTime > now);
}

/// <summary>A certificate of an application.</summary>
internal sealed record KeyCredentialData(string? KeyId, string? DisplayName);

/// <summary>
/// A secret of an application; its text is there only in the answer that makes it. No record, as that would print it.
/// </summary>
internal sealed class PasswordCredentialData
{
    public string? KeyId { get; init; }

    public string? DisplayName { get; init; }

    public DateTimeOffset? EndDateTime { get; init; }

    public string? SecretText { get; init; }
}

/// <summary>A service principal: an application in a tenant.</summary>
internal sealed record ServicePrincipalData(string Id, string AppId, string? DisplayName);

/// <summary>The calls of Microsoft Graph v1.0. Least permission: Application.ReadWrite.OwnedBy.</summary>
internal sealed class GraphClient(AzureServiceClient graph)
{
    /// <summary>By which an application that was registered here is known again.</summary>
    public const string Tag = "SparkAzure";

    /// <summary>Finds applications by their name, which need not be unique.</summary>
    public Task<IReadOnlyList<ApplicationData>> FindApplicationsAsync(
        string displayName, CancellationToken cancellationToken) =>
        graph.ListAsync<ApplicationData>(
            $"/v1.0/applications?$filter={Filter("displayName", displayName)}&$select=id,appId,displayName,passwordCredentials,keyCredentials,tags",
            cancellationToken);

    /// <summary>Registers an application of this tenant alone.</summary>
    public Task<ApplicationData> CreateApplicationAsync(
        string displayName, CancellationToken cancellationToken) => ChangeAsync<ApplicationData>(
        "register an application",
        "/v1.0/applications",
        new { displayName, signInAudience = "AzureADMyOrg", tags = new[] { Tag } },
        cancellationToken);

    /// <summary>Finds the service principal of an application; null when there is none.</summary>
    public async Task<ServicePrincipalData?> FindServicePrincipalAsync(
        string appId, CancellationToken cancellationToken)
    {
        var path = $"/v1.0/servicePrincipals?$filter={Filter("appId", appId)}&$select=id,appId,displayName";
        if (await graph.ListAsync<ServicePrincipalData>(path, cancellationToken)
            .ConfigureAwait(false) is [var only, ..])
        {
            return only;
        }

        return null;
    }

    /// <summary>Makes the service principal of an application.</summary>
    public Task<ServicePrincipalData> CreateServicePrincipalAsync(string appId, CancellationToken cancellationToken) =>
        ChangeAsync<ServicePrincipalData>(
            "make a service principal", "/v1.0/servicePrincipals", new { appId }, cancellationToken);

    /// <summary>Makes a secret; its text is in this answer only.</summary>
    public Task<PasswordCredentialData> AddPasswordAsync(
        string applicationId,
        string displayName,
        DateTimeOffset end,
        CancellationToken cancellationToken) => ChangeAsync<PasswordCredentialData>(
        "make a secret",
        $"/v1.0/applications/{Uri.EscapeDataString(applicationId)}/addPassword",
        new { passwordCredential = new { displayName, endDateTime = end.UtcDateTime } },
        cancellationToken);

    /// <summary>Deletes a secret.</summary>
    public async Task RemovePasswordAsync(string applicationId, string keyId, CancellationToken cancellationToken)
    {
        var path = $"/v1.0/applications/{Uri.EscapeDataString(applicationId)}/removePassword";
        try
        {
            await graph.CallAsync(RequestMethod.Post, path, new { keyId }, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (exception.IsAnswer(403))
        {
            throw GraphErrors.ApplicationDenied("delete a secret", exception);
        }
    }

    /// <summary>Deletes an application, and is content when it is not there.</summary>
    public Task DeleteApplicationAsync(string applicationId, CancellationToken cancellationToken) =>
        DeleteAsync("delete an application", $"/v1.0/applications/{Uri.EscapeDataString(applicationId)}", cancellationToken);

    /// <summary>Deletes a service principal, and is content when it is not there.</summary>
    public Task DeleteServicePrincipalAsync(string principalId, CancellationToken cancellationToken) =>
        DeleteAsync(
            "delete a service principal",
            $"/v1.0/servicePrincipals/{Uri.EscapeDataString(principalId)}",
            cancellationToken);

    private async Task DeleteAsync(string what, string path, CancellationToken cancellationToken)
    {
        try
        {
            _ = await graph.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (exception.IsAnswer(403))
        {
            throw GraphErrors.ApplicationDenied(what, exception);
        }
    }

    private async Task<T> ChangeAsync<T>(string what, string path, object body, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await graph.SendAsync<T>(RequestMethod.Post, path, body, cancellationToken, repeatable: false)
                .ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (exception.IsAnswer(403))
        {
            throw GraphErrors.ApplicationDenied(what, exception);
        }
    }

    private static string Filter(string member, string value) =>
        Uri.EscapeDataString($"{member} eq '{value.Replace("'", "''", StringComparison.Ordinal)}'");
}
