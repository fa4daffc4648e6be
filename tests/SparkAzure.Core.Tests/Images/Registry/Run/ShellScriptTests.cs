using SparkAzure.Core.Images.Registry.Run;


namespace SparkAzure.Core.Tests.Images.Registry.Run;

public sealed class ShellScriptTests
{
    [Fact]
    public void A_list_falls_apart_into_its_commands()
    {
        var commands = ShellScript.Parse("set -ex &&   apt-get update; echo 'a && b' \"c;d\" e\\;f || true\n# note\nX=1 rm -rf /tmp/* >/dev/null 2>&1");

        Assert.Equal(
            [("", "set -ex"), ("&&", "apt-get update"), ("", "echo 'a && b' \"c;d\" e\\;f"), ("||", "true"), ("", "X=1 rm -rf /tmp/* >/dev/null 2>&1")],
            commands.Select(c => (c.Connector, c.Text)));
        Assert.All(commands, c => Assert.Null(c.Problem));
        Assert.Equal(["echo", "a && b", "c;d", "e;f"], commands[2].Words.Select(w => w.Plain));
        Assert.Equal([(1, ">"), (2, ">&")], commands[4].Redirections.Select(r => (r.Descriptor, r.Operator)));
    }

    [Theory]
    [InlineData("a && wget x | tar x && b", 3, 1)]
    [InlineData("a && if true; then b; fi; c", 2, 1)]
    [InlineData("a && (cd /x && b)", 2, 1)]
    [InlineData("a; for i in 1 2; do b; done", 2, 1)]
    [InlineData("a && echo \"open", 2, 1)]
    [InlineData("a && cat <<EOF", 2, 1)]
    [InlineData("sleep 1 &", 1, 0)]
    public void What_is_no_plain_command_is_named_and_ends_what_can_be_followed(string script, int count, int problem)
    {
        var commands = ShellScript.Parse(script);

        Assert.Equal(count, commands.Count);
        Assert.Equal([problem], commands.Select((c, i) => (c.Problem, i)).Where(c => c.Problem is not null).Select(c => c.i));
    }

    [Theory]
    [InlineData("$HOME/x", "/root/x")]
    [InlineData("${HOME}x", "/rootx")]
    [InlineData("'$HOME'", "$HOME")]
    [InlineData("\"$HOME $TWO\"", "/root one two")]
    [InlineData("$TWO", "one|two")]
    [InlineData("a${NONE}b", "ab")]
    [InlineData("${NONE:-other}", "other")]
    [InlineData("$NONE", "")]
    [InlineData("\"\"", "<empty>")]
    [InlineData("/opt/*.jar", "/opt/a.jar|/opt/b.jar")]
    [InlineData("'/opt/*.jar'", "/opt/*.jar")]
    [InlineData("/none/*", "/none/*")]
    [InlineData("$(basename /opt/*a.jar)", "a.jar")]
    [InlineData("$(dirname $HOME/x)", "/root")]
    [InlineData("$(date)", null)]
    [InlineData("`date`", null)]
    [InlineData("{a,b}", null)]
    [InlineData("~/x", null)]
    [InlineData("${HOME##*/}", null)]
    [InlineData("$?", null)]
    public void Words_expand_as_a_shell_expands_them_or_are_not_followed(string text, string? expected)
    {
        var variables = new Dictionary<string, string> { ["HOME"] = "/root", ["TWO"] = "one two" };
        var matches = new Dictionary<string, string[]> { ["/opt/*.jar"] = ["/opt/a.jar", "/opt/b.jar"], ["/opt/*a.jar"] = ["/opt/a.jar"] };
        var expansion = new ShellExpansion(variables.GetValueOrDefault, pattern => matches.GetValueOrDefault(pattern) ?? []);
        var word = ShellScript.Parse("x " + text)[0].Words[1];

        if (expected is null)
        {
            Assert.Throws<ShellNotFollowedException>(() => expansion.Expand(word));
        }
        else
        {
            Assert.Equal(expected, string.Join('|', expansion.Expand(word).Select(w => w.Length == 0 ? "<empty>" : w)));
        }
    }

    [Theory]
    [InlineData("0755", 0x1A4, false, 0x1ED)]
    [InlineData("g+w", 0x1ED, true, 0x1FD)]
    [InlineData("a+x", 0x1A4, false, 0x1ED)]
    [InlineData("+x", 0x1A0, false, 0x1E9)]
    [InlineData("+w", 0x124, false, 0x1A4)]
    [InlineData("ug+rw", 0x1A4, false, 0x1B4)]
    [InlineData("u=rwX,go-w", 0x1B6, false, 0x1A4)]
    [InlineData("go=u-w", 0x1ED, false, 0x1ED)]
    [InlineData("u=rwX,go=rX", 0x1C0, true, 0x1ED)]
    [InlineData("g+s", 0x1ED, true, 0x5ED)]
    [InlineData("1777", 0x1ED, true, 0x3FF)]
    [InlineData("755", 0x5ED, true, 0x5ED)]
    [InlineData("q+x", 0x1ED, true, null)]
    public void Modes_are_those_of_chmod(string text, int current, bool isFolder, int? expected) =>
        Assert.Equal((UnixFileMode?)expected, ChmodMode.Of(text, (UnixFileMode)current, isFolder));
}
