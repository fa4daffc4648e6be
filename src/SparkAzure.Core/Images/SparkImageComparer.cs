using System.Diagnostics;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Images.Registry;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Spark;

namespace SparkAzure.Core.Images;

/// <summary>Which image to compare with which Spark home.</summary>
public sealed record CompareOptions
{
    /// <summary>The image's reference.</summary>
    public required string Image { get; init; }

    /// <summary>The Spark home of the driver.</summary>
    public required string SparkHome { get; init; }

    /// <summary>Whether jars that are the same are listed too.</summary>
    public bool IncludeEqual { get; init; }

    /// <summary>Whether the image's jars are linked, too.</summary>
    public bool Link { get; init; }

    /// <summary>With <see cref="Link"/>: the features that jobs use beside those of every job.</summary>
    public IReadOnlyList<SparkFeature> For { get; init; } = [];

    /// <summary>Which of several platforms, <c>os/arch[/variant]</c>; null for linux/amd64.</summary>
    public string? Platform { get; init; }

    /// <summary>How to sign in to the registry.</summary>
    public RegistryAccess Access { get; init; } = new();

    /// <summary>Where what was learnt of layers is remembered; null for the user's cache folder.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Where what was read of jars is kept; null for the user's cache folder.</summary>
    public string? IndexFolder { get; init; }
}

/// <summary>The station that says whether executors run the jars of the driver.</summary>
public static class SparkImageComparer
{
    /// <summary>
    /// Compares the jars of an image with those of a Spark home, and links them where that is asked. Changes nothing;
    /// warns when they differ, and when Spark would not start with them.
    /// </summary>
    /// <exception cref="SparkAzureException">
    /// ImageReferenceInvalid, BaseImageNotFound, BaseImageNotSupported, ImageHasNoJars, ImageContentCorrupt,
    /// NotASparkHome, CannotRead, DiskFull, CannotWrite, and what the registry refuses.
    /// </exception>
    public static async Task<SparkImageComparison> CompareAsync(
        CompareOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        var reference = ImageReference.Parse(options.Image);
        var platform = ImagePlatform.Of(options.Platform);
        var home = SparkHome.Read(options.SparkHome);
        using var registry = await options.Access
            .OpenAsync(reference.Registry, isTarget: true, caller, cancellationToken)
            .ConfigureAwait(false);
        caller.Verbose($"Reading the jars of {reference}.");
        var clock = Stopwatch.StartNew();
        var draft = await ImageDraft.FromAsync(registry, reference, platform, cancellationToken).ConfigureAwait(false);
        var cache = new LayerIndexCache(options.CacheFolder ?? LayerIndexCache.DefaultFolder);
        var image = await ImageJars.ReadAsync(draft, cache, caller, cancellationToken).ConfigureAwait(false)
            ?? throw ImageErrors.ImageHasNoJars(reference.ToString());
        caller.Verbose(
            $"{reference} has {image.Jars.Jars.Count} jars in {image.Folder}, found from " +
            $"{(image.Source == SparkJarSource.Label ? "its label" : "its layers")} in " +
            $"{clock.Elapsed.TotalSeconds:0.0} s.");
        var driver = await JarSet.ReadAsync(home.Jars, cancellationToken).ConfigureAwait(false);
        var rows = Rows(driver.Jars, image.Jars.Jars);
        var same = rows.Count(r => r.State == SparkJarState.Same);
        var comparison = new SparkImageComparison
        {
            Image = options.Image,
            Reference = $"{reference.Registry.Host}/{reference.Repository}@{draft.BaseDigest}",
            Digest = draft.BaseDigest,
            SparkHome = home.Path,
            JarFolder = image.Folder,
            Match = same == rows.Count,
            Same = same,
            Jars = [.. rows.Where(r => options.IncludeEqual || r.State != SparkJarState.Same)],
            Source = image.Source,
        };
        WarnOfDifferences(comparison, rows, caller);
        if (!options.Link)
        {
            return comparison;
        }

        var linked = await ImageJarConflicts
            .FindAsync(options, comparison.Reference, draft, image, home, driver, cache, caller, cancellationToken)
            .ConfigureAwait(false);
        return comparison with { Conflicts = linked.Conflicts, JavaVersion = linked.JavaVersion };
    }

    private static void WarnOfDifferences(
        SparkImageComparison comparison, List<SparkJarDifference> rows, ICaller caller)
    {
        if (comparison.Match)
        {
            return;
        }

        var different = rows.Count - comparison.Same;
        var example = string.Join("; ", rows.Where(r => r.State != SparkJarState.Same).Take(3));
        caller.Warning(
            $"Executors run other jars than the driver: {different} of {rows.Count} differ between " +
            $"{comparison.Image} and {comparison.SparkHome} ({example}{(different > 3 ? "; …" : "")}). Publish the " +
            $"image again with Publish-SparkImage.");
    }

    private static List<SparkJarDifference> Rows(
        IReadOnlyDictionary<string, string> driver, IReadOnlyDictionary<string, string> image)
    {
        var rows = driver.Keys.Where(image.ContainsKey)
            .Select(n => Row(driver[n] == image[n] ? SparkJarState.Same : SparkJarState.OtherBytes, n, n)).ToList();

        // What is left goes together where artifact and classifier do: first with first, in the order of their names.
        var added = image.Keys.Where(n => !driver.ContainsKey(n)).ToList();
        foreach (var name in driver.Keys.Where(n => !image.ContainsKey(n)))
        {
            var parsed = JarName.Parse(name);
            var other = parsed.Version.Length == 0
                ? null
                : added.Find(n => JarName.Parse(n) is { Version.Length: > 0 } o
                    && o.Artifact == parsed.Artifact
                    && o.Classifier == parsed.Classifier);
            if (other is not null)
            {
                added.Remove(other);
            }

            rows.Add(Row(other is null ? SparkJarState.Missing : SparkJarState.OtherVersion, name, other));
        }

        rows.AddRange(added.Select(n => Row(SparkJarState.Extra, null, n)));
        rows.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return rows;

        SparkJarDifference Row(SparkJarState state, string? name, string? imageName) => new()
        {
            Name = name ?? imageName!,
            State = state,
            Version = VersionOf(name),
            ImageVersion = VersionOf(imageName),
            ImageName = imageName,
            Sha256 = name is null ? null : driver[name],
            ImageSha256 = imageName is null ? null : image[imageName],
        };

        static string? VersionOf(string? name)
        {
            if (name is not null && JarName.Parse(name).Version is { Length: > 0 } version)
            {
                return version;
            }

            return null;
        }
    }
}
