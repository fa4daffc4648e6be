using SparkAzure.Core.Images.Docker;
using SparkAzure.Core.Tests.Spark.Dockerfiles;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images.Docker;

/// <summary>What only BuildKit takes is told before a daemon's classic builder is sent anything.</summary>
public sealed class ClassicBuilderTests : IDisposable
{
    private readonly SparkHomeFixture _spark = new();

    public void Dispose() => _spark.Dispose();

    [Theory]
    [InlineData("RUN <<SCRIPT\nset -e\nSCRIPT\n", "a here-document", 2)]
    [InlineData("RUN true\nCOPY --chown=spark:root --chmod=0775 data /opt/spark/data\n", "--chmod", 3)]
    [InlineData("RUN --mount=type=cache,target=/x true\n", "--mount", 2)]
    [InlineData("COPY <<-\"CONF\" /conf\n\ta\n\tCONF\n", "a here-document", 2)]
    [InlineData("ADD --checksum=sha256:0 https://x.example/a /a\n", "--checksum", 2)]
    public void The_first_line_that_it_does_not_take_is_found(string text, string what, int line)
    {
        var (instruction, found) = ClassicBuilder.FirstRefused(DockerfileText.Parse("FROM x\n" + text))!.Value;

        Assert.Equal((what, line), (found, instruction.FirstLine + 1));
    }

    [Theory]
    [InlineData("RUN cat <<< x && echo 'a <<EOF'\n")]
    [InlineData("COPY --from=a --chown=1:1 x /y\nHEALTHCHECK --interval=1s CMD true\n")]
    public void What_it_takes_is_not_refused(string text) =>
        Assert.Null(ClassicBuilder.FirstRefused(DockerfileText.Parse("FROM x\n" + text)));

    [SkippableFact]
    public async Task A_publication_ends_before_anything_is_sent()
    {
        await ContainerTools.SkipWithoutDockerAsync();
        await using var registry = await RegistryStandIn.StartAsync();
        _spark.WriteDockerfile("FROM sparkazure-test/base:1\nCOPY jars /opt/spark/jars\nRUN <<SCRIPT\nset -e\nSCRIPT");
        var caller = new RecordingCaller();

        var refusal = await SparkHomeFixture.RefusedAsync(_spark.Options(registry.Host) with { Images = ["spark"] }, caller);

        Assert.Equal("InstructionNeedsBuildKit", refusal.Id);
        Assert.Contains("Line 3 of", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("-Engine AcrTask or -Engine Registry", refusal.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain(caller.VerboseLines, l => l.StartsWith("Step ", StringComparison.Ordinal));
    }
}
