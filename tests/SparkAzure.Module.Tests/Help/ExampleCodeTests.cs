using SparkAzure.HelpCompiler;

namespace SparkAzure.Module.Tests.Help;

/// <summary>The commands and parameters that the help compiler finds in an example.</summary>
public class ExampleCodeTests
{
    [Theory]
    [InlineData("Get-A -X 1 -Y", "Get-A X Y")]
    [InlineData("Get-A -X 1 | Set-B -Z", "Get-A X; Set-B Z")]
    [InlineData("Get-A -X `\n    -Y 2", "Get-A X Y")]
    [InlineData("Get-A -X 1 |\n    Set-B -Z", "Get-A X; Set-B Z")]
    [InlineData("Get-A -X 1\n-Y 2", "Get-A X")]
    [InlineData("$r = Get-A -X 1", "Get-A X")]
    [InlineData("(Get-A -X 1).Changes | Format-Table", "Get-A X; Format-Table ")]
    [InlineData("Get-A -Key (Read-Host -AsSecureString 'k') -Y", "Get-A Key Y; Read-Host AsSecureString")]
    [InlineData("Set-B -Property @{\n 'spark.a' = 'x -Not'\n b = 4\n} -Y", "Set-B Property Y")]
    [InlineData("Get-A -X 'Set-B -Q' \"Set-B -Q\" # Set-B -Q", "Get-A X")]
    [InlineData("Get-A -WhatIf:$false", "Get-A WhatIf")]
    [InlineData("$x | ForEach-Object { $_ | Set-B -Z } -End { }", "ForEach-Object End; Set-B Z")]
    [InlineData("1 -eq 2", "")]
    public void Names_each_command_with_its_parameters(string code, string expected)
    {
        var found = ExampleCode.Commands(code).Select(c => $"{c.Name} {string.Join(' ', c.Parameters)}");

        Assert.Equal(expected, string.Join("; ", found));
    }

    [Fact]
    public void Says_on_which_line_a_command_stands()
    {
        var commands = ExampleCode.Commands("$a = 'two\nlines'\nGet-A -X `\n 1\nSet-B");

        Assert.Equal([("Get-A", 2), ("Set-B", 4)], commands.Select(c => (c.Name, c.Line)));
    }
}
