using SparkAzure.Core.Dss.Host;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Registry;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.QuickStart;

/// <summary>What one going-through works on: samples, and real things where the command line names them.</summary>
internal sealed record Scene
{
    public required string Folder { get; init; }

    public required string DataDirectory { get; init; }

    /// <summary>False for a real data directory: then nothing but the module's own stations may write to it.</summary>
    public required bool IsSampleHost { get; init; }

    public required string Archive { get; init; }

    /// <summary>The Hadoop line that is asked for; null with a real archive, which decides itself.</summary>
    public required int? HadoopVersion { get; init; }

    public required string SparkHome { get; init; }

    public required string KubeConfig { get; init; }

    public required string Registry { get; init; }

    public required string BaseImage { get; init; }

    public required SparkImageEngine Engine { get; init; }

    public required AzureStandIn Azure { get; init; }

    /// <summary>Sets the scene for one line of Hadoop.</summary>
    public static async Task<Scene> SetAsync(
        QuickStartOptions options, string results, int? hadoop, RegistryStandIn registry, AzureStandIn azure, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(results, hadoop is null ? "hadoop" : $"hadoop{hadoop}");
        var version = options.DataDirectory is { } real
            ? (await DssDataDirectory.Open(real).ReadAsync(cancellationToken)).Version
            : DssVersionOf(options.Archive) ?? "5.1.3";
        return new Scene
        {
            Folder = folder,
            IsSampleHost = options.DataDirectory is null,
            DataDirectory = options.DataDirectory
                ?? SampleDssHost.Create(Path.Combine(folder, "host"), new SampleDssHostOptions { Version = version }).DataDirectory,
            Archive = options.Archive
                ?? SampleHadoopArchive.Create(Path.Combine(folder, "downloads"), new SampleHadoopArchiveOptions { HadoopVersion = hadoop!.Value, DssVersion = version }).Path,
            HadoopVersion = hadoop,
            SparkHome = options.SparkHome is { } home
                ? CopyOf(home, folder)
                : SampleSpark.Create(
                    Path.Combine(folder, "opt"),
                    new SampleSparkOptions { BaseImage = options.Docker ? options.BaseImage : null }).Home,
            KubeConfig = SampleKubeConfig.Create(Path.Combine(folder, "kubeconfig")),
            Registry = options.Registry ?? registry.Host,
            BaseImage = options.BaseImage ?? $"{registry.Host}/base/jre:8-alpine",
            Engine = options.Docker ? SparkImageEngine.Docker : SparkImageEngine.Registry,
            Azure = azure,
        };
    }

    // What is no distribution is not copied either: the station that needs it says what is wrong.
    private static string CopyOf(string sparkHome, string folder)
    {
        if (Directory.Exists(Path.Combine(sparkHome, "jars")))
        {
            return SampleSpark.Copy(sparkHome, Path.Combine(folder, "opt"));
        }

        return sparkHome;
    }

    // The sample host takes the version that a real archive's name gives, since libraries and kit must be of one
    // version.
    private static string? DssVersionOf(string? archive)
    {
        var match = System.Text.RegularExpressions.Regex.Match(
            Path.GetFileName(archive) ?? "", @"(\d+\.\d+\.\d+)\.tar\.gz$");
        if (match.Success)
        {
            return match.Groups[1].Value;
        }

        return null;
    }
}
