using System.Diagnostics;
using System.Text;
using SparkAzure.Core.Spark.Dockerfiles;
using SparkAzure.Core.Tests.Images.Registry.Run;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>A Dockerfile of a few lines fills no memory, ends no process and is stopped when the user stops it.</summary>
public sealed class DockerfileBombTests
{
    private readonly RunFixture _run = new();

    public DockerfileBombTests() => _run.Base.Folder("usr");

    [Fact]
    public void Variables_that_double_each_other_are_refused()
    {
        var lines = Enumerable.Range(1, 60).Select(i => $"ENV A{i}=$A{i - 1}$A{i - 1}");

        var refusal = Apply("FROM x\nENV A0=xxxxxxxx\n" + string.Join('\n', lines));

        Assert.Equal("DockerfileUnreadable", refusal.Id);
        Assert.Contains("it has more than 131072 characters", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Variables_that_are_many_are_refused()
    {
        var lines = Enumerable.Range(1, 100).Select(i => $"ENV A{i}=$A0");

        var refusal = Apply($"FROM x\nENV A0={new string('x', 100_000)}\n" + string.Join('\n', lines));

        Assert.Contains("its variables have more than", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_substitution_that_nests_without_end_is_refused()
    {
        const int Depth = 100_000;
        var text = string.Concat(Enumerable.Repeat("${a:-", Depth)) + new string('}', Depth);

        var refusal = Apply($"FROM x\nENV A={text}\n");

        Assert.Contains("nested more than 32 deep", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_in_a_command_in_a_command_is_not_followed()
    {
        const int Depth = 2_000;
        var text = string.Concat(Enumerable.Repeat("$(basename ", Depth)) + "/x" + new string(')', Depth);

        var finding = Assert.Single(await _run.FollowAsync($"touch {text}"));

        Assert.True(finding.IsUnverified);
    }

    [Fact]
    public async Task A_word_longer_than_a_program_can_be_given_is_not_followed()
    {
        _run.Variables["A"] = new string('x', 100_000);

        var finding = Assert.Single(await _run.FollowAsync("touch /$A$A"));

        Assert.True(finding.IsUnverified);
        Assert.Contains("131072", finding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fifty_thousand_commands_stop_when_the_user_stops()
    {
        var script = string.Join(" && ", Enumerable.Range(0, 50_000).Select(i => $"mkdir -p /a/{i}"));
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var clock = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _run.FollowAsync(script, stop.Token));

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    private static SparkAzureException Apply(string text) => Assert.Throws<SparkAzureException>(() =>
    {
        var document = DockerfileDocument.Parse("Dockerfile", Encoding.UTF8.GetBytes(text));
        var variables = new StageVariables(document, new Dictionary<string, string>());
        foreach (var instruction in document.Instructions)
        {
            variables.Apply(instruction);
        }
    });
}
