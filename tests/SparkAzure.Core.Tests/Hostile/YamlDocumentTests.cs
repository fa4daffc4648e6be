using System.Diagnostics;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Text;
using YamlDotNet.Core;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>A few lines of YAML cannot end the process, nor take its memory: with the library alone each of these does.</summary>
public sealed class YamlDocumentTests
{
    public static TheoryData<string, string> Bombs => new()
    {
        { "users: &a [*a]", "a value holds itself on line 1" },
        { "x: &a\n  y: *a", "a value holds itself on line 2" },
        { "? &a {k: *a}\n: v", "a value holds itself on line 1" },
        { "a: &a {? *a : b}", "a value holds itself on line 1" },
        { new string('[', 200_000), "nested more than 64 deep" },
        { string.Concat(Enumerable.Repeat("- ", 100_000)), "nested more than 64 deep" },
        { string.Concat(Enumerable.Repeat("{a: ", 100_000)), "nested more than 64 deep" },
        { Laughs(), "it stands for more than 200000 values" },
        { "users: [}", "it is not YAML" },
        { "a: {b: , }}", "it is not YAML" },
        { "a: 1\na: 2", "it is not YAML, as line 2 has a key for the second time" },
        { "a:\n  b: 1\n  c: 2\n  b: 3", "it is not YAML, as line 4 has a key for the second time" },
        { "a: *nowhere", "it is not YAML" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void What_would_end_the_process_is_refused_with_its_place(string text, string reason)
    {
        var clock = Stopwatch.StartNew();

        var exception = Assert.ThrowsAny<YamlException>(() => YamlDocuments.Load(text));

        Assert.Contains(reason, YamlDocuments.FaultOf(exception), StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Aliases_that_stand_for_little_are_read()
    {
        var documents = YamlDocuments.Load("a: &x {b: 1}\nc: *x\n---\nd: [[[[[[1]]]]]]");

        Assert.Equal(2, documents.Count);
    }

    [Fact]
    public async Task A_kubeconfig_that_holds_itself_is_refused_wherever_it_is_read()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("config", "apiVersion: v1\nclusters: &a [*a]\n");

        var refusal = await Assert.ThrowsAsync<SparkAzureException>(() => KubeConfig.OpenAsync(path, default));

        Assert.Equal("KubeConfigUnreadable", refusal.Id);
        Assert.Contains("a value holds itself on line 2", refusal.Message, StringComparison.Ordinal);
    }

    // The billion laughs: nine lines, each nine times the line before.
    private static string Laughs() => "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i =>
        $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 9))}]\n"));
}
