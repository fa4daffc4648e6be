using System.Formats.Tar;
using System.Text.Json;
using SparkAzure.Core.Images;
using SparkAzure.Core.Images.Registry;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images.Registry;

/// <summary>A Dockerfile that begins with a Spark image is carried out on it, and of one that makes a Spark image what a patch leaves out is named: nothing is dropped without a word.</summary>
public sealed class DerivedDockerfileTests : IDisposable
{
    private const string Derived = """
        FROM apache/spark:2.4.0
        USER root
        ENV TEAM_CONF=/opt/team
        COPY extra/hadoop-azure-3.3.4.jar $SPARK_HOME/jars/
        COPY requirements.txt /opt/team/requirements.txt
        RUN pip3 install -r /opt/team/requirements.txt && mkdir -p /opt/team/logs && chown 185:0 /opt/team/logs
        LABEL team=finance
        HEALTHCHECK --interval=30s CMD pgrep java || exit 1
        USER 185
        """;

    private readonly SparkHomeFixture _spark = new();

    public void Dispose() => _spark.Dispose();

    [Fact]
    public async Task It_is_carried_out_on_the_Spark_image_whose_other_jars_stay()
    {
        await using var registry = await PlainAsync();
        _spark.Write("extra/hadoop-azure-3.3.4.jar", "azure");
        _spark.Write("requirements.txt", "numpy\n");
        _spark.Write("Dockerfile.team", Derived);
        var caller = new RecordingCaller();
        var options = Options(registry) with { Dockerfile = _spark.Home("Dockerfile.team") };

        var image = Assert.Single(await SparkHomeFixture.PublishAsync(options, caller));

        var pip = Assert.Single(image.UnverifiedInstructions);
        Assert.StartsWith("pip3 install -r /opt/team/requirements.txt (", pip, StringComparison.Ordinal);
        Assert.Contains("pip3 install -r", Assert.Single(caller.Warnings), StringComparison.Ordinal);
        var config = Config(registry, "v2");
        Assert.Contains("TEAM_CONF=/opt/team", config.GetProperty("Env").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal(("finance", "185"), (config.GetProperty("Labels").GetProperty("team").GetString(), config.GetProperty("User").GetString()));
        Assert.Equal("pgrep java || exit 1", config.GetProperty("Healthcheck").GetProperty("Test")[1].GetString());
        Assert.Equal("/opt/entrypoint.sh", config.GetProperty("Entrypoint")[0].GetString());
        Assert.False(config.GetProperty("Labels").TryGetProperty("sparkazure.jars.0", out _), "nobody knows the image's jars but who reads them");
        var entries = Entries(registry, before: "plain", after: "v2");
        Assert.Equal(
            ["opt/spark/jars/hadoop-azure-3.3.4.jar", "opt/team/logs", "opt/team/requirements.txt"],
            entries.Where(e => e.EntryType != TarEntryType.Directory || e.Name.TrimEnd('/').EndsWith("logs", StringComparison.Ordinal)).Select(e => e.Name.TrimEnd('/')).Order(StringComparer.Ordinal));
        Assert.Equal((185, 0), entries.Where(e => e.Name.TrimEnd('/') == "opt/team/logs").Select(e => (e.Uid, e.Gid)).Last());

        registry.ClearRequests();
        Assert.False(Assert.Single(await SparkHomeFixture.PublishAsync(options)).Changed);
        Assert.DoesNotContain(registry.Requests, r => r.Method is not ("GET" or "HEAD"));
    }

    [Fact]
    public async Task What_stands_on_it_has_what_it_adds_and_another_release_is_refused()
    {
        await using var registry = await PlainAsync();
        _spark.WriteDockerfile("FROM apache/spark:2.4.0\nENV TEAM=1");
        var options = Options(registry) with { Images = ["spark-py"] };

        var image = Assert.Single(await SparkHomeFixture.PublishAsync(options));

        Assert.Equal("spark-py", image.Name);
        Assert.Contains("TEAM=1", Config(registry, "v2", "spark-py").GetProperty("Env").EnumerateArray().Select(e => e.GetString()));
        File.Move(_spark.Home("jars", "spark-core_2.11-2.4.0.jar"), _spark.Home("jars", "spark-core_2.11-2.4.5.jar"));
        _spark.Write("RELEASE", "Spark 2.4.5 built for Hadoop 2.7.3\n");
        Assert.Equal("PatchBaseOtherRelease", (await SparkHomeFixture.RefusedAsync(options)).Id);
    }

    [Fact]
    public async Task A_binding_that_names_its_own_image_is_carried_out_on_that()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        await SparkHomeFixture.PublishAsync(_spark.Options(registry.Host, SparkImageEngine.Registry));
        _spark.Write("Dockerfile.py", "FROM registry.example/team/spark-py:v1\nENV PYSPARK_PYTHON=python3\nRUN make-model\n");
        var options = Options(registry) with { BaseImage = $"{registry.Host}/spark-py:v1", Images = ["spark-py"], PythonDockerfile = _spark.Home("Dockerfile.py") };

        var image = Assert.Single(await SparkHomeFixture.PublishAsync(options));

        Assert.Equal(["make-model (what it does is not known before it runs)"], image.UnverifiedInstructions);
        var variables = Config(registry, "v2", "spark-py").GetProperty("Env").EnumerateArray().Select(e => e.GetString()).ToList();
        Assert.Contains("PYSPARK_PYTHON=python3", variables);
        Assert.Contains("PYTHONPATH=/opt/spark/python/lib/pyspark.zip", variables);
    }

