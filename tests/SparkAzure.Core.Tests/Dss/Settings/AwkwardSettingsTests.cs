using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Sandbox.DssApi;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.Settings;

/// <summary>
/// Some hundreds of settings documents as people and programs leave them, made from a seed. Whatever stands in them, an edit changes
/// what it owns and nothing else; a parser that the product does not use looks on.
/// </summary>
public sealed class AwkwardSettingsTests : IDisposable
{
    private const int Documents = 150;
    private const int DocumentsOverRest = 30;

    private static readonly SparkConfigOptions Wish = new()
    {
        SparkMaster = "k8s://https://aks.example:443",
        Image = [new SparkImageName("acr.example/spark-py:t")],
        HadoopVersion = 3,
        ExecutorInstances = 4,
        RemoveProperty = ["spark.gone"],
    };

    private static readonly string[] Owned =
        ["spark.master", "spark.kubernetes.container.image", "spark.executor.extraJavaOptions", "spark.executor.instances", "spark.gone"];

    private readonly TemporaryFolder _folder = new();
    private readonly SampleDssHost _host;

    public AwkwardSettingsTests() => _host = SampleDssHost.Create(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task By_file_nothing_foreign_changes_and_a_second_run_writes_the_same_bytes()
    {
        var address = new DssAddress { DataDirectory = _host.DataDirectory };
        for (var seed = 0; seed < Documents; seed++)
        {
            var before = new AwkwardSettings(seed).Bytes;
            await File.WriteAllBytesAsync(_host.GeneralSettings, before);

            var first = await SparkConfig.SetAsync(address, Wish, new RecordingCaller(), CancellationToken.None);

            var after = await File.ReadAllBytesAsync(_host.GeneralSettings);
            Assert.True(first.Changed, $"seed {seed}");
            AssertOnlyOwnedChanged(before, after, seed);
            var again = await SparkConfig.SetAsync(address, Wish, new RecordingCaller(), CancellationToken.None);
            Assert.False(again.Changed, $"seed {seed}");
            Assert.Equal(after, await File.ReadAllBytesAsync(_host.GeneralSettings));
        }
    }

    [Fact]
    public async Task By_file_a_configuration_that_is_made_and_removed_leaves_the_bytes_as_they_were()
    {
        var address = new DssAddress { DataDirectory = _host.DataDirectory };
        for (var seed = 0; seed < Documents / 4; seed++)
        {
            var before = new AwkwardSettings(seed).Bytes;
            await File.WriteAllBytesAsync(_host.GeneralSettings, before);

            await SparkConfig.SetAsync(address, Wish with { Name = "made here", Create = true }, new RecordingCaller(), CancellationToken.None);
            var removal = new SparkConfigRemoval { Name = "made here", BackupPath = _folder[$"kept-{seed}.json"] };
            await SparkConfig.RemoveAsync(address, removal, new RecordingCaller(), CancellationToken.None);

            var after = await File.ReadAllBytesAsync(_host.GeneralSettings);
            Assert.True(before.AsSpan().SequenceEqual(after), $"seed {seed}");
        }
    }

    [Fact]
    public async Task Over_REST_nothing_foreign_changes_and_a_second_run_sends_no_change()
    {
        for (var seed = 0; seed < DocumentsOverRest; seed++)
        {
            // DSS's own reader knows no repeated members and no byte order mark in an answer.
            await File.WriteAllBytesAsync(_host.GeneralSettings, new AwkwardSettings(seed) { Plain = true }.Bytes);
            await using var dss = await DssApiStandIn.StartAsync(new DssApiOptions { DataDirectory = _host.DataDirectory });
            var address = new DssAddress { Uri = dss.Uri, ApiKey = Secret.Of(dss.ApiKey) };
            var before = dss.GeneralSettings;

            Assert.True((await SparkConfig.SetAsync(address, Wish, new RecordingCaller(), CancellationToken.None)).Changed, $"seed {seed}");

            AssertOnlyOwnedChanged(Encoding.UTF8.GetBytes(before.ToJsonString()), Encoding.UTF8.GetBytes(dss.GeneralSettings.ToJsonString()), seed, flagsMayCome: true);
            Assert.False((await SparkConfig.SetAsync(address, Wish, new RecordingCaller(), CancellationToken.None)).Changed, $"seed {seed}");
            Assert.Single(dss.Requests, r => r.Method == "PUT");
        }
    }

    [Theory]
    [InlineData("{\"sparkSettings\": {\"executionConfigs\": [ /* ours */ {\"name\": \"default\"}]}}")]
    [InlineData("// settings\n{\"sparkSettings\": {\"executionConfigs\": [{\"name\": \"default\"}]}}")]
    [InlineData("{\"sparkSettings\": {\"executionConfigs\": [{\"name\": \"default\"},]}}")]
    public async Task What_is_not_JSON_is_refused_and_left(string text)
    {
        await File.WriteAllTextAsync(_host.GeneralSettings, text);

        var failure = await Assert.ThrowsAsync<SparkAzureException>(
            () => SparkConfig.SetAsync(new DssAddress { DataDirectory = _host.DataDirectory }, Wish, new RecordingCaller(), CancellationToken.None));

        Assert.Equal("SettingsNotJson", failure.Id);
        Assert.Equal(text, await File.ReadAllTextAsync(_host.GeneralSettings));
    }

    private static void AssertOnlyOwnedChanged(byte[] before, byte[] after, int seed, bool flagsMayCome = false)
    {
        Assert.Equal(before.AsSpan().StartsWith(Encoding.UTF8.Preamble), after.AsSpan().StartsWith(Encoding.UTF8.Preamble));
        Assert.Equal(before[^1], after[^1]);
        var (old, now) = (Encoding.UTF8.GetString(before), Encoding.UTF8.GetString(after));
        if (!old.Replace("\r\n", "", StringComparison.Ordinal).Contains('\n', StringComparison.Ordinal))
        {
            Assert.DoesNotContain('\n', now.Replace("\r\n", "", StringComparison.Ordinal));
        }

        using var left = JsonDocument.Parse(old.TrimStart('\uFEFF'), new JsonDocumentOptions { MaxDepth = 512 });
        using var right = JsonDocument.Parse(now.TrimStart('\uFEFF'), new JsonDocumentOptions { MaxDepth = 512 });
        AssertSame(left.RootElement, right.RootElement, "", seed, flagsMayCome);
    }

    private static void AssertSame(JsonElement left, JsonElement right, string path, int seed, bool flagsMayCome)
    {
        if (path == "/sparkSettings/executionConfigs/1/conf" || (path.StartsWith("/sparkSettings/executionConfigs/", StringComparison.Ordinal) && path.EndsWith("/conf", StringComparison.Ordinal) && flagsMayCome))
        {
            Assert.Equal(Foreign(left, flagsMayCome), Foreign(right, flagsMayCome));
            return;
        }

        // On the way to what is owned every member is looked at; elsewhere the text itself must be the same.
        if (!"/sparkSettings/executionConfigs/1/conf".StartsWith(path, StringComparison.Ordinal) && !flagsMayCome)
        {
            Assert.True(left.GetRawText() == right.GetRawText(), $"seed {seed}: {path}");
            return;
        }

        switch (left.ValueKind)
        {
            case JsonValueKind.Object:
                var (mine, theirs) = (left.EnumerateObject().ToList(), right.EnumerateObject().ToList());
                var added = theirs.Count - mine.Count;
                Assert.True(added == 0 || (added == 1 && theirs[^1].NameEquals("conf")), $"seed {seed}: {path}");
                for (var i = 0; i < mine.Count; i++)
                {
                    Assert.Equal(mine[i].Name, theirs[i].Name);
                    if (mine[i].Name == "conf" && mine[i].Value.ValueKind == JsonValueKind.Null)
                    {
                        Assert.Empty(Foreign(theirs[i].Value, flagsMayCome));
                        continue;
                    }

                    AssertSame(mine[i].Value, theirs[i].Value, $"{path}/{mine[i].Name}", seed, flagsMayCome);
                }

                break;
            case JsonValueKind.Array:
                Assert.Equal(left.GetArrayLength(), right.GetArrayLength());
                foreach (var (item, index) in left.EnumerateArray().Select((item, index) => (item, index)))
                {
                    AssertSame(item, right[index], $"{path}/{index}", seed, flagsMayCome);
                }

                break;
            default:
                Assert.True(left.GetRawText() == right.GetRawText(), $"seed {seed}: {path}");
                break;
        }
    }

    private static List<string> Foreign(JsonElement conf, bool flagsMayCome) =>
    [
        .. conf.EnumerateArray()
            .Where(i => i.ValueKind != JsonValueKind.Object || !i.TryGetProperty("key", out var key) || key.ValueKind != JsonValueKind.String || !Owned.Contains(key.GetString()))
            .Select(i => flagsMayCome ? WithoutFlags(i) : i.GetRawText()),
    ];

    private static string WithoutFlags(JsonElement item)
    {
        var node = JsonNode.Parse(item.GetRawText());
        (node as JsonObject)?.Remove("isFinal");
        (node as JsonObject)?.Remove("secret");
        return node?.ToJsonString() ?? "null";
    }
}
