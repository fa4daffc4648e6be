namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>The names of the two edits of howto 3.3 and 4.3: what each brings into the file.</summary>
internal static class EditNames
{
    /// <summary>The package that Java needs on Alpine (SPARK-27178).</summary>
    internal const string Nss = "nss";

    /// <summary>The variable that tells where the loader is that snappy-java needs on Alpine (SPARK-26995).</summary>
    internal const string LibraryPath = "LD_LIBRARY_PATH";
}
