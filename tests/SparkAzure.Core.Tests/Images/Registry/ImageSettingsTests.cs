using System.Text.Json.Nodes;
using SparkAzure.Core.Images.Registry;
using SparkAzure.Core.Spark.Dockerfiles;
using SparkAzure.Core.Tests.Spark.Dockerfiles;

namespace SparkAzure.Core.Tests.Images.Registry;

/// <summary>What the instructions without files make of an image's configuration: what a daemon makes of it.</summary>
public sealed class ImageSettingsTests
{
    [Theory]
    [InlineData("HEALTHCHECK --interval=30s --timeout=5s --retries=3 CMD pgrep java || exit 1", """{"Healthcheck":{"Test":["CMD-SHELL","pgrep java || exit 1"],"Interval":30000000000,"Timeout":5000000000,"Retries":3}}""")]
    [InlineData("HEALTHCHECK --start-period=1m30.5s cmd [\"a\", \"b\"]", """{"Healthcheck":{"Test":["CMD","a","b"],"StartPeriod":90500000000}}""")]
    [InlineData("HEALTHCHECK NONE", """{"Healthcheck":{"Test":["NONE"]}}""")]
    [InlineData("ONBUILD RUN touch /x\nONBUILD COPY --chown=1 a /b", """{"OnBuild":["RUN touch /x","COPY --chown=1 a /b"]}""")]
    [InlineData("SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nCMD date", """{"Shell":["/bin/bash","-o","pipefail","-c"],"Cmd":["/bin/bash","-o","pipefail","-c","date"]}""")]
    [InlineData("CMD date\nENTRYPOINT [\"/e\"]", """{"Cmd":["/bin/sh","-c","date"],"Entrypoint":["/e"]}""")]
    public void They_stand_in_the_configuration(string instructions, string expected) =>
        Assert.Equal(expected, Apply(instructions, []).ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    [Fact]
    public void The_shell_of_the_base_image_goes_on() =>
        Assert.Equal("""["/bin/bash","-c","date"]""", Apply("CMD date", new JsonObject { ["Shell"] = new JsonArray("/bin/bash", "-c") })["Cmd"]!.ToJsonString());

    [Theory]
    [InlineData("HEALTHCHECK")]
    [InlineData("HEALTHCHECK CMD")]
    [InlineData("HEALTHCHECK --interval=soon CMD x")]
    [InlineData("HEALTHCHECK --interval=1us CMD x")]
    [InlineData("HEALTHCHECK --retries=-1 CMD x")]
    [InlineData("ONBUILD ONBUILD RUN x")]
    [InlineData("ONBUILD FROM x")]
    [InlineData("SHELL /bin/bash")]
    public void What_a_daemon_refuses_is_refused(string instruction) =>
        Assert.Equal("DockerfileUnreadable", Assert.Throws<SparkAzureException>(() => Apply(instruction, [])).Id);

    private static JsonObject Apply(string instructions, JsonObject config)
    {
        var document = DockerfileText.Parse("FROM x\n" + instructions + "\n");
        var settings = new ImageSettings(document, config);
        var variables = new StageVariables(document, new Dictionary<string, string>());
        foreach (var instruction in document.Instructions.Skip(1))
        {
            settings.Apply(instruction, variables);
        }

        return config;
    }
}
