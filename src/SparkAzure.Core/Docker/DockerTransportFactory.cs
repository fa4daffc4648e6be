using Docker.DotNet.Handler.Abstractions;
using Microsoft.Extensions.Logging;

namespace SparkAzure.Core.Docker;

/// <summary>Gives Docker.DotNet the module's own transport.</summary>
internal sealed class DockerTransportFactory : IDockerHandlerFactory<DockerEndpoint>
{
    public static readonly DockerTransportFactory Instance = new();

    private DockerTransportFactory()
    {
    }

    public ResolvedTransport CreateHandler(
        DockerEndpoint transportOptions, ResolvedClientOptions clientOptions, ILogger logger) =>
        new(
            new DockerTransport(transportOptions.CreateHandler(), transportOptions.Patience),
            transportOptions.BaseAddress);

    // The library asks for this only where it chooses a transport by the address' scheme; it was told which one.
    public ResolvedTransport CreateHandler(ResolvedClientOptions clientOptions, ILogger logger) =>
        throw new NotSupportedException("The endpoint is not known.");

    // For attaching to containers; images need none.
    public Task<WriteClosableStream> HijackStreamAsync(HttpContent content) => throw new NotSupportedException();
}
