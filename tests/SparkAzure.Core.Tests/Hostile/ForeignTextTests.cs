using System.Text;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Tests.Dss;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>What servers and programs say, on its way to a person's terminal.</summary>
public sealed class ForeignTextTests : IDisposable
{
    private const string Attack = "\u001b]0;owned\a\u001b[2J\u001b[31mred\u009b1m\u202Egnp.exe\u2066\u0007\u007f\u0085 end";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain text, ümlaut, 日本", "plain text, ümlaut, 日本")]
    [InlineData("two\r\nlines\tand a tab", "two\nlines\tand a tab")]
    [InlineData("over\rwritten", "over\nwritten")]
    [InlineData("\u001b[1;31mred\u001b[0m", "red")]
    [InlineData("\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("\u001b]0;title\abody", "body")]
    [InlineData("\u001bPq#0;2\u001b\\done", "done")]
    [InlineData("\u001b]never ended\nnext line", "\nnext line")]
    [InlineData("\u001b[", "")]
    [InlineData("\u001b", "")]
    [InlineData("a\u0000b\u0008c\u007fd\u0085e", "abcde")]
    [InlineData("\u202Eevil\u202C \u2066x\u2069", "evil x")]
    [InlineData("\u009b31mred", "red")]
    public void What_steers_a_terminal_is_gone(string text, string clean) => Assert.Equal(clean, ForeignText.Lines(text));

    [Fact]
    public void A_line_stays_one_and_a_text_ends()
    {
        Assert.Equal("a b", ForeignText.Line("a\n\tb").Replace("  ", " ", StringComparison.Ordinal));
        Assert.True(ForeignText.Lines(new string('x', 10_000_000)).Length < 20_000);
    }

    [Fact]
    public async Task No_error_and_no_stream_carries_it()
    {
        var message = System.Text.Json.JsonSerializer.Serialize(Attack);
        await using var server = new HostileServer(_ => HostileAnswer.Json($$"""{"kind":"Status","message":{{message}},"code":403}""", 403));
        await using var dss = new HostileServer(_ => HostileAnswer.Json($$"""{"errorType":"X","message":{{message}}}""", 400));
        var config = _folder.Write("config", KubeConfigOf(server.Address, "token: any"));
        using var settings = new DssSettingsApi(dss.Address, Secret.Of("key"), false, new RecordingCaller(), Hostile.Attack.Bounds);
        var told = new RecordingCaller();
        var caller = new TellingCaller(told);

        var kubernetes = await Hostile.Attack.FailsAsync("KubernetesAccessDenied", () => SparkNamespaces.InitializeAsync(new() { KubeConfig = config, Namespace = "jobs" }, caller, default));
        var api = await Hostile.Attack.FailsAsync("DssApiFailed", () => settings.ReadGeneralSettingsAsync(default));
        caller.Verbose(Attack);
        caller.Warning(Attack);
        caller.Progress(new StationProgress(Attack, Attack));

        Assert.All(
            [kubernetes.Message, kubernetes.InnerException!.Message, api.Message, .. told.VerboseLines, .. told.Warnings, .. told.ProgressRecords.Select(p => p.Activity + p.Status)],
            text => Assert.DoesNotContain(text, c => char.IsControl(c) && c is not ('\n' or '\t') || c is '\u202E' or '\u2066'));
        Assert.Contains("redgnp.exe end", kubernetes.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Nor_does_what_a_program_prints()
    {
        Skip.If(OperatingSystem.IsWindows(), "The program is a shell script.");
        var lines = new List<string>();
        var script = _folder.Write("p", "printf '\\033[31mred\\033[0m\\n\\033]0;x\\007ok'; printf 'E\\033[2J' >&2");

        var result = await ChildProcess.RunAsync("/bin/sh", [script], null, null, line => { lock (lines) { lines.Add(line); } }, default);
        var answer = await ChildProcess.AskAsync("/bin/sh", [script], "", default);

        Assert.Equal(["E", "ok", "red"], lines.Order(StringComparer.Ordinal));
        Assert.Equal(result.LastLines.Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
        Assert.Equal(["E"], answer.Errors);
    }

    [Theory]
    [InlineData("pl4nted-s3cret/+value?&\"x\"")]
    [InlineData("short7!")]
    public async Task An_echoed_secret_is_blotted_out_in_every_form(string key)
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":"));
        string[] forms =
        [
            key, Uri.EscapeDataString(key), Uri.EscapeDataString(key).Replace("%2F", "%2f", StringComparison.Ordinal), System.Net.WebUtility.UrlEncode(key), $"Basic {basic}",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(key)), Convert.ToBase64String(Encoding.UTF8.GetBytes("anna:" + key)),
            Convert.ToBase64String(Encoding.UTF8.GetBytes("annab:" + key + "\n")), System.Text.Json.JsonSerializer.Serialize(key).Trim('"'),
        ];
        await using var dss = new HostileServer(_ => HostileAnswer.Json(
            System.Text.Json.JsonSerializer.Serialize(new { errorType = "X", message = string.Join(" | ", forms) }), 400));
        using var settings = new DssSettingsApi(dss.Address, Secret.Of(key), false, new RecordingCaller(), Hostile.Attack.Bounds);

        var error = await Hostile.Attack.FailsAsync("DssApiFailed", () => settings.ReadGeneralSettingsAsync(default));

        // Of Base64 the ends may stay, where a neighbour has a part in a character.
        Assert.DoesNotContain(key, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Uri.EscapeDataString(key), error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.All(error.Message.Split(" | ").SelectMany(p => p.Split(' ', ':', '.')), part => Assert.DoesNotContain(key[..5], Decoded(part), StringComparison.Ordinal));
    }

    private static string Decoded(string part)
    {
        var bytes = new byte[part.Length];
        return Convert.TryFromBase64String(part, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : "";
    }

    internal static string KubeConfigOf(Uri server, string user) => $$"""
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u} }]
        clusters: [{name: c, cluster: {server: "{{server}}" } }]
        users: [{name: u, user: { {{user}} } }]
        """;
}
