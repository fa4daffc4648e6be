using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Java;

/// <summary>What reading a jar can refuse.</summary>
internal static class JarErrors
{
    internal static SparkAzureException JarUnreadable(string path, Exception inner) => Failure.Create(
        ErrorKind.InvalidData,
        $"The jar '{path}' cannot be read as a zip file: {inner.Message}",
        "Replace the damaged jar; Spark could not load it either.",
        path,
        inner);
}
