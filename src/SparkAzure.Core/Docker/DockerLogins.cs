using Docker.DotNet.Models;
using SparkAzure.Core.Oci.Registry;

namespace SparkAzure.Core.Docker;

/// <summary>Logins as the headers X-Registry-Auth and X-Registry-Config carry them.</summary>
internal static class DockerLogins
{
    /// <summary>The login as Docker takes it; null for none.</summary>
    /// <param name="login">The login.</param>
    /// <param name="host">The registry, as Docker calls it.</param>
    public static AuthConfig? Of(RegistryLogin? login, string host) => login switch
    {
        PasswordLogin known => new AuthConfig
        {
            Username = known.UserName,
            Password = known.Password,
            ServerAddress = host,
        },
        RefreshTokenLogin token => new AuthConfig { IdentityToken = token.Token, ServerAddress = host },
        _ => null,
    };
}
