using System.Text;
using System.Text.Json;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>
/// Docker's <c>config.json</c>: the logins that docker login and az acr login leave, or the programs that keep them,
/// and the context in use. Podman's <c>auth.json</c> is of the same form.
/// </summary>
internal sealed class DockerConfigFile
{
    // Docker Hub's entry has the address of its first index for a key.
    private const string DockerHubKey = "https://index.docker.io/v1/";

    // Where the keys are registries.
    private static readonly string[] Sections = ["auths", "credHelpers"];

    private readonly string _path;
    private readonly JsonElement _root;

    private DockerConfigFile(string path, JsonElement root) => (_path, _root) = (path, root);

    /// <summary>The context that <c>docker context use</c> chose; null for the default one.</summary>
    public string? CurrentContext => Text(_root, "currentContext");

    /// <summary>The folder of config.json: DOCKER_CONFIG, or .docker in the home.</summary>
    public static string DefaultFolder(Func<string, string?> environment)
    {
        if (environment("DOCKER_CONFIG") is { Length: > 0 } folder)
        {
            return folder;
        }

        return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");
    }

    /// <summary>The registries that there are logins for, or helpers of; empty when the file cannot be read.</summary>
    /// <param name="environment">The environment's variables.</param>
    public static IReadOnlyList<string> Registries(Func<string, string?> environment)
    {
        try
        {
            var bytes = RegularFile.ReadAllBytes(Path.Combine(DefaultFolder(environment), "config.json"));
            using var document = JsonDocument.Parse(bytes);
            return
            [
                .. from section in Sections
                   where document.RootElement.TryGetProperty(section, out var entries)
                   from entry in document.RootElement.GetProperty(section).EnumerateObject()
                   where !entry.Name.Contains("://", StringComparison.Ordinal)
                   select entry.Name,
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException
            or InvalidOperationException or SparkAzureException)
        {
            return [];
        }
    }

    /// <summary>Finds a registry's login as docker would, else as podman would.</summary>
    /// <param name="folder">The folder of config.json; null for the usual one, and podman's file after it.</param>
    /// <param name="host">The registry's host and port.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="cancellationToken">Stops the reading, and a helper that runs.</param>
    /// <returns>The login; null when there is none for that registry.</returns>
    /// <exception cref="SparkAzureException">DockerConfigUnreadable, CredentialHelperFailed, CannotRead.</exception>
    public static async Task<RegistryLogin?> FindLoginAsync(
        string? folder, string host, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var files = new List<string> { Path.Combine(folder ?? DefaultFolder(environment), "config.json") };
        if (folder is null && environment("XDG_RUNTIME_DIR") is { Length: > 0 } runtime)
        {
            files.Add(Path.Combine(runtime, "containers", "auth.json"));
        }

        foreach (var path in files)
        {
            if (await ReadAsync(path, cancellationToken).ConfigureAwait(false) is { } file
                && await file.FindLoginAsync(host, environment, cancellationToken).ConfigureAwait(false) is { } login)
            {
                return login;
            }
        }

        return null;
    }

    /// <summary>Reads the file; null when it is not there.</summary>
    /// <exception cref="SparkAzureException">DockerConfigUnreadable, CannotRead.</exception>
    public static async Task<DockerConfigFile?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using var document = JsonDocument.Parse(
                await RegularFile.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return new DockerConfigFile(path, document.RootElement.Clone());
            }

            throw Unreadable(path);
        }
        catch (JsonException)
        {
            // The exception underneath may quote the file's text, and with it the password.
            throw Unreadable(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    private static SparkAzureException Unreadable(string path) =>
        OciErrors.DockerConfigUnreadable(path, "it is not what docker login writes");

    private static string? Text(JsonElement entry, string name)
    {
        if (entry.ValueKind == JsonValueKind.Object
            && entry.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text)
        {
            return text;
        }

        return null;
    }

    // Docker asks the helper of that registry, else the one of all registries; the file's own logins count where they
    // have none.
    private async Task<RegistryLogin?> FindLoginAsync(
        string host, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var keys = host == RegistryAddress.DockerHub
            ? [DockerHubKey, host]
            : new[] { host, "https://" + host, "http://" + host, $"https://{host}/v2/", $"https://{host}/v1/" };
        var named = Entry("credHelpers", keys);
        var helper = named.ValueKind == JsonValueKind.String ? named.GetString() : Text(_root, "credsStore");
        if (!string.IsNullOrEmpty(helper) && !HostProcesses.AreForbidden(environment))
        {
            var kept = await CredentialHelper
                .GetAsync(helper, keys[0], _path, environment, cancellationToken)
                .ConfigureAwait(false);
            if (kept is not null)
            {
                return kept;
            }
        }

        if (Entry("auths", keys) is { ValueKind: JsonValueKind.Object } entry)
        {
            return LoginIn(entry);
        }

        return null;
    }

    private JsonElement Entry(string section, string[] keys)
    {
        if (_root.TryGetProperty(section, out var entries) && entries.ValueKind == JsonValueKind.Object)
        {
            return entries
                .EnumerateObject()
                .FirstOrDefault(l => keys.Contains(l.Name, StringComparer.OrdinalIgnoreCase)).Value;
        }

        return default;
    }

    private RegistryLogin? LoginIn(JsonElement entry)
    {
        if (Text(entry, "identitytoken") is { } token)
        {
            return new RefreshTokenLogin(token);
        }

        try
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(Text(entry, "auth") ?? "")).TrimEnd('\0');
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            var (name, password) = colon < 0
                ? (Text(entry, "username") ?? "", Text(entry, "password") ?? "")
                : (pair[..colon], pair[(colon + 1)..]);
            if (name.Length > 0)
            {
                return new PasswordLogin(name, password);
            }

            return null;
        }
        catch (FormatException)
        {
            throw Unreadable(_path);
        }
    }
}
