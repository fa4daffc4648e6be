using SparkAzure.Core.Images;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Java;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images;

/// <summary>Images of a real Spark with which it would not start: said before one is sent, and of one that was sent.</summary>
[TakesLong(seconds: 20)]
public sealed class ImageStartTests : IDisposable
{
    private const string Thrown = "java.lang.NoClassDefFoundError: org/apache/commons/lang3/SystemUtils";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task An_image_without_a_jar_is_refused_unless_it_is_meant_and_a_comparison_says_the_same_of_it()
    {
        RealSpark.Lay("2.4.8", Home);
        RealSpark.TakeOut(Home, "commons-lang3-");
        await using var registry = await SparkHomeFixture.RegistryAsync();

        await Refusal.IsAsync(
            "SparkWouldNotStart", ErrorKind.InvalidData, Thrown, "commons-lang3 3.5", () => PublishAsync(registry));
        await Refusal.IsAsync(
            "SparkWouldNotStart",
            ErrorKind.InvalidData,
            Thrown,
            "-Force",
            () => PublishAsync(registry, caller: RecordingCaller.WhatIf()));
        Assert.Empty(registry.Requests);
        Assert.Single(Directory.GetFiles(_folder["classes"], "start-*"));

        var caller = new RecordingCaller();
        Assert.True(Assert.Single(await PublishAsync(registry, force: true, caller)).Changed);
        Assert.Contains(caller.Warnings, w => w.Contains(Thrown, StringComparison.Ordinal));

        await CompareAsync(registry);
    }

    [SkippableFact]
    public async Task An_untouched_Spark_is_sent_without_a_word_and_has_no_error_in_the_registry()
    {
        RealSpark.Lay("2.4.8", Home);
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var caller = new RecordingCaller();

        Assert.True(Assert.Single(await PublishAsync(registry, caller: caller)).Changed);
        Assert.DoesNotContain(caller.Warnings, w => w.Contains("would not start", StringComparison.Ordinal));

        var comparison = await LinkedAsync(registry, caller, SparkFeature.Abfs);
        Assert.Equal([SparkFeature.Abfs], comparison.Conflicts.Where(IsError).SelectMany(c => c.Features));
    }

    [SkippableFact]
    public async Task A_Dockerfile_that_may_bring_the_jar_itself_is_followed_with_a_warning()
    {
        RealSpark.Lay("2.4.8", Home);
        var jar = RealSpark.TakeOut(Home, "commons-lang3-");
        _folder.Write($"home/more/{jar}", "PK");
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var caller = new RecordingCaller();

        await PublishAsync(registry, caller: caller, more: $"COPY more/{jar} /opt/spark/jars/");

        Assert.Contains(caller.Warnings, w => w.Contains(Thrown, StringComparison.Ordinal));
    }

    private string Home => _folder["home"];

    // What the image has of the home is taken from there, what it has alone from its layers; both link to the same.
    private async Task CompareAsync(RegistryStandIn registry)
    {
        var before = registry.Requests.Count;
        var caller = new RecordingCaller();
        var same = await LinkedAsync(registry, caller);
        Assert.True(same is { Match: true, Source: SparkJarSource.Label, JavaVersion: 8 });
        Assert.Equal(Thrown, same.Conflicts.First(IsError).Symptom);
        Assert.Equal(same.Reference, same.Conflicts[0].SparkHome);
        Assert.Contains(Thrown, Assert.Single(caller.Warnings), StringComparison.Ordinal);
        Assert.InRange(registry.Requests.Count - before, 1, 4);

        var core = RealSpark.TakeOut(Home, "hadoop-common-");
        RealSpark.TakeOut(Home, "netty-all-");
        var other = await LinkedAsync(registry, caller);
        Assert.False(other.Match);
        Assert.Equal(same.Conflicts.Select(c => c.ToString()), other.Conflicts.Select(c => c.ToString()));
        Assert.DoesNotContain(
            Directory.GetDirectories(Path.GetTempPath(), "sparkazure-*"), d => File.Exists(Path.Combine(d, core)));
    }

    private static bool IsError(SparkJarConflict conflict) => conflict.Severity == SparkJarConflictSeverity.Error;

    private Task<SparkImageComparison> LinkedAsync(
        RegistryStandIn registry, RecordingCaller caller, params SparkFeature[] features) =>
        SparkImageComparer.CompareAsync(
            new CompareOptions
            {
                Image = $"{registry.Host}/spark:v1",
                SparkHome = Home,
                Link = true,
                For = features,
                CacheFolder = _folder["cache"],
                IndexFolder = _folder["classes"],
                Access = Access,
            },
            caller,
            default);

    private Task<List<SparkImage>> PublishAsync(
        RegistryStandIn registry, bool force = false, RecordingCaller? caller = null, string more = "") =>
        SparkHomeFixture.PublishAsync(
            new PublishOptions
            {
                SparkHome = Home,
                Registry = registry.Host,
                Tag = "v1",
                Images = ["spark"],
                Engine = SparkImageEngine.Registry,
                BaseImage = $"{registry.Host}/base/jre:8",
                Dockerfile = _folder.Write("Dockerfile", $"""
                    FROM base
                    COPY jars /opt/spark/jars
                    COPY kubernetes/dockerfiles/spark/entrypoint.sh /opt/
                    {more}
                    ENV SPARK_HOME /opt/spark
                    ENV JAVA_VERSION 8u504
                    """),
                CacheFolder = _folder["cache"],
                IndexFolder = _folder["classes"],
                Access = Access,
                Force = force,
            },
            caller);

    private RegistryAccess Access => new() { DockerConfigFolder = Directory.CreateDirectory(_folder["docker"]).FullName };
}
