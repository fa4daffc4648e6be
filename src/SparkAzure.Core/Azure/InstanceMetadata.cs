using System.Net.Sockets;

namespace SparkAzure.Core.Azure;

/// <summary>
/// Azure's instance metadata service, which tells a virtual machine which one it is; it leads nowhere on any other.
/// Source: Microsoft, "Azure Instance Metadata Service"; never through a proxy, and without it only of this machine.
/// </summary>
internal static class InstanceMetadata
{
    private static readonly Uri Usual = new("http://169.254.169.254");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The machine's path in Resource Manager; null where this is none of Azure.</summary>
    /// <param name="address">Where the service is; null for the usual address.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public static async Task<string?> MachineAsync(Uri? address, CancellationToken cancellationToken)
    {
        const string Path = "/metadata/instance/compute/resourceId?api-version=2021-02-01&format=text";
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(Patience);
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { MaxResponseContentBufferSize = 1 << 14 };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address ?? Usual, Path));
        request.Headers.Add("Metadata", "true");
        try
        {
            using var answer = await client.SendAsync(request, time.Token).ConfigureAwait(false);
            var text = await answer.Content.ReadAsStringAsync(time.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode && text.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase)
                ? text.Trim()
                : null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested
            && exception is HttpRequestException or OperationCanceledException or SocketException)
        {
            return null;
        }
    }
}