    [Fact]
    public async Task Of_a_Dockerfile_that_brings_Spark_each_instruction_that_the_image_lacks_is_named()
    {
        await using var registry = await PlainAsync();
        File.AppendAllText(
            _spark.Home("kubernetes", "dockerfiles", "spark", "Dockerfile"),
            "USER root\nENV TEAM=1 PATH=$PATH:/bin\nLABEL team=finance\nRUN echo auth >> /etc/pam.d/su && chmod 700 /etc/group && make-model\nUSER 185\n");
        var caller = new RecordingCaller();

        var image = Assert.Single(await SparkHomeFixture.PublishAsync(Options(registry), caller));

        Assert.Equal(
            [
                "ENV TEAM=1 PATH=$PATH:/bin", "LABEL team=finance", "USER 185",
                "make-model", "RUN echo auth >> /etc/pam.d/su && chmod 700 /etc/group && make-model",
            ],
            image.UnverifiedInstructions.Select(u => u[..u.LastIndexOf(" (", StringComparison.Ordinal)]));
        Assert.All(image.UnverifiedInstructions.Where(u => u.Contains("make-model (", StringComparison.Ordinal) && u.StartsWith("RUN", StringComparison.Ordinal)), u => Assert.Contains("it would change /etc/group)", u, StringComparison.Ordinal));
        Assert.Contains(caller.Warnings, w => w.Contains("may not be the Dockerfile that", StringComparison.Ordinal) && w.Contains("LABEL team=finance", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_jar_that_COPY_brings_beside_those_of_the_home_is_brought_up_to_date_and_not_taken_away()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        _spark.Write("extra/hadoop-azure-3.3.4.jar", "azure");
        File.AppendAllText(_spark.Home("kubernetes", "dockerfiles", "spark", "Dockerfile"), "COPY extra/ /opt/spark/jars/\nRUN wget -P /opt/spark/jars https://repo.example/fetched-1.0.jar\n");
        await SparkHomeFixture.PublishAsync(_spark.Options(registry.Host, SparkImageEngine.Registry) with { Images = ["spark"] });
        await DerivedImage.PushAsync(registry.Host, "spark", "v1", "fetched", null, Jar("fetched-1.0.jar"), Jar("part1-2.3.0.jar"));
        _spark.Write("extra/hadoop-azure-3.3.4.jar", "azure2");
        var caller = new RecordingCaller();

        await SparkHomeFixture.PublishAsync(Options(registry) with { BaseImage = $"{registry.Host}/spark:fetched" }, caller);

        Assert.Equal(
            ["opt/spark/jars/.wh.part1-2.3.0.jar", "opt/spark/jars/hadoop-azure-3.3.4.jar"],
            Entries(registry, before: "fetched", after: "v2").Where(e => e.EntryType != TarEntryType.Directory).Select(e => e.Name));
        Assert.Contains(caller.Warnings, w => w.Contains("fetched-1.0.jar stay in the image", StringComparison.Ordinal));
        Assert.Equal(SparkJarSource.Layers, (await _spark.CompareAsync($"{registry.Host}/spark:v2")).Source);
    }

    [Theory]
    [InlineData("FROM apache/spark:3.5.3\nCOPY extra/a.jar /opt/spark/jars/\n", true)]
    [InlineData("ARG base_img\nFROM $base_img\nCOPY extra/a.jar /opt/spark/jars/\n", true)]
    [InlineData("FROM eclipse-temurin:17-jammy\nCOPY jars /opt/spark/jars\n", false)]
    [InlineData("FROM eclipse-temurin:17-jammy\nCOPY ./jars/*.jar /opt/spark/jars/\n", false)]
    [InlineData("FROM eclipse-temurin:17-jammy AS a\nCOPY . /opt/spark\nFROM a\nENV A=1\n", false)]
    public void It_is_told_by_what_it_copies(string text, bool isDerived)
    {
        _spark.Write("extra/a.jar", "a");
        var document = SparkAzure.Core.Tests.Spark.Dockerfiles.DockerfileText.Parse(text);
        var job = new ImageJob(SparkImageRecipe.All[0], document, new Dictionary<string, string>(), "spark", IsWanted: true);

        Assert.Equal(isDerived, DerivedDockerfile.Is(job, new SparkHomeFiles(_spark.Path)));
    }

    private static TarItem Jar(string name) => new()
    {
        Name = "opt/spark/jars/" + name,
        Type = TarEntryType.RegularFile,
        Mode = TarItem.Plain,
        Content = "jar"u8.ToArray(),
        Length = 3,
    };

    // What docker-image-tool.sh would have made: a Spark image without labels, with a jar that the home has not.
    private async Task<RegistryStandIn> PlainAsync()
    {
        var registry = await SparkHomeFixture.RegistryAsync();
        await SparkHomeFixture.PublishAsync(_spark.Options(registry.Host, SparkImageEngine.Registry) with { Images = ["spark"] });
        await DerivedImage.PushAsync(
            registry.Host, "spark", "v1", "plain", d => d.Config.Remove("Labels"), Jar("only-there-1.0.jar"),
            new TarItem { Name = "etc/pam.d/su", Type = TarEntryType.RegularFile, Mode = TarItem.Plain, Content = "auth\n"u8.ToArray(), Length = 5 });
        return registry;
    }

    private PublishOptions Options(RegistryStandIn registry) =>
        _spark.Options(registry.Host, SparkImageEngine.Registry) with { BaseImage = $"{registry.Host}/spark:plain", Tag = "v2", Images = ["spark"] };

    private static JsonElement Config(RegistryStandIn registry, string tag, string repository = "spark")
    {
        var digest = registry.Manifest(repository, tag)!.Value.Content.RootElement.GetProperty("config").GetProperty("digest").GetString()!;
        using var blob = registry.OpenBlob(repository, digest)!;
        using var document = JsonDocument.Parse(blob);
        return document.RootElement.GetProperty("config").Clone();
    }

    // The entries of the layers that one tag has beyond another.
    private static List<TarEntry> Entries(RegistryStandIn registry, string before, string after)
    {
        List<string> Layers(string tag) =>
            [.. registry.Manifest("spark", tag)!.Value.Content.RootElement.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("digest").GetString()!)];

        var entries = new List<TarEntry>();
        foreach (var layer in Layers(after).Skip(Layers(before).Count))
        {
            using var blob = registry.OpenBlob("spark", layer)!;
            using var reader = new TarReader(blob);
            while (reader.GetNextEntry() is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }
}
