using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Registry;


namespace SparkAzure.Core.Docker;

/// <summary>Which daemon is meant.</summary>
internal static class DockerEndpoints
{
    private const string DefaultSocket = "/var/run/docker.sock";
    private const string PodmanSocket = "/run/podman/podman.sock";

    /// <summary>
    /// Finds it in docker's own order (docker/cli, cli/command/cli.go, resolveContextName): what the caller gives;
    /// DOCKER_HOST; DOCKER_CONTEXT; the context that <c>docker context use</c> wrote into config.json; the local
    /// socket. Where that socket is not there, one of a rootless Docker
    /// or of podman.
    /// </summary>
    /// <param name="choice">What the caller gives.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="caller">Is told which one it is, and why.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">
    /// DockerHostAmbiguous, DockerContextUnusable, DockerHostNotSupported, DockerHostNeedsTls, DockerHostNeedsProgram,
    /// DockerConfigUnreadable, CannotRead.
    /// </exception>
    public static async Task<DockerEndpoint> FindAsync(
        DockerChoice choice,
        Func<string, string?> environment,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        if (choice.Host is not null && choice.Context is not null)
        {
            throw DockerErrors.DockerHostAmbiguous();
        }

        var folder = choice.ConfigFolder ?? DockerConfigFile.DefaultFolder(environment);
        var (context, origin) = await ContextAsync(choice, folder, environment, cancellationToken)
            .ConfigureAwait(false);
        if (context is not (null or DockerContext.Default))
        {
            var found = await DockerContext.ReadAsync(folder, context, origin, cancellationToken).ConfigureAwait(false);
            caller.Debug($"The Docker context is '{context}', from {origin}: {found.Host}.");
            return DockerEndpoint.Parse(found.Host, found.Tls);
        }

        var tls = DockerTls.FromEnvironment(folder, environment);
        var host = choice.Host?.OriginalString ?? environment("DOCKER_HOST");
        if (host is { Length: > 0 })
        {
            caller.Debug(
                $"The Docker host is {host}, from {(choice.Host is null ? "DOCKER_HOST" : "-DockerHost")}.");
            return DockerEndpoint.Parse(host, tls);
        }

        var socket = LocalSocket(environment, File.Exists);
        caller.Debug($"The Docker host is the local socket {socket}.");
        return DockerEndpoint.Parse("unix://" + socket, tls);
    }

    /// <summary>The socket of the daemon of this host; docker's own where there is none.</summary>
    internal static string LocalSocket(Func<string, string?> environment, Func<string, bool> exists)
    {
        // docs.docker.com, "Rootless mode"; podman-system-service(1).
        var runtime = environment("XDG_RUNTIME_DIR") is { Length: > 0 } folder ? folder : null;
        string[] sockets = runtime is null
            ? [DefaultSocket, PodmanSocket]
            : [DefaultSocket, $"{runtime}/docker.sock", $"{runtime}/podman/podman.sock", PodmanSocket];
        return Array.Find(sockets, s => exists(s)) ?? DefaultSocket;
    }

    private static async Task<(string? Name, string Origin)> ContextAsync(
        DockerChoice choice, string folder, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        if (choice.Context is not null)
        {
            return (choice.Context, "-DockerContext");
        }

        if (choice.Host is not null || environment("DOCKER_HOST") is { Length: > 0 })
        {
            return (null, "");
        }

        if (environment("DOCKER_CONTEXT") is { Length: > 0 } wanted)
        {
            return (wanted, "DOCKER_CONTEXT");
        }

        var config = await DockerConfigFile.ReadAsync(Path.Combine(folder, "config.json"), cancellationToken)
            .ConfigureAwait(false);
        return (config?.CurrentContext, "config.json");
    }
}
