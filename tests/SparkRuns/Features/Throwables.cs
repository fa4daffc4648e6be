using System.Text.RegularExpressions;

namespace SparkAzure.Runs.Features;

/// <summary>The exceptions in what a JVM and a job wrote.</summary>
internal static partial class Throwables
{
    private const string Mark = "THROWN ";

    // Of a chain that ends in java.lang.ClassNotFoundException it is the NoClassDefFoundError that the JVM throws; the other one
    // decides where a class is asked for by its name.
    private static readonly string[] Linkage =
    [
        "java.lang.NoClassDefFoundError",
        "java.lang.NoSuchMethodError",
        "java.lang.NoSuchFieldError",
        "java.lang.AbstractMethodError",
        "java.lang.IncompatibleClassChangeError",
        "java.lang.IllegalAccessError",
        "java.lang.InstantiationError",
        "java.lang.VerifyError",
        "java.lang.ClassFormatError",
        "java.lang.UnsupportedClassVersionError",
        "java.lang.ClassCircularityError",
        "java.lang.UnsatisfiedLinkError",
        "java.lang.BootstrapMethodError",
        "java.lang.LinkageError",
    ];

    /// <summary>All lines that tell of an exception, without the job's mark.</summary>
    public static IReadOnlyList<string> In(string output) =>
        [.. Line().Matches(output).Select(m => m.Groups["text"].Value.TrimEnd())];

    /// <summary>The one that decides; null when there is none.</summary>
    public static string? Deciding(string output)
    {
        // The job's own report is the chain of what ended it; without one the first trace is.
        var chain = output.Split('\n')
            .Where(l => l.StartsWith(Mark, StringComparison.Ordinal))
            .Select(l => l[Mark.Length..].TrimEnd())
            .ToList();
        var reported = chain.Count > 0 && chain.Any(IsLinkage);
        var lines = reported ? chain : [.. In(output)];
        return lines.LastOrDefault(l => reported && IsLinkage(l))
            ?? lines.FirstOrDefault(IsLinkage)
            ?? chain.LastOrDefault()
            ?? lines.FirstOrDefault();
    }

    private static bool IsLinkage(string line) =>
        Linkage.Any(l => line.StartsWith(l, StringComparison.Ordinal)) && !line.Contains("Could not initialize class", StringComparison.Ordinal);

    [GeneratedRegex("""
        ^(?:THROWN\|?\ |Caused\ by:\ |Suppressed:\ |Exception\ in\ thread\ "[^"]*"\ )*
        (?<text>(?:[a-z]\w*\.)+[A-Z][\w$]*(?:Error|Exception)\b(?::\ [^\n]*)?)\s*$
        """, RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
