using System.Diagnostics;
using System.Text;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Registry;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>Programs that are asked for a credential, and what they may do to whoever asks.</summary>
public sealed class PluginTests : IDisposable
{
    private const string Good = """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t0ken"}}""";

    private readonly TemporaryFolder _folder = new();

    public PluginTests() => Skip.If(OperatingSystem.IsWindows(), "The programs are shell scripts.");

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("yes", "printed more than a credential can be")]
    [InlineData("head -c 3000000 /dev/zero | tr '\\0' x", "printed more than a credential can be")]
    [InlineData("echo '[1]'", "there is no object with a status")]
    [InlineData("echo '1'", "there is no object with a status")]
    [InlineData("echo 'null'", "there is no object with a status")]
    [InlineData("printf %s '{}'", "there is no object with a status")]
    [InlineData("printf %s '{\"status\":[]}'", "there is no object with a status")]
    [InlineData("printf %s '{\"status\":{}}'", "neither a token nor a certificate")]
    [InlineData("printf %s '{\"status\":{\"token\":7}}'", "its token is not a text")]
    [InlineData("printf %s '{\"status\":{\"token\":\"\\ud800\"}}'", "its token is not a text")]
    [InlineData("printf %s '{\"status\":{\"token\":\"a\\r\\nX-Evil: 1\"}}'", "characters that no token has")]
    [InlineData("printf %s '{\"status\":{\"clientCertificateData\":[1],\"clientKeyData\":2}}'", "its clientCertificateData is not a text")]
    [InlineData("printf %s '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"clientCertificateData\":\"x\",\"clientKeyData\":\"y\"}}'", "a certificate or key in it is none")]
    [InlineData("printf %s '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"clientCertificateData\":\"x\"}}'", "its certificate and key do not come together")]
    [InlineData("printf %s '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"t\"}}'", "its apiVersion is not client.authentication.k8s.io/v1,")]
    [InlineData("printf %s '{\"status\":{\"token\":\"t\"}}'", "its kind is not ExecCredential")]
    [InlineData("echo no", "it is not JSON")]
    [InlineData("true", "it is not JSON")]
    public async Task What_is_no_credential_is_the_plugins_fault(string script, string why)
    {
        var error = await AskAsync(script);

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_it_says_on_its_way_out_is_told_and_no_more_than_its_last_lines()
    {
        var error = await AskAsync(
            "i=0; while [ $i -lt 500 ]; do echo noise $i >&2; i=$((i+1)); done\n"
            + "printf '\\033[31mAADSTS700016\\033[0m: Application was not found in the directory\\n' >&2; exit 3");

        Assert.Contains("ended with 3, saying: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("AADSTS700016: Application was not found", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("noise 100 ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Endless_words_on_standard_error_fill_no_memory()
    {
        var program = Program($"head -c 300000000 /dev/zero >&2; echo '{Good}'");

        var answer = await ChildProcess.AskAsync(program, [], "", default);

        Assert.Equal(Good, answer.Output.Trim());
        Assert.InRange(answer.Errors.Sum(l => l.Length), 0, 1 << 20);
    }

    [SkippableFact]
    public async Task A_child_that_goes_on_and_holds_the_pipes_costs_nothing()
    {
        var program = Program($"sleep 45 & echo '{Good}'");
        var clock = Stopwatch.StartNew();

        var asked = await ChildProcess.AskAsync(program, [], "", default);
        var run = await ChildProcess.RunAsync(program, [], null, null, _ => { }, default);

        Assert.Equal(Good, asked.Output.Trim());
        Assert.Equal([Good], run.LastLines);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(40), $"It took {clock.Elapsed}.");
    }

    [SkippableTheory]
    [InlineData("yes", "printed more than a login can be")]
    [InlineData("echo '[1]'", "it printed no login")]
    [InlineData("printf %s '{\"Username\":1,\"Secret\":2}'", "it printed no login")]
    [InlineData("printf %s '{\"Username\":\"<token>\",\"Secret\":\"a\\r\\nb\"}'", "it printed no login")]
    [InlineData("printf %s '{\"Username\":\"\\ud800\",\"Secret\":\"b\"}'", "it printed no login")]
    [InlineData("echo 'the keyring is locked'; echo why >&2; exit 1", "it ended with 1: the keyring is locked, saying: why")]
    public async Task So_it_is_with_a_helper_that_keeps_logins(string script, string why)
    {
        var path = _folder.Write("bin/docker-credential-odd", "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);

        var error = await Attack.FailsAsync("CredentialHelperFailed", () => CredentialHelper.GetAsync(
            "odd", "registry.test", "config.json", name => name == "PATH" ? _folder["bin"] : null, default));

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    private async Task<SparkAzureException> AskAsync(string script)
    {
        var config = _folder.Write("config", ForeignTextTests.KubeConfigOf(
            new Uri("https://127.0.0.1:1"), $"exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: {Program(script)}}}"));
        return await Attack.FailsAsync("KubeCredentialUnusable", () => SparkNamespaces.InitializeAsync(
            new SparkNamespaceOptions { KubeConfig = config, Namespace = "jobs" }, new RecordingCaller(), default));
    }

    private string Program(string script)
    {
        var path = _folder.Write("plugin", "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return path;
    }
}
