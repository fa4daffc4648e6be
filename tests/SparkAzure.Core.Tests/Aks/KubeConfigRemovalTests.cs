using System.Text;
using SparkAzure.Core.Aks;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>An entry leaves somebody else's kubeconfig, which stays somebody else's.</summary>
public sealed class KubeConfigRemovalTests : IDisposable
{
    private const string Two = """
        # mine
        apiVersion: v1
        clusters:
        - name: one # the old one
          cluster: {server: 'https://one:443'}
        # before two
        -
          name: two
          cluster:
            server: https://two:443
        contexts:
          - name: one
            context: {cluster: one, user: me}
          - name: two
            context: {cluster: two, user: me}
        current-context: two # now
        users:
        - name: me
          user:
            token: |
              secret
        # end

        """;

    private const string Incoming = """
        clusters: [{name: spark, cluster: {server: "https://spark:443"}}]
        contexts: [{name: spark, context: {cluster: spark, user: clusterUser_rg_spark}}]
        users: [{name: clusterUser_rg_spark, user: {token: t}}]
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_another_context_names_stays_and_everything_else_to_the_byte()
    {
        var removal = Remove(Two, "two", next: null);

        Assert.Equal(["context 'two'", "cluster 'two'"], removal.Removed);
        Assert.Equal(["user 'me' (named by 'one')"], removal.Kept);
        Assert.Equal((true, null), (removal.WasCurrent, removal.CurrentContext));
        var expected = Two
            .Replace("-\n  name: two\n  cluster:\n    server: https://two:443\n", "", StringComparison.Ordinal)
            .Replace("  - name: two\n    context: {cluster: two, user: me}\n", "", StringComparison.Ordinal)
            .Replace("current-context: two # now", "current-context: \"\" # now", StringComparison.Ordinal);
        Assert.Equal(expected, removal.Text);

        var last = Remove(removal.Text, "one", next: null);
        Assert.Equal(["context 'one'", "cluster 'one'", "user 'me'"], last.Removed);
        Assert.Contains("contexts: []\n", last.Text, StringComparison.Ordinal);
        Assert.Contains("# before two\n", last.Text, StringComparison.Ordinal);
        Assert.EndsWith("users: []\n# end\n", last.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", last.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one", "one")]
    [InlineData("gone", null)]
    [InlineData("two", null)]
    public void The_context_before_becomes_the_current_one_where_it_is_still_there(string next, string? current) =>
        Assert.Equal(current, Remove(Two, "two", next).CurrentContext);

    [Fact]
    public void A_context_that_is_not_there_changes_nothing()
    {
        Assert.Equal((Two, "two"), (Remove(Two, "three", null).Text, Remove(Two, "three", null).CurrentContext));
        Assert.Equal("", Remove("", "three", null).Text);
        Assert.Equal(Two, Remove(Two, "one", null) is { CurrentContext: "two", WasCurrent: false } ? Two : "");
    }

    [Theory]
    [InlineData("contexts:\n- name: two\n  context: &c {cluster: a}\n- name: other\n  context: *c\n")]
    public void What_others_refer_to_is_not_taken_away(string text) =>
        Assert.Equal("KubeConfigNotEditable", Assert.Throws<SparkAzureException>(() => Remove(text, "two", null)).Id);

    [Fact]
    public void Of_hundreds_of_awkward_documents_nothing_foreign_changes()
    {
        var addition = () => KubeConfigAddition.Read(Encoding.UTF8.GetBytes(Incoming))!;
        var (removed, refused) = (0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            var document = KubeConfigText.Of(seed);
            if (document.HasOtherOfOurs)
            {
                continue;
            }

            var merged = KubeConfigMerge.Merge("config", document.Text, addition(), force: true, makeCurrent: true);
            KubeConfigRemoval removal;
            try
            {
                removal = Remove(merged, "spark", KubeConfigRemoval.CurrentIn("config", document.Text));
            }
            catch (SparkAzureException exception) when (exception.Id == "KubeConfigNotEditable")
            {
                refused++;
                continue;
            }

            removed++;
            Assert.DoesNotContain("https://spark:443", removal.Text, StringComparison.Ordinal);
            var former = KubeConfigRemoval.CurrentIn("config", document.Text);
            var contexts = KubeConfig.ContextsIn("config", document.Text);
            Assert.Equal(contexts.Contains(former) ? former : null, removal.CurrentContext);
            Assert.True(removal.Text == Remove(removal.Text, "spark", null).Text, $"Seed {seed} is not stable.");
            var again = KubeConfigMerge.Merge("config", removal.Text, addition(), force: false, makeCurrent: true);
            Assert.True(
                Remove(again, "spark", removal.CurrentContext).Text == removal.Text,
                $"Seed {seed} goes astray:\n{removal.Text}\n=>\n{again}");
        }

        Assert.True(removed > 250 && refused < removed / 20, $"{removed} removed, {refused} refused");
    }

    [SkippableFact]
    public async Task Kubectl_reads_what_is_left()
    {
        Kubectl.Require();
        var files = new List<string>();
        for (var seed = 0; files.Count < 60; seed++)
        {
            var text = KubeConfigText.Of(seed).Text;
            if (KubeConfig.ContextsIn("config", text) is not [var first, ..])
            {
                continue;
            }

            try
            {
                files.Add(_folder.Write($"{seed}.config", Remove(text, first, null).Text));
            }
            catch (SparkAzureException exception) when (exception.Id == "KubeConfigNotEditable")
            {
                // What an anchor holds together is left as it is.
            }
        }

        Assert.Empty(await Kubectl.RefusedAsync(files));
    }

    [Fact]
    public async Task A_file_is_rehearsed_changed_once_and_stays_its_owners()
    {
        var path = _folder.Write("config", Two);
        var options = new AksCredentialRemovalOptions { ContextName = "two", KubeConfig = path };

        var planned = Assert.Single(await AksCredentialRemovals.RemoveAsync(options, RecordingCaller.WhatIf(), default));
        Assert.Equal((true, false, Two), (planned.Planned, planned.Changed, await File.ReadAllTextAsync(path)));

        var removed = Assert.Single(await AksCredentialRemovals.RemoveAsync(options, _caller, default));
        Assert.Equal((true, "two"), (removed.Changed, removed.ClusterName));
        Assert.Contains("was the current context", Assert.Single(_caller.Warnings), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));

        Assert.False(Assert.Single(await AksCredentialRemovals.RemoveAsync(options, _caller, default)).Changed);
    }

    private static KubeConfigRemoval Remove(string text, string context, string? next) =>
        KubeConfigRemoval.Of("/home/x/.kube/config", text, context, next);
}
