using System.Text;
using System.Text.Json;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Images;

/// <summary>The logins in docker's <c>config.json</c>, as docker login and az acr login write them.</summary>
internal static class DockerConfigFile
{
    // Docker Hub's entry has the address of its first index for a key.
    private const string DockerHubKey = "https://index.docker.io/v1/";

    /// <summary>The folder of config.json: DOCKER_CONFIG, or .docker in the home.</summary>
    public static string DefaultFolder =>
        Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");

    /// <summary>Looks a registry's login up.</summary>
    /// <param name="folder">The folder of config.json.</param>
    /// <param name="host">The registry's host and port.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The login; null when the file is not there or has none for that registry.</returns>
    /// <exception cref="SparkAzureException">DockerConfigUnreadable.</exception>
    public static async Task<RegistryLogin?> FindAsync(string folder, string host, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("auths", out var logins)
                || logins.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var keys = host == RegistryAddress.DockerHub ? [DockerHubKey, host] : new[] { host, "https://" + host, "http://" + host, $"https://{host}/v2/", $"https://{host}/v1/" };
            var entry = logins.EnumerateObject().FirstOrDefault(l => keys.Contains(l.Name, StringComparer.OrdinalIgnoreCase)).Value;
            return entry.ValueKind == JsonValueKind.Object ? LoginIn(entry) : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            // The exception underneath may quote the file's text, and with it the password.
            throw ImageErrors.DockerConfigUnreadable(path, "it is not what docker login writes");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    private static RegistryLogin? LoginIn(JsonElement entry)
    {
        var token = Text(entry, "identitytoken");
        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(Text(entry, "auth") ?? "")).TrimEnd('\0');
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        var (name, password) = colon < 0 ? (Text(entry, "username") ?? "", Text(entry, "password") ?? "") : (pair[..colon], pair[(colon + 1)..]);
        return token is not null ? new RefreshTokenLogin(token) : name.Length > 0 ? new PasswordLogin(name, password) : null;
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
