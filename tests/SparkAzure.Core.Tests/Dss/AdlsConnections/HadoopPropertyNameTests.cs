using System.Collections;
using System.Text.Json.Nodes;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.AdlsConnections;

/// <summary>Names that no Hadoop reads are said, with what was meant; those that one reads are not.</summary>
public sealed class HadoopPropertyNameTests : IDisposable
{
    private const string Host = "acct.dfs.core.windows.net";

    private readonly TemporaryFolder _folder = new();
    private readonly SampleDssHost _host;
    private readonly RecordingCaller _caller = new();

    public HadoopPropertyNameTests() => _host = SampleDssHost.Create(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("fs.azure.account.oauth2.provider.type", "fs.azure.account.oauth.provider.type")]
    [InlineData("fs.azure.account.oauth2.provider.type." + Host, "fs.azure.account.oauth.provider.type." + Host)]
    [InlineData("fs.azure.account.oauth.client.id", "fs.azure.account.oauth2.client.id")]
    [InlineData("fs.azure.account.oauth.client.secret." + Host, "fs.azure.account.oauth2.client.secret." + Host)]
    [InlineData("fs.azure.account.Auth.type", "fs.azure.account.auth.type")]
    [InlineData("fs.azure.acount.key." + Host, "fs.azure.account.key." + Host)]
    [InlineData("fs.azure.fixed.sas.token", "fs.azure.sas.fixed.token")]
    [InlineData("fs.azure.account.oauth2.refresh.endpoint", "fs.azure.account.oauth2.refresh.token.endpoint")]
    public async Task A_name_that_nobody_reads_is_said_with_what_was_meant(string name, string meant) =>
        Assert.Contains($"{name} is read by no Hadoop; meant is {meant}.", await NotesAsync(name));

    [Theory]
    [InlineData("spark.hadoop.fs.azure.account.auth.type", "fs.azure.account.auth.type")]
    [InlineData("spark.hadoop.fs.azure.account.oauth2.provider.type." + Host, "fs.azure.account.oauth.provider.type." + Host)]
    [InlineData("spark.hadoop.fs.azure.io.retry.max.retries", "fs.azure.io.retry.max.retries")]
    public async Task A_name_as_Spark_has_it_is_none_here(string name, string meant) =>
        Assert.Contains($"{name} is read by no Hadoop; meant is {meant}: extraConf takes names without spark.hadoop.", await NotesAsync(name));

    [Fact]
    public async Task A_key_for_another_address_of_the_account_is_said() =>
        Assert.Contains(
            $"fs.azure.account.key.acct.blob.core.windows.net is not read for this root, whose host is {Host}; meant is fs.azure.account.key.{Host}.",
            await NotesAsync("fs.azure.account.key.acct.blob.core.windows.net"));

    [Theory]
    [InlineData("fs.azure.account.auth.type", "fs.azure.account.oauth.provider.type", "fs.azure.account.oauth2.client.id", "fs.azure.account.oauth2.client.secret")]
    [InlineData("fs.azure.account.keyprovider", "fs.azure.account.key", "fs.azure.account.hns.enabled", "fs.azure.account.oauth2.token.file")]
    [InlineData("fs.azure.account.key." + Host, "fs.azure.account.key.acct.blob.core.windows.net", "fs.azure.account.key.other.dfs.core.windows.net")]
    [InlineData("fs.azure.account.oauth.provider.type", "fs.azure.account.oauth2.provider.type")]
    [InlineData("fs.azure.io.retry.max.retries", "fs.azure.createRemoteFileSystemDuringInitialization", "fs.defaultFS", "dfs.replication", "hadoop.tmp.dir")]
    [InlineData("fs.azure.account.oauth2.msi.tenant", "fs.azure.account.oauth2.msi.endpoint", "fs.azure.account.oauth2.msi.authority", "fs.azure.sas.fixed.token", "fs.azure.sas.token.provider.type")]
    public async Task Names_that_are_read_and_names_of_others_are_left_in_peace(params string[] names)
    {
        var notes = await NotesAsync(names);

        Assert.DoesNotContain(notes, n => n.Contains("meant is", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_this_module_writes_is_read_in_every_way_of_signing_in()
    {
        foreach (var fact in HadoopPropertyFacts.All.Where(f => f.Generation == 2))
        {
            var notes = await NotesAsync([.. fact.NamesFor(Host)]);

            Assert.DoesNotContain(notes, n => n.Contains("meant is", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("fs.azure.account.key." + Host, "passed over by Spark", "spark.hadoop.fs.azure.account.key." + Host)]
    [InlineData("fs.azure.account.oauth2.provider.type", "passed over by Spark", "spark.hadoop.fs.azure.account.oauth.provider.type")]
    [InlineData("spark.hadoop.fs.azure.account.oauth2.provider.type." + Host, "read by no Hadoop", "spark.hadoop.fs.azure.account.oauth.provider.type." + Host)]
    public async Task A_Spark_configuration_says_it_of_its_own_form_of_the_names(string key, string says, string meant)
    {
        var change = new SparkConfigOptions { Property = new Hashtable { [key] = "x", ["spark.hadoop.fs.azure.io.retry.max.retries"] = "3" } };

        var result = await SparkConfig.SetAsync(Dss, change, _caller, CancellationToken.None);

        var note = Assert.Single(result.Notes, n => n.Contains("meant is", StringComparison.Ordinal));
        Assert.Contains(says, note, StringComparison.Ordinal);
        Assert.Contains($"meant is {meant}.", note, StringComparison.Ordinal);
        Assert.Contains(note, _caller.Warnings);
    }

    private DssAddress Dss => new() { DataDirectory = _host.DataDirectory };

    private async Task<IReadOnlyList<string>> NotesAsync(params string[] names)
    {
        var properties = names.Select(n => new JsonObject { ["name"] = n, ["value"] = "x", ["secret"] = false });
        var lake = new JsonObject
        {
            ["type"] = "HDFS",
            ["params"] = new JsonObject { ["root"] = $"abfss://data@{Host}/", ["extraConf"] = new JsonArray([.. properties]) },
        };
        await File.WriteAllTextAsync(_host.Connections, new JsonObject { ["connections"] = new JsonObject { ["lake"] = lake } }.ToJsonString());
        return Assert.Single(await AdlsConnectionStore.GetAsync(Dss, "lake", _caller, CancellationToken.None)).Notes;
    }
}
