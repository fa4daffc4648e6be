using System.Text;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Tests.Spark.Dockerfiles;

public sealed class DockerfileDocumentTests
{
    private static readonly Dictionary<string, string> NoArguments = [];

    // The shape of Spark 2.4.0's own file: continuation lines, a comment inside one, ENV with a blank.
    private const string Spark240 = """
        # Licensed to the Apache Software Foundation
        FROM openjdk:8-alpine

        ARG spark_jars=jars

        RUN set -ex && \
            # the loader
            apk upgrade --no-cache && \

            apk add --no-cache bash tini libc6-compat linux-pam && \
            rm /bin/sh

        COPY ${spark_jars} /opt/spark/jars
        ENV SPARK_HOME /opt/spark
        ENTRYPOINT [ "/opt/entrypoint.sh" ]

        """;

    private static DockerfileDocument Parse(string text) => DockerfileDocument.Parse("Dockerfile", Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Continuations_are_joined_and_comments_and_blank_lines_inside_them_dropped()
    {
        var run = Parse(Spark240).Instructions.Single(i => i.Keyword == "RUN");

        Assert.Equal((5, 10), (run.FirstLine, run.LastLine));
        Assert.Equal([5, 7, 9, 10], run.CodeLines);
        Assert.DoesNotContain("loader", run.Arguments, StringComparison.Ordinal);
        Assert.Contains("linux-pam &&     rm /bin/sh", run.Arguments, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n", false)]
    [InlineData("\r\n", false)]
    [InlineData("\r\n", true)]
    public void Reading_and_writing_loses_no_byte(string ending, bool byteOrderMark)
    {
        var text = Spark240.ReplaceLineEndings(ending) + "# Größe, ohne Zeilenende";
        byte[] bytes = [.. byteOrderMark ? Encoding.UTF8.Preamble : [], .. Encoding.UTF8.GetBytes(text)];

        var document = DockerfileDocument.Parse("Dockerfile", bytes);

        Assert.Equal(bytes, document.ToBytes());
        Assert.Equal(["FROM", "ARG", "RUN", "COPY", "ENV", "ENTRYPOINT"], document.Instructions.Select(i => i.Keyword));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_survive_an_edit()
    {
        byte[] bytes = [.. "# caf"u8, 0xE9, .. "\r\nFROM a\r\nENV A b"u8];

        var edited = DockerfileDocument.Parse("Dockerfile", bytes).InsertAfter(2, "ENV C d").Replace(1, 5, 1, "base");

        Assert.Equal([.. "# caf"u8, 0xE9, .. "\r\nFROM base\r\nENV A b\r\nENV C d"u8], edited.ToBytes());
        Assert.Equal(["A b", "C d"], edited.Instructions.Where(i => i.Keyword == "ENV").Select(i => i.Arguments));
    }

    [Fact]
    public void The_escape_directive_changes_continuation_and_is_only_read_at_the_top()
    {
        var windows = Parse("# escape=`\nFROM a\nRUN one `\n two\nCOPY c:\\x\\ d\n");
        Assert.Equal(["FROM", "RUN", "COPY"], windows.Instructions.Select(i => i.Keyword));

        var late = Parse("# a comment\n# escape=`\nFROM a\nRUN one \\\n two\n");
        Assert.Equal("one  two", late.Instructions[1].Arguments);
    }

    [Theory]
    [InlineData("ARG tag=17\nFROM temurin:${tag}", "temurin:17")]
    [InlineData("arg tag=17\nfrom temurin:$tag as Base", "temurin:17")]
    [InlineData("ARG name=azul\nARG image=${name}/zulu\nFROM ${image}", "azul/zulu")]
    [InlineData("ARG base_img\nFROM $base_img", "")]
    [InlineData("ARG base_img\nFROM ${base_img:-spark}", "spark")]
    [InlineData("FROM --platform=linux/amd64 \"a:b\"", "a:b")]
    public void A_base_image_is_resolved_from_the_defaults_of_global_arguments(string text, string expected) =>
        Assert.Equal(expected, Assert.Single(Parse(text).Stages(NoArguments)).BaseImage);

    [Fact]
    public void Given_build_arguments_win_over_defaults_but_only_for_declared_ones()
    {
        var given = new Dictionary<string, string> { ["tag"] = "11", ["other"] = "x" };
        Assert.Equal("temurin:11-", Assert.Single(Parse("ARG tag=17\nFROM temurin:${tag}-${other}").Stages(given)).BaseImage);
    }

    [Fact]
    public void A_stage_that_begins_with_an_earlier_one_knows_it()
    {
        var stages = Parse("FROM a AS One\nRUN x\nFROM b\nFROM one\nCOPY --from=One --chown=185:0 x y").Stages(NoArguments);

        Assert.Equal([null, null, 0], stages.Select(s => s.BaseStage));
        Assert.Equal("185:0", stages[2].Instructions[0].Flag("chown"));
        Assert.Equal("x y", stages[2].Instructions[0].Arguments);
    }

    [Fact]
    public void A_here_document_is_not_read_as_instructions()
    {
        var document = Parse("FROM a\nCOPY <<\"EOF\" <<-TWO /x/\nFROM $b\nEOF\n\tindented\n\tTWO\nRUN echo \"no <<EOF here\"\nUSER 0");

        Assert.Equal(["FROM", "COPY", "RUN", "USER"], document.Instructions.Select(i => i.Keyword));
        Assert.Equal(
            [new DockerfileHeredoc("EOF", "FROM $b\n", Expand: false), new DockerfileHeredoc("TWO", "indented\n", Expand: true)],
            document.Instructions[1].Heredocs);
    }

    [Theory]
    [InlineData("""[ "/opt/entrypoint.sh" ]""", 1)]
    [InlineData("""["a", "b c"]""", 2)]
    [InlineData("[ -f x ] && y", null)]
    [InlineData("['a']", null)]
    public void The_json_form_is_told_from_the_shell_form(string arguments, int? items) =>
        Assert.Equal(items, Parse("ENTRYPOINT " + arguments).Instructions[0].JsonArguments()?.Count);

    [Theory]
    [InlineData("FROM a\nRUN <<EOF\nnever ended", "line 'EOF'")]
    [InlineData("# escape=x\nFROM a", "escape character")]
    [InlineData("FROM a\0", "not a text file")]
    public void What_cannot_be_understood_is_refused_with_its_reason(string text, string reason)
    {
        var refusal = Assert.Throws<SparkAzureException>(() => Parse(text));
        Assert.Equal("DockerfileUnreadable", refusal.Id);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FROM ${a")]
    [InlineData("FROM 'a")]
    [InlineData("FROM ${a##x}")]
    public void A_substitution_that_cannot_be_understood_names_its_line(string text)
    {
        var refusal = Assert.Throws<SparkAzureException>(() => Parse("\n" + text).Stages(NoArguments));
        Assert.Contains("Line 2", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$a-$b", "1-")]
    [InlineData("${b:-x$a}", "x1")]
    [InlineData("${e-x}${e:-y}", "y")]
    [InlineData("${a:+set}${b:+no}", "set")]
    [InlineData("'$a' \"$a\" \\$a", "$a 1 $a")]
    public void Variables_are_replaced_as_docker_does(string text, string expected)
    {
        var values = new Dictionary<string, string> { ["a"] = "1", ["e"] = "" };
        Assert.Equal(expected, new DockerfileVariables(values.GetValueOrDefault, '\\', m => new InvalidOperationException(m)).Word(text));
    }
}
