using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>
/// Documents that others write, spoilt: they are read and changed, or refused by an error of the module, never otherwise.
/// SPARKAZURE_TEST_FUZZ says how many cases of each there are.
/// </summary>
public sealed class DocumentFuzzTests : IDisposable
{
    private const int UsualCases = 150;
    private const string Kubeconfig = """
        {"apiVersion":"v1","kind":"Config","current-context":"spark","preferences":{},
        "clusters":[{"name":"spark","cluster":{"server":"https://spark.example:443","tls-server-name":"x","insecure-skip-tls-verify":true,"proxy-url":"http://proxy:1"}}],
        "users":[{"name":"dss","user":{"token":"t","as":"u","tokenFile":"p"}},{"name":"other","user":{"client-certificate-data":"QQ==","client-key-data":"QQ=="}}],
        "contexts":[{"name":"spark","context":{"cluster":"spark","user":"dss","namespace":"n"}}]}
        """;

    private const string Block = """
        apiVersion: v1
        kind: Config
        current-context: spark
        clusters:
        - name: spark
          cluster:
            server: https://spark.example:443
        users:
        - name: me
          user:
            token: t
        contexts:
        - name: spark
          context: {cluster: spark, user: me}
        """;

    // What means something in YAML, put where it does not belong.
    private static readonly string[] Tokens =
        ["&a ", "*a", "<<: *a\n", "[", "]", "{", "}", ": ", "- ", "? ", "| \n", ">\n", "---\n", "...\n", "%YAML 9.9\n", "!!binary ", "!<x> ", "\t", "\0", "\"", "'", "#", "\n", "\r", "\ufeff"];

    private static readonly byte[] Addition = Encoding.UTF8.GetBytes(
        Kubeconfig.Replace("spark", "other", StringComparison.Ordinal));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_kubeconfig_in_JSON()
    {
        var good = Encoding.UTF8.GetBytes(Kubeconfig);
        Check(JsonMutation.Any(1), mutation => ReadAndMergeAsync(Encoding.UTF8.GetString(mutation.Of(good))));
    }

    [Fact]
    public async Task A_kubeconfig_in_YAML()
    {
        await ReadAndMergeAsync(Block);
        var any = (
            from count in Gen.Choose(1, 4)
            from places in Gen.ArrayOf(Gen.Choose(0, Block.Length), count)
            from tokens in Gen.ArrayOf(Gen.Elements(Tokens), count)
            select Spoilt(places, tokens)).ToArbitrary();
        Check(any, ReadAndMergeAsync);
    }

    [Fact]
    public void The_settings_and_connections_of_DSS()
    {
        var host = SampleDssHost.Create(_folder.Path);
        var address = new DssAddress { DataDirectory = host.DataDirectory };
        var (settings, connections) = (File.ReadAllBytes(host.GeneralSettings), File.ReadAllBytes(host.Connections));
        Check(JsonMutation.Any(2), async mutation =>
        {
            await File.WriteAllBytesAsync(host.GeneralSettings, mutation.Answer == 0 ? mutation.Of(settings) : settings);
            await File.WriteAllBytesAsync(host.Connections, mutation.Answer == 1 ? mutation.Of(connections) : connections);
            await SparkConfig.GetAsync(address, [], new RecordingCaller(), default);
            await AdlsConnectionStore.GetAsync(address, null, new RecordingCaller(), default);
            await SparkConfig.SetAsync(
                address, new SparkConfigOptions { Name = "new", Create = true, ExecutorMemory = "4g" }, new RecordingCaller(), default);
        });
    }

    private static string Spoilt(int[] places, string[] tokens)
    {
        var text = Block;
        foreach (var (place, token) in places.Zip(tokens))
        {
            text = text.Insert(Math.Min(place, text.Length), token);
        }

        return text;
    }

    private async Task ReadAndMergeAsync(string text)
    {
        var path = _folder.Write("config", text);
        KubeConfigMerge.Merge(path, text, KubeConfigAddition.Read(Addition)!, force: false, makeCurrent: true);
        var config = await KubeConfig.OpenAsync(path, default);
        _ = config.Contexts;
        _ = config.GetApiServer(null);
        await config.OpenAccessAsync(null, default);
    }

    private static void Check<T>(Arbitrary<T> any, Func<T, Task> work)
    {
        var (well, refused) = (0, 0);
        Prop.ForAll(any, document =>
        {
            try
            {
                work(document).WaitAsync(TimeSpan.FromMinutes(2)).GetAwaiter().GetResult();
                well++;
            }
            catch (SparkAzureException exception)
            {
                Assert.NotEqual("UnexpectedFailure", exception.Id);
                refused++;
            }
        }).Check(FuzzConfig.Of(UsualCases));

        // Else nothing was spoilt, or nothing was good to begin with.
        Assert.True(well > 0 && refused > 0, $"{well} ended well and {refused} in an error.");
    }
}
