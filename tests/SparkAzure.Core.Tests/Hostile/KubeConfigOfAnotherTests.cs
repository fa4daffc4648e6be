using System.Runtime.Versioning;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>Root is given a kubeconfig of another account, which chooses the program and the files in it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KubeConfigOfAnotherTests : IDisposable
{
    private readonly RootOnly _place = RootOnly.Create();

    public void Dispose() => _place.Dispose();

    [SkippableFact]
    public async Task Its_program_runs_as_its_owner()
    {
        var plugin = RootOnly.Give(
            Path.Combine(_place.Theirs, "plugin"),
            """
            #!/bin/sh
            printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s:%s:%s"}}' "$(id -u)" "$HOME" "$SPARKAZURE_TEST_SECRET"
            """);
        File.SetUnixFileMode(plugin, (UnixFileMode)0b111_101_101);
        Environment.SetEnvironmentVariable("SPARKAZURE_TEST_SECRET", "canary");

        Assert.Equal(
            $"65534:{OtherAccount.Nobody.Account.Home}:", await TokenAsync("exec: {command: ./plugin, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}"));
    }

    [SkippableTheory]
    [InlineData("tokenFile", "")]
    [InlineData("client-certificate", ", client-key-data: eA==")]
    [InlineData("client-key", "")]
    public async Task What_only_root_may_read_is_not_read_for_it(string key, string beside)
    {
        foreach (var path in new[] { _place.Victim, RootOnly.Link(Path.Combine(_place.Theirs, "link"), _place.Victim) })
        {
            var refusal = await Assert.ThrowsAsync<SparkAzureException>(() => TokenAsync($"{key}: {path}{beside}"));
            Assert.Equal("CannotRead", refusal.Id);
        }
    }

    [SkippableFact]
    public async Task Its_authority_is_read_as_its_owner()
    {
        var refusal = await Assert.ThrowsAsync<SparkAzureException>(
            () => TokenAsync("token: t", $", certificate-authority: {_place.Victim}"));

        Assert.Equal("CannotRead", refusal.Id);
    }

    [SkippableFact]
    public async Task A_program_that_PATH_has_not_is_an_error_that_says_so()
    {
        var refusal = await Assert.ThrowsAsync<SparkAzureException>(
            () => TokenAsync("exec: {command: sparkazure-no-such-plugin, apiVersion: client.authentication.k8s.io/v1beta1}"));

        Assert.Equal("ProgramNotFound", refusal.Id);
    }

    private async Task<string?> TokenAsync(string user, string cluster = "")
    {
        var path = RootOnly.Give(
            Path.Combine(_place.Theirs, "config"),
            $$$"""
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [{name: c, context: {cluster: k, user: u}}]
            clusters: [{name: k, cluster: {server: "https://localhost:1"{{{cluster}}}}}]
            users: [{name: u, user: { {{{user}}} }}]
            """);
        var config = await KubeConfig.OpenAsync(path, default);
        using var access = await config.OpenAccessAsync(null, default);
        return access.Authorization?.Parameter;
    }
}
