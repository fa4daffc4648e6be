using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using SparkAzure.Core.Tests.Spark.Conflicts;
using SparkAzure.Runs.Features;
using SparkAzure.Runs.Java;
using SparkAzure.Runs.StandIns;
using SparkAzure.Sandbox.Lake;

namespace SparkAzure.Core.Tests.Spark;

/// <summary>
/// Hadoop's own driver is the judge of the lake that tests and examples have in the place of Azure's: in real Sparks it
/// reads and writes with a key over http and TLS, and with tokens of a service principal, under the accounts' real names.
/// </summary>
[TakesLong(seconds: 45)]
public sealed class LakeDriverTests
{
    [SkippableTheory]
    [InlineData("2.4.8", "hadoop-3.2.0", 8)]
    [InlineData("3.5.9", "azure-3.3.4", 17)]
    public async Task Hadoops_driver_signs_in_and_makes_reads_and_renames_files(string spark, string libraries, int java)
    {
        Skip.If(JavaTools.SparkFolder is null, JavaTools.NoSparkFolder);
        Skip.IfNot(Environment.IsPrivilegedProcess, "Accounts by their real names need root: a hosts file of the driver's own, and port 443.");
        TestTime.SkipWhenShort();
        var machine = JavaTools.Machine(java);
        Skip.If(machine is null, $"there is no JVM of Java {java} on this machine.");
        var scene = SparkScenes.Lay(spark, libraries);

        using var folder = new TemporaryFolder();
        await using var storage = await StorageStandIn.StartAsync(folder.Path, CancellationToken.None);
        var run = new FeatureRun(scene, machine!, SparkScenes.Folder, storage);
        var outcome = await run.RunAsync(FeatureJob.Of(SparkFeature.Abfs), RunMode.Local, CancellationToken.None);

        Assert.True(outcome.Decides is null, outcome.Decides + "\n" + outcome.Output);
    }

    [Fact]
    public async Task The_lake_takes_no_request_without_a_signature_or_a_token_that_it_issued()
    {
        await using var lake = await LakeStandIn.StartAsync(IPAddress.Loopback, "acct", "data", CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri($"http://{lake.Endpoint}") };

        async Task<HttpStatusCode> AskAsync(string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, "/acct/data?resource=filesystem");
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }

        async Task<HttpResponseMessage> SignInAsync(string secret) => await client.PostAsync(lake.Tokens.Path, new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", lake.Tokens.ClientId), new("client_secret", secret),
            new("resource", "https://storage.azure.com/"),
        ]));

        using var refused = await SignInAsync("wrong");
        using var issued = await SignInAsync(lake.Tokens.ClientSecret);
        var token = (string)JsonNode.Parse(await issued.Content.ReadAsStringAsync())!["access_token"]!;

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("AADSTS7000215", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(issued.Content.Headers.ContentLength > 0, "Hadoop's driver takes no token in chunks.");
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(null));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(token + "0"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));
    }
}
