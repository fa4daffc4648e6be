using System.Net;
using SparkAzure.Core.Azure;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>A way to prove to a registry who one is. Shows no secret.</summary>
internal abstract class RegistryLogin
{
    /// <summary>
    /// The name that Azure Container Registry takes beside a refresh token in a password's place (Azure/acr,
    /// docs/AAD-OAuth.md).
    /// </summary>
    public const string TokenUser = "00000000-0000-0000-0000-000000000000";

    /// <summary>Whether it says of itself that its time is over, as tokens of Azure do.</summary>
    public virtual bool HasExpired => false;

    public sealed override string ToString() => "***";
}

/// <summary>
/// A name and password: a registry's account, Azure's admin user, a repository token, a service principal (application
/// id and secret).
/// </summary>
internal sealed class PasswordLogin(string userName, string password) : RegistryLogin
{
    public string UserName { get; } = userName;

    public string Password { get; } = password;

    public override bool HasExpired => UserName == TokenUser && IssuedToken.HasExpired(Password);

    public static PasswordLogin From(NetworkCredential credential) => new(credential.UserName, credential.Password);
}

/// <summary>An OAuth refresh token, which docker calls an identity token.</summary>
internal sealed class RefreshTokenLogin(string token) : RegistryLogin
{
    public string Token { get; } = token;

    public override bool HasExpired => IssuedToken.HasExpired(Token);
}

/// <summary>A token of Entra ID, which Azure Container Registry exchanges for a refresh token of its own.</summary>
/// <param name="access">Where the token of Entra ID comes from.</param>
/// <param name="isChosen">False when nobody chose it: a host that has no account then goes on without a login.</param>
internal sealed class EntraLogin(AzureAccess access, bool isChosen) : RegistryLogin
{
    public AzureAccess Access { get; } = access;

    public bool IsChosen { get; } = isChosen;
}
