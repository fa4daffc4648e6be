using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SparkAzure.Core.Tests.Images;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Oci.Registry;

/// <summary>The stand-in is worth something only while real clients take it for a registry.</summary>
public sealed class RegistryStandInTests
{
    [SkippableTheory]
    [InlineData(RegistryAuthentication.None, false, false)]
    [InlineData(RegistryAuthentication.Basic, true, false)]
    [InlineData(RegistryAuthentication.AcrToken, true, true)]
    public async Task Skopeo_inspects_and_copies_between_repositories(RegistryAuthentication authentication, bool oci, bool index)
    {
        Skip.IfNot(ContainerTools.Has("skopeo"), "skopeo is not installed");
        await using var registry = await RegistryStandIn.StartAsync(new RegistryOptions { Authentication = authentication });
        var digest = registry.SeedBaseImage("base/jre", "8", oci, index);

        var inspected = await ContainerTools.RunAsync(
            "skopeo", ["inspect", "--tls-verify=false", "--creds", "sandbox:sandbox-password", $"docker://{registry.Host}/base/jre:8"]);
        await ContainerTools.RunAsync(
            "skopeo",
            [
                "copy", "--all", "--src-tls-verify=false", "--dest-tls-verify=false",
                "--src-creds", "sandbox:sandbox-password", "--dest-creds", "sandbox:sandbox-password",
                $"docker://{registry.Host}/base/jre:8", $"docker://{registry.Host}/team/copy:1",
            ]);

        Assert.Contains("JAVA_HOME=/usr/lib/jvm/sandbox", inspected, StringComparison.Ordinal);
        Assert.Equal(digest, registry.Manifest("team/copy", "1")!.Value.Digest);
    }

    [SkippableTheory]
    [InlineData(RegistryAuthentication.None)]
    [InlineData(RegistryAuthentication.AcrToken)]
    public async Task Docker_pushes_and_pulls(RegistryAuthentication authentication)
    {
        await ContainerTools.SkipWithoutDockerAsync();
        await using var registry = await RegistryStandIn.StartAsync(new RegistryOptions { Authentication = authentication });
        using var folder = new TemporaryFolder();
        folder.Write("config.json", JsonSerializer.Serialize(new
        {
            auths = new Dictionary<string, object>
            {
                [registry.Host] = new { auth = Convert.ToBase64String(Encoding.UTF8.GetBytes("sandbox:sandbox-password")) },
            },
        }));
        var environment = new Dictionary<string, string> { ["DOCKER_CONFIG"] = folder.Path };
        var reference = $"{registry.Host}/team/base:1";
        await ContainerTools.RunAsync("docker", ["tag", ContainerTools.BaseImage, reference]);
        try
        {
            await ContainerTools.RunAsync("docker", ["push", reference], environment);
            await ContainerTools.RunAsync("docker", ["pull", reference], environment);
        }
        finally
        {
            await ContainerTools.TryRunAsync("docker", ["rmi", reference]);
        }

        Assert.NotNull(registry.Manifest("team/base", "1"));
        Assert.Contains(registry.Requests, r => r.IsBlobUpload && r.Status is 201 or 202);
    }

    [Fact]
    public async Task A_blob_whose_content_differs_from_its_digest_is_not_taken()
    {
        await using var registry = await RegistryStandIn.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri($"http://{registry.Host}") };
        var begun = await client.PostAsync("/v2/a/blobs/uploads/", null);
        var location = begun.Headers.Location + "&digest=sha256:" + new string('0', 64);

        var answer = await client.PutAsync(location, new ByteArrayContent([1, 2, 3]));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("DIGEST_INVALID", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(registry.Requests, r => r is { Method: "PUT", BodyBytes: 3, Status: 400 });
    }

    [Fact]
    public async Task Tokens_are_exchanged_as_in_azure_container_registry_and_hold_for_their_scope_only()
    {
        await using var registry = await RegistryStandIn.StartAsync(new RegistryOptions
        {
            Authentication = RegistryAuthentication.AcrToken,
            EntraAccessToken = "entra",
        });
        registry.SeedBaseImage("base/jre", "8");
        using var client = new HttpClient { BaseAddress = new Uri($"http://{registry.Host}") };

        var challenge = await client.GetAsync("/v2/base/jre/manifests/8");
        Assert.Equal(
            $"realm=\"http://{registry.Host}/oauth2/token\",service=\"{registry.Host}\",scope=\"repository:base/jre:pull\"",
            challenge.Headers.WwwAuthenticate.Single(h => h.Scheme == "Bearer").Parameter);

        var refresh = await PostAsync("/oauth2/exchange", new() { ["grant_type"] = "access_token", ["service"] = registry.Host, ["access_token"] = "entra" });
        var access = await PostAsync("/oauth2/token", new()
        {
            ["grant_type"] = "refresh_token",
            ["service"] = registry.Host,
            ["scope"] = "repository:base/jre:pull",
            ["refresh_token"] = refresh.GetProperty("refresh_token").GetString()!,
        });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", access.GetProperty("access_token").GetString());

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v2/base/jre/manifests/8")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync("/v2/base/jre/blobs/uploads/", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/v2/other/manifests/8")).StatusCode);

        async Task<JsonElement> PostAsync(string path, Dictionary<string, string> form)
        {
            using var content = new FormUrlEncodedContent(form);
            var answer = await client.PostAsync(path, content);
            Assert.True(answer.IsSuccessStatusCode, path);
            return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        }
    }
}
