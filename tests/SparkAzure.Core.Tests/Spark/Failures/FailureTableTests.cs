using System.Text.RegularExpressions;
using SparkAzure.Core.Spark.Failures;

namespace SparkAzure.Core.Tests.Spark.Failures;

/// <summary>What every row of the tables of causes promises.</summary>
public sealed partial class FailureTableTests
{
    [Fact]
    public void Ids_are_unique() => Assert.Equal(
        FailureCauses.All.Count, FailureCauses.All.Select(c => c.Id).Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void Texts_are_whole_without_what_a_line_would_give() => Assert.All(FailureCauses.All, row =>
    {
        var none = new Dictionary<string, string>();
        foreach (var text in new[] { FailureCauseRow.Filled(row.Cause, none), FailureCauseRow.Filled(row.Remedy, none) })
        {
            Assert.DoesNotContain("{", text, StringComparison.Ordinal);
            Assert.DoesNotContain("  ", text, StringComparison.Ordinal);
            Assert.EndsWith(".", text, StringComparison.Ordinal);
        }

        Assert.NotEmpty(row.Source);
    });

    [Fact]
    public void Forms_never_go_back_and_name_only_what_the_texts_have() => Assert.All(
        FailureCauses.All.SelectMany(row => row.Signs.Where(s => s.Form is not null).Select(sign => (row, sign))),
        both =>
        {
            var form = new Regex(both.sign.Form!, RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);
            var names = form.GetGroupNames().Where(n => n != "0" && n is not ("scheme" or "member"));
            var texts = both.row.Cause + both.row.Remedy;
            Assert.All(names, n => Assert.True(texts.Contains("{" + n, StringComparison.Ordinal) || both.sign.IsOfDriver || n == "host", $"{both.row.Id}: {n}"));
        });

    [Fact]
    public void Signs_are_of_words_that_can_be_found() => Assert.All(
        FailureCauses.All.SelectMany(c => c.Signs).Where(s => s.Form is null || !s.Form.Contains('^', StringComparison.Ordinal)),
        sign => Assert.All(sign.Words, word => Assert.True(word.Length >= 3 && word.All(char.IsAscii), word)));

    [Fact]
    public void Cmdlets_that_cure_are_there()
    {
        var manifest = File.ReadAllText(Path.Combine(RepositoryFolder(), "SparkAzure.psd1"));
        var named = FailureCauses.All.Select(c => c.Command).OfType<string>()
            .Concat(FailureCauses.All.SelectMany(c => CmdletName().Matches(c.Remedy).Select(m => m.Value)));

        Assert.All(named, name => Assert.Contains($"'{name}'", manifest, StringComparison.Ordinal));
    }

    private static string RepositoryFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SparkAzure.psd1")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    [GeneratedRegex("(?<![\\w-])(Get|Set|New|Publish|Update|Restore|Find|Edit|Compare|Import|Grant|Initialize|Install)-[A-Z][A-Za-z]+")]
    private static partial Regex CmdletName();
}
