namespace SparkAzure.Runs.Features;

/// <summary>The options that have a JVM tell of itself in a file.</summary>
internal static class JvmOptions
{
    // Each method is compiled at once when it was first entered. -Xcomp would compile those, too, that are only linked:
    // the bodies of lambdas that never run. Nothing is inlined, huge methods are no exception, and the code of Spark's
    // SQL does not fit into the cache that a JVM has by default.
    private static readonly string[] CompileWhatIsEntered =
    [
        "-XX:TieredStopAtLevel=1", "-XX:Tier0InvokeNotifyFreqLog=0", "-XX:Tier3InvocationThreshold=0",
        "-XX:Tier3MinInvocationThreshold=0", "-XX:Tier3CompileThreshold=0", "-XX:-BackgroundCompilation",
        "-XX:-Inline", "-XX:-DontCompileHugeMethods", "-XX:+PrintCompilation",
        "-XX:ReservedCodeCacheSize=1g", "-XX:-UseCodeCacheFlushing",
    ];

    /// <summary>The options.</summary>
    /// <param name="watch">What it is to tell.</param>
    /// <param name="javaRelease">Its release.</param>
    /// <param name="file">The file; <c>%p</c> in its name is the process.</param>
    public static string[] For(JvmWatch watch, int javaRelease, string file)
    {
        switch (watch)
        {
            case JvmWatch.LookUps when javaRelease > 8:
                // Rotation, which is the default, would lose the first lines.
                return [$"-Xlog:class+load=info,class+resolve=debug:file={file}:uptime:filecount=0"];
            case JvmWatch.LookUps:
                return ["-verbose:class", "-XX:+TraceClassResolution", .. OutputTo(file)];
            case JvmWatch.Methods:
                return [.. CompileWhatIsEntered, .. OutputTo(file)];
            default:
                return [];
        }
    }

    private static string[] OutputTo(string file) =>
        ["-XX:+UnlockDiagnosticVMOptions", "-XX:+LogVMOutput", "-XX:-DisplayVMOutput", $"-XX:LogFile={file}"];
}
