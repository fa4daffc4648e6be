using System.Net;
using System.Net.Sockets;
using SparkAzure.Core.Aks.Api;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>Whether a server takes connections, and what else may come of one.</summary>
public sealed class ServerReachTests
{
    [SkippableFact]
    public async Task A_server_from_which_nothing_comes_back_is_silent_and_one_that_answers_late_is_not()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux drops what a full queue cannot take.");
        using var silent = new SilentPort();
        using var late = new SilentPort();
        using var stop = new CancellationTokenSource();
        var none = TryAsync(silent.Number);
        var slow = TryAsync(late.Number);
        await Task.Delay(2_000);
        var answering = late.AnswerAsync(stop.Token);

        Assert.Equal(ServerReachState.Answers, (await slow).State);
        Assert.Equal(ServerReachState.Silent, (await none).State);
        Assert.StartsWith("no answer to connections with 127.0.0.1:", (await none).LineOf(new Uri("https://127.0.0.1:1")), StringComparison.Ordinal);
        Assert.Null((await slow).LineOf(new Uri("https://127.0.0.1:1")));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
    }

    [Fact]
    public async Task A_refusal_and_a_name_without_an_address_are_told_at_once_and_are_no_silence()
    {
        using var refusing = new RefusingPort();
        var refused = await TryAsync(refusing.Number);
        var unresolved = await ServerReach.TryAsync(new Uri("https://nosuch.invalid"), ServerReach.Certainty, default);

        Assert.Equal((ServerReachState.Refused, null), (refused.State, refused.LineOf(new Uri("https://x"))));
        Assert.Equal((ServerReachState.Unresolved, null), (unresolved.State, unresolved.LineOf(new Uri("https://x"))));
    }

    [Fact]
    public async Task A_server_of_which_one_address_answers_does()
    {
        // localhost is ::1 as well, where nobody listens.
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;

        var reach = await ServerReach.TryAsync(new Uri($"https://localhost:{port}"), ServerReach.Certainty, default);

        Assert.Equal(ServerReachState.Answers, reach.State);
    }

    private static Task<ServerReach> TryAsync(int port) =>
        ServerReach.TryAsync(new Uri($"https://127.0.0.1:{port}"), ServerReach.Certainty, default);
}
