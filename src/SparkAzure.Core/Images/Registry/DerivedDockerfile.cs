using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Tells a Dockerfile that begins with a Spark image, and puts something on it, from one that makes a Spark image of a
/// Spark home. On a base image that has Spark the first is carried out; of the second only files are brought up to
/// date.
/// </summary>
internal static class DerivedDockerfile
{
    /// <summary>Whether a Dockerfile derives from the image of its own name.</summary>
    /// <exception cref="SparkAzureException">DockerfileUnreadable, CannotRead.</exception>
    public static bool Is(ImageJob job, SparkHomeFiles files)
    {
        // A binding is told its base: the image spark.
        if (SparkImageRecipe.DeclaredArguments(job.Document).Contains(SparkImageRecipe.BaseArgument))
        {
            return !job.Recipe.OnSpark && !BringsSpark(job, files);
        }

        return !BringsSpark(job, files);
    }

    private static bool BringsSpark(ImageJob job, SparkHomeFiles files) =>
        CopyInstruction.All(job.Document, job.BuildArguments)
            .SelectMany(c => c.LocalSources)
            .Where(s => !s.Split('/').Contains(".."))
            .SelectMany(files.Match)
            .Any(m => HasSpark(m, files));

    private static bool HasSpark(string source, SparkHomeFiles files)
    {
        if (!files.IsFolder(source))
        {
            return SparkImagePatch.IsCore(Path.GetFileName(source));
        }

        var folder = Path.Combine(files.Root, source.Replace('/', Path.DirectorySeparatorChar));
        return Directory.EnumerateFiles(folder, "spark-core_*.jar").Any()
            || (source.Length == 0 && HasSpark("jars", files));
    }
}
