using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Docker;

/// <summary>
/// A context of the docker program: a daemon under a name. Docker keeps them beside config.json, in
/// <c>contexts/meta/ID/meta.json</c> and
/// <c>contexts/tls/ID/docker/</c>, where ID is the SHA-256 of the name (docker/cli, cli/context/store).
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Host">The daemon's address.</param>
/// <param name="Tls">Its certificates; null for none.</param>
internal sealed record DockerContext(string Name, string Host, DockerTls? Tls)
{
    /// <summary>The context that is no file: DOCKER_HOST, or the local socket.</summary>
    public const string Default = "default";

    /// <summary>
    /// The names of all contexts, <see cref="Default"/> first; files that cannot be read are passed over.
    /// </summary>
    public static IReadOnlyList<string> Names(string configFolder)
    {
        try
        {
            var files = Directory.EnumerateFiles(
                Path.Combine(configFolder, "contexts", "meta"), "meta.json", SearchOption.AllDirectories);
            return [Default, .. files.Select(NameIn).OfType<string>().Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [Default];
        }
    }

    /// <summary>Reads a context.</summary>
    /// <param name="configFolder">The folder of config.json.</param>
    /// <param name="name">Its name.</param>
    /// <param name="origin">Who wants it, for messages: -DockerContext, DOCKER_CONTEXT, config.json.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">DockerContextUnusable, CannotRead.</exception>
    public static async Task<DockerContext> ReadAsync(
        string configFolder, string name, string origin, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name))).ToLowerInvariant();
        var path = Path.Combine(configFolder, "contexts", "meta", id, "meta.json");
        try
        {
            var kept = Read(await RegularFile.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
            var why = kept?.Endpoints?.GetValueOrDefault("docker") switch
            {
                { SkipTLSVerify: true } =>
                    "it says skip-tls-verify: anybody could be that daemon, and it is given the registry's login",
                { Host.Length: > 0 } => null,
                _ => $"'{path}' names no address of a daemon",
            };
            if (why is not null)
            {
                throw DockerErrors.DockerContextUnusable(name, origin, why, Names(configFolder));
            }

            var certificates = Path.Combine(configFolder, "contexts", "tls", id, "docker");
            return new DockerContext(
                name,
                kept!.Endpoints!["docker"].Host!,
                Directory.Exists(certificates) ? new DockerTls(certificates) : null);
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException)
        {
            throw DockerErrors.DockerContextUnusable(name, origin, "there is none of that name", Names(configFolder));
        }
        catch (JsonException)
        {
            throw DockerErrors.DockerContextUnusable(
                name, origin, $"'{path}' is not what docker context create writes", Names(configFolder));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    private static Kept? Read(byte[] content) => JsonSerializer.Deserialize<Kept>(content);

    private static string? NameIn(string path)
    {
        try
        {
            return Read(RegularFile.ReadAllBytes(path))?.Name;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException
            or SparkAzureException)
        {
            return null;
        }
    }

    private sealed record Kept(string? Name, IReadOnlyDictionary<string, KeptDaemon>? Endpoints);

    private sealed record KeptDaemon(string? Host, bool SkipTLSVerify);
}
