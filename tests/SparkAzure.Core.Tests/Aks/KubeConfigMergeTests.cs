using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>Somebody else's kubeconfig gets an entry, and stays somebody else's.</summary>
public sealed class KubeConfigMergeTests
{
    private const string Incoming = """
        apiVersion: v1
        clusters:
        - cluster:
            certificate-authority-data: LS0tLS1CRUdJTg==
            server: https://spark-dns-1.hcp.westeurope.azmk8s.io:443
          name: spark
        contexts:
        - context:
            cluster: spark
            user: clusterUser_rg_spark
          name: spark
        current-context: spark
        kind: Config
        preferences: {}
        users:
        - name: clusterUser_rg_spark
          user:
            exec:
              apiVersion: client.authentication.k8s.io/v1beta1
              args:
              - get-token
              - --server-id
              - 6dae42f8-4368-4678-94ff-3960e28e3630
              command: kubelogin
              env: null
              provideClusterInfo: false
        """;

    [Fact]
    public void Of_hundreds_of_awkward_documents_nothing_foreign_changes_and_a_second_merge_changes_nothing()
    {
        var (merged, refused) = (0, 0);
        for (var seed = 0; seed < 600; seed++)
        {
            var document = KubeConfigText.Of(seed);
            string result;
            try
            {
                result = Merge(document.Text, force: false);
            }
            catch (SparkAzureException exception) when (exception.Id is "KubeConfigEntryDiffers" && document.HasOtherOfOurs)
            {
                refused++;
                result = Merge(document.Text, force: true);
                Assert.Equal(result, Merge(result, force: true));
                continue;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}: {exception.Message}\n{document.Text}", exception);
            }

            merged++;
            Assert.True(IsWithin(document.Foreign, result), $"Seed {seed} lost something:\n{document.Text}\n=>\n{result}");
            Assert.True(result == Merge(result, force: false), $"Seed {seed} is not stable:\n{result}\n=>\n{Merge(result, force: false)}");
            Assert.Equal(document.Text.Contains("\r\n", StringComparison.Ordinal), result.Contains("\r\n", StringComparison.Ordinal));
            Assert.False(document.Text.Contains("\r\n", StringComparison.Ordinal) && result.Replace("\r\n", "", StringComparison.Ordinal).Contains('\n'), $"Seed {seed} mixes line ends.");
        }

        Assert.True(merged > 450, $"{merged} merged, {refused} refused");
        Assert.True(refused > 20, $"{merged} merged, {refused} refused");
    }

    [SkippableFact]
    public void Kubectl_reads_what_was_merged_and_finds_the_others_as_before()
    {
        Skip.If(HostProcesses.Find("kubectl", Environment.GetEnvironmentVariable) is null, "kubectl is not installed.");
        using var folder = new TemporaryFolder();
        var compared = 0;
        for (var seed = 0; compared < 12 && seed < 100; seed++)
        {
            var document = KubeConfigText.Of(seed);
            if (document.HasOtherOfOurs || View(folder.Write("before", document.Text)) is not { } before)
            {
                continue;
            }

            var after = View(folder.Write("after", Merge(document.Text, force: false)));

            Assert.True(after is not null, $"kubectl does not read seed {seed}:\n{Merge(document.Text, force: false)}");
            Assert.Equal("spark", (string?)after["current-context"]);
            foreach (var list in new[] { "clusters", "contexts", "users" })
            {
                var ours = list == "users" ? "clusterUser_rg_spark" : "spark";
                Assert.Equal(Entries(before, list), Entries(after, list).Where(e => !e.Contains($"\"{ours}\"", StringComparison.Ordinal) || list == "contexts" && !e.Contains("\"name\":\"spark\"", StringComparison.Ordinal)));
                Assert.Contains(Entries(after, list), e => e.Contains($"\"name\":\"{ours}\"", StringComparison.Ordinal));
            }

            compared++;
        }

        Assert.Equal(12, compared);
    }

    [Fact]
    public void A_new_file_is_a_whole_kubeconfig()
    {
        var text = Merge("", force: false);

        Assert.StartsWith("apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    certificate-authority-data: LS0tLS1CRUdJTg==\n", text, StringComparison.Ordinal);
        Assert.Contains("      - --server-id\n", text, StringComparison.Ordinal);
        Assert.EndsWith("current-context: spark\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_that_differs_is_refused_and_with_force_replaced_but_for_what_others_added()
    {
        const string Existing = """
            # mine
            clusters:
            - name: spark
              cluster: {server: 'https://old:443', proxy-url: 'http://proxy:3128'}
            contexts:
            - name: spark # the usual one
              context:
                cluster: spark
                user: clusterUser_rg_spark
                namespace: jobs
            users:
            - name: clusterUser_rg_spark
              user:
                token: old
            # end
            """;

        var error = Assert.Throws<SparkAzureException>(() => Merge(Existing, force: false));
        Assert.Equal("KubeConfigEntryDiffers", error.Id);
        Assert.Contains("cluster named 'spark'", error.Message, StringComparison.Ordinal);

        var text = Merge(Existing, force: true);
        Assert.DoesNotContain("old", text, StringComparison.Ordinal);
        Assert.Contains("proxy:3128", text, StringComparison.Ordinal);
        Assert.Contains("namespace: jobs", text, StringComparison.Ordinal);
        Assert.Contains("- name: spark # the usual one\n", text, StringComparison.Ordinal);
        Assert.StartsWith("# mine\n", text, StringComparison.Ordinal);
        Assert.Contains("# end", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clusters: [", "KubeConfigUnreadable")]
    [InlineData("- a\n- b\n", "KubeConfigUnreadable")]
    [InlineData("clusters: text\n", "KubeConfigUnreadable")]
    [InlineData("clusters: []\nclusters: []\n", "KubeConfigUnreadable")]
    [InlineData("clusters:\n- name: spark\n  cluster: {}\n- name: spark\n  cluster: {}\n", "KubeConfigUnreadable")]
    [InlineData("x: &n other\ncurrent-context: *n\n", "KubeConfigNotEditable")]
    [InlineData("contexts:\n- name: spark\n  context: &c {cluster: a}\n- name: two\n  context: *c\n", "KubeConfigNotEditable")]
    public void What_cannot_be_changed_safely_is_left_alone(string text, string id) =>
        Assert.Equal(id, Assert.Throws<SparkAzureException>(() => Merge(text, force: true)).Id);

    private static string Merge(string text, bool force) =>
        KubeConfigMerge.Merge("/home/x/.kube/config", text, KubeConfigAddition.Read(Encoding.UTF8.GetBytes(Incoming))!, force, makeCurrent: true);

    // Everything that stood there still stands there, in its order.
    private static bool IsWithin(string part, string whole)
    {
        var at = 0;
        foreach (var c in part)
        {
            at = whole.IndexOf(c, at) + 1;
            if (at == 0)
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<string> Entries(JsonNode config, string list) => config[list] is JsonArray entries ? entries.Select(e => e!.ToJsonString()) : [];

    private static JsonNode? View(string path)
    {
        var start = new ProcessStartInfo("kubectl", ["config", "view", "--raw", "--kubeconfig", path, "-o", "json"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var kubectl = Process.Start(start)!;
        var output = kubectl.StandardOutput.ReadToEnd();
        kubectl.WaitForExit();
        return kubectl.ExitCode == 0 ? JsonNode.Parse(output) : null;
    }
}
