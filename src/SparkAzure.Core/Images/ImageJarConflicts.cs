using SparkAzure.Core.Hosting;
using SparkAzure.Core.Images.Registry;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Conflicts;

namespace SparkAzure.Core.Images;

/// <summary>Links the jars of an image, as those of a Spark home are linked, for the Java that the image has.</summary>
/// <param name="Conflicts">What was found, the gravest first.</param>
/// <param name="JavaVersion">The Java that they were linked for.</param>
internal sealed record ImageJarConflicts(IReadOnlyList<SparkJarConflict> Conflicts, int JavaVersion)
{
    /// <summary>Finds the conflicts; warns where Spark would not start.</summary>
    /// <param name="options">What is asked.</param>
    /// <param name="reference">What the image is called in what is said of it.</param>
    /// <param name="image">The image.</param>
    /// <param name="jars">Its jars.</param>
    /// <param name="home">The Spark home.</param>
    /// <param name="driver">The jars of the Spark home: what the image has of them is not read again.</param>
    /// <param name="cache">What is known of layers.</param>
    /// <param name="caller">Is told.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SparkAzureException">
    /// BaseImageNotSupported, ImageContentCorrupt, CannotRead, DiskFull, CannotWrite, and what the registry refuses.
    /// </exception>
    public static async Task<ImageJarConflicts> FindAsync(
        CompareOptions options,
        string reference,
        ImageDraft image,
        ImageJars jars,
        SparkHome home,
        JarSet driver,
        LayerIndexCache cache,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        using var files = await ImageJarFiles
            .BringAsync(image, jars, (home.Jars, driver), cache, caller, cancellationToken)
            .ConfigureAwait(false);
        var request = new JarLinkageRequest(files.Paths, SparkVersionOf(jars) ?? home.SparkVersion)
        {
            JavaVersion = ImageJava.ReleaseOf(image),
            IndexFolder = options.IndexFolder ?? UserCache.Folder("classes"),
        };
        var asked = new SparkJarConflictOptions { SparkHome = reference, For = options.For };
        try
        {
            var (conflicts, linkage) = await SparkJarConflicts.FindAsync(request, asked, caller, cancellationToken)
                .ConfigureAwait(false);
            SparkStart.Require(
                linkage, $"the jars of {options.Image}", reference, force: true, caller, cancellationToken);
            return new ImageJarConflicts(conflicts, request.Java);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(home.Jars, exception);
        }
    }

    private static string? SparkVersionOf(ImageJars jars) => jars.Jars.Jars.Keys
        .Select(JarName.Parse)
        .FirstOrDefault(n => n.ArtifactWithoutScala == "spark-core")
        ?.Version;
}
