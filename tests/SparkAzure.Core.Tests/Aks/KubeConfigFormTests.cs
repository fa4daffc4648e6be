using System.Text;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Tests.Hostile;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>What kubectl cannot read is not written to and not called fine, and what it can read is.</summary>
public sealed class KubeConfigFormTests : IDisposable
{
    private const int Seeds = 600;
    private const int UsualSpoilt = 200;

    private const string Incoming = """
        apiVersion: v1
        kind: Config
        clusters: [{name: spark, cluster: {server: "https://spark.example:443"}}]
        contexts: [{name: spark, context: {cluster: spark, user: jobs}}]
        users: [{name: jobs, user: {token: abc}}]
        """;

    // What means something in YAML, put where it does not belong.
    private static readonly string[] Tokens =
        ["&a ", "*a", "<<: *a\n", "[", "]", "{", "}", ": ", "- ", "? ", "| \n", ">\n", "---\n", "...\n", "%YAML 9.9\n", "!!binary ", "!!int ", "!<x> ", "!", "\t", "\0", "\"", "'", "#", " #", "\n", "\r", "\ufeff", "\\", "@", "`", ",", "5", " ", "  ", "~", "\u0085", "\u2028"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names
    {
        get
        {
            var names = new TheoryData<string>();
            KubeConfigSamples.All.ToList().ForEach(s => names.Add(s.Name));
            return names;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_kubeconfig_is_read_or_refused_with_the_reason(string name)
    {
        var sample = KubeConfigSamples.All.Single(s => s.Name == name);
        var path = _folder.Write("config", sample.Text);
        if (sample.Why is null)
        {
            var merged = Merge(path, sample.Text);
            Assert.Equal("https://spark.example:443", KubeConfig.Parse(path, merged).GetApiServer("spark").Uri.OriginalString);
            return;
        }

        var read = await Assert.ThrowsAsync<SparkAzureException>(() => KubeConfig.OpenAsync(path, default));
        var written = Assert.Throws<SparkAzureException>(() => Merge(path, sample.Text));

        Assert.Equal(("KubeConfigUnreadable", "KubeConfigUnreadable"), (read.Id, written.Id));
        Assert.Contains(sample.Why, read.Message, StringComparison.Ordinal);
        Assert.Equal(read.Message, written.Message);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_not_called_fine()
    {
        File.WriteAllBytes(_folder["config"], [.. Encoding.UTF8.GetBytes(KubeConfigSamples.Usual), (byte)'#', 0xFF, (byte)'\n']);

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => KubeConfig.OpenAsync(_folder["config"], default));

        Assert.Equal("KubeConfigUnreadable", error.Id);
        Assert.Contains("it is not UTF-8", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Kubectl_reads_what_is_called_fine_and_nothing_else_before_and_after()
    {
        Kubectl.Require();
        var texts = KubeConfigSamples.All.Select(s => s.Text).Concat(Enumerable.Range(0, Seeds).Select(s => KubeConfigText.Of(s).Text));
        var before = texts.Select((t, i) => (Path: _folder.Write($"before/{i}", t), Text: t)).ToList();

        var refused = await Kubectl.RefusedAsync(before.Select(f => f.Path));
        var differing = before.Where(f => IsRead(f.Path, f.Text) == refused.ContainsKey(f.Path)).ToList();

        Assert.True(differing.Count == 0, string.Join('\n', differing.Select(f => $"{refused.GetValueOrDefault(f.Path, "kubectl reads it")}:\n{f.Text}")));
        var after = before.Where(f => !refused.ContainsKey(f.Path)).Select((f, i) => _folder.Write($"after/{i}", Merge(f.Path, f.Text))).ToList();
        Assert.Empty(await Kubectl.RefusedAsync(after));
        Assert.True(after.Count > Seeds / 2, $"{after.Count} of {before.Count}");
    }

    /// <summary>
    /// Spoilt at one place each; SPARKAZURE_TEST_FUZZ says how many. That something is refused which kubectl would read is
    /// rare, and harms nobody.
    /// </summary>
    [SkippableFact]
    public async Task Of_spoilt_kubeconfigs_none_is_called_fine_that_kubectl_cannot_read()
    {
        Kubectl.Require();
        var wanted = FuzzConfig.Wanted ?? UsualSpoilt;
        var spoilt = Enumerable.Range(0, wanted).Select(s => (Path: _folder.Write($"spoilt/{s}", SpoiltText(s)), Text: SpoiltText(s))).ToList();

        var refused = await Kubectl.RefusedAsync(spoilt.Select(f => f.Path));

        var fine = spoilt.Where(f => IsRead(f.Path, f.Text)).ToList();
        var wrong = fine.Where(f => refused.ContainsKey(f.Path)).ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Select(f => $"{refused[f.Path]}:\n{f.Text}")));
        Assert.InRange(refused.Count, wanted / 10, wanted * 9 / 10);
        var merged = fine.Select(f => (f.Text, Path: TryMerge(f.Path, f.Text))).Where(f => f.Path is not null).ToList();
        var broken = await Kubectl.RefusedAsync(merged.Select(f => f.Path!));
        Assert.True(broken.Count == 0, string.Join('\n', merged.Where(f => broken.ContainsKey(f.Path!)).Select(f => $"{broken[f.Path!]}:\n{f.Text}")));
        Assert.True(merged.Count > fine.Count / 2, $"{merged.Count} of {fine.Count}");
        Assert.True(fine.Count > (wanted - refused.Count) * 9 / 10, $"{fine.Count} are read here, and {wanted - refused.Count} by kubectl");
    }

    private string? TryMerge(string path, string text)
    {
        try
        {
            return _folder.Write($"merged/{Path.GetFileName(path)}", Merge(path, text));
        }
        catch (SparkAzureException error) when (error.Id is "KubeConfigNotEditable")
        {
            return null;
        }
    }

    private static string SpoiltText(int seed)
    {
        var random = new Random(seed);
        var text = random.Next(3) == 0 ? KubeConfigSamples.Usual : KubeConfigText.Of(seed).Text;
        var at = random.Next(text.Length + 1);
        return random.Next(4) switch
        {
            0 when at < text.Length => text.Remove(at, 1),
            1 => text.Insert(at, text[at..Math.Min(text.Length, at + 12)]),
            _ => text.Insert(at, Tokens[random.Next(Tokens.Length)]),
        };
    }

    private static bool IsRead(string path, string text)
    {
        try
        {
            KubeConfigForm.Read(path, text.TrimStart('\ufeff'));
            return true;
        }
        catch (SparkAzureException error) when (error.Id == "KubeConfigUnreadable")
        {
            return false;
        }
    }

    private static string Merge(string path, string text) => KubeConfigMerge.Merge(
        path, text, KubeConfigAddition.Read(Encoding.UTF8.GetBytes(Incoming))!, force: true, makeCurrent: true);
}
