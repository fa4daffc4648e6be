using System.Net;
using System.Text;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>How an answer of an API server reaches the library that reads it.</summary>
public sealed class ApiServerAnswerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// The library reads with blocking reads. On a body that is still on its way each would hold a thread of the pool: 37 questions at
    /// once then took up to three seconds on two cores.
    /// </summary>
    [Fact]
    public async Task A_body_that_comes_late_is_waited_for_without_a_thread()
    {
        var body = new LateBody("""{"gitVersion":"v1.34.4"}""");

        using var response = await AskAsync(body);

        Assert.False(body.WasReadBlocking);
        using var read = new StreamReader(response.Content.ReadAsStream());
        Assert.Equal("""{"gitVersion":"v1.34.4"}""", read.ReadToEnd());
        Assert.False(body.WasReadBlocking);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_an_answer_that_did_not_come()
    {
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(new LateBody(null)));

        Assert.Contains("broke off", error.ToString(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> AskAsync(Stream body)
    {
        _folder.Write("config", """
            apiVersion: v1
            kind: Config
            current-context: spark
            contexts: [{name: spark, context: {cluster: spark, user: anna}}]
            clusters: [{name: spark, cluster: {server: 'https://api.spark.test'}}]
            users: [{name: anna, user: {token: any}}]
            """);
        var config = await KubeConfig.OpenAsync(_folder["config"], CancellationToken.None);
        using var access = await config.OpenAccessAsync(null, CancellationToken.None);
        using var handler = new ApiServerHandler(access, new ServerTrust(access), new RecordingCaller(), new HttpTransportOptions())
        {
            InnerHandler = new Answer(body),
        };
        using var invoker = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://api.spark.test/version");
        return await invoker.SendAsync(request, CancellationToken.None);
    }

    private sealed class Answer(Stream body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) });
    }

    /// <summary>A body that is there after a while, or breaks off.</summary>
    private sealed class LateBody(string? text) : MemoryStream(Encoding.UTF8.GetBytes(text ?? ""))
    {
        public bool WasReadBlocking { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            WasReadBlocking = true;
            return base.Read(buffer, offset, count);
        }

        public override int Read(Span<byte> buffer)
        {
            WasReadBlocking = true;
            return base.Read(buffer);
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            if (text is null)
            {
                throw new IOException("The connection broke off.");
            }

            var count = Math.Min(buffer.Length, (int)(Length - Position));
            ToArray().AsMemory((int)Position, count).CopyTo(buffer);
            Position += count;
            return count;
        }
    }
}
