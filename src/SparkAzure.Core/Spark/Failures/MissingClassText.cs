using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>
/// Says of a class that a log misses which jar has it, in which version, by the tables that Find-SparkJarConflict has;
/// a class of no released jar is the job's own.
/// </summary>
internal static class MissingClassText
{
    // Source: core-default.xml of Hadoop 2.8 to 3.5.
    private static readonly Dictionary<string, string> ClassOfScheme = new(StringComparer.OrdinalIgnoreCase)
    {
        ["abfs"] = "org/apache/hadoop/fs/azurebfs/AzureBlobFileSystem",
        ["abfss"] = "org/apache/hadoop/fs/azurebfs/SecureAzureBlobFileSystem",
        ["wasb"] = "org/apache/hadoop/fs/azure/NativeAzureFileSystem",
        ["wasbs"] = "org/apache/hadoop/fs/azure/NativeAzureFileSystem",
        ["adl"] = "org/apache/hadoop/fs/adl/AdlFileSystem",
        ["hdfs"] = "org/apache/hadoop/hdfs/DistributedFileSystem",
        ["s3a"] = "org/apache/hadoop/fs/s3a/S3AFileSystem",
    };

    /// <summary>The class that a line speaks of, with slashes; null where its form is another.</summary>
    /// <param name="values">What the sign's form has found: class, scheme or member.</param>
    public static string? ClassOf(IReadOnlyDictionary<string, string> values)
    {
        if (values.TryGetValue("scheme", out var scheme))
        {
            return ClassOfScheme.GetValueOrDefault(scheme);
        }

        if (values.TryGetValue("class", out var name))
        {
            return name.TrimEnd('.', ';').Replace('.', '/');
        }

        if (values.TryGetValue("member", out var member))
        {
            return ClassOfMember(member);
        }

        return null;
    }

    /// <summary>The artifact that has a class; null for a class of no released jar.</summary>
    public static string? ArtifactOf(string className)
    {
        if (ClassOwners.Of(className) is [var owner, ..])
        {
            return owner.Artifact;
        }

        return null;
    }

    /// <summary>The jars that bring a class; none where the log does not tell the release, or no table tells.</summary>
    public static IReadOnlyList<LibrarySuggestion> JarsOf(string className, FailureFacts facts)
    {
        if (facts.SparkVersion is null)
        {
            return [];
        }

        var context = new LibraryContext(facts.SparkVersion) { HadoopVersion = facts.HadoopVersion };
        return new LibraryCatalog(context).Bringing(className);
    }

    /// <summary>Whose a class is, as a clause.</summary>
    public static string Owner(string className, IReadOnlyList<LibrarySuggestion> jars)
    {
        if (jars is [var jar, ..])
        {
            return $"it belongs to {jar} ({jar.Source})";
        }

        var artifacts = ClassOwners.Of(className).Take(2).Select(o => o.Artifact);
        return $"it belongs to {string.Join(" or ", artifacts)}";
    }

    // org.x.Y.method(Lorg/x/Z;)V until Java 12, 'void org.x.Y.method(org.x.Z)' since (JDK-8216302).
    private static string? ClassOfMember(string member)
    {
        const string Receiver = "Receiver class ";
        if (member.StartsWith(Receiver, StringComparison.Ordinal))
        {
            return member[Receiver.Length..].Split(' ')[0].Replace('.', '/');
        }

        var open = member.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
        {
            return member.Split(' ')[0].TrimEnd('.', ',', ';').Replace('.', '/');
        }

        var name = member[..open].Trim('\'', ' ').Split(' ')[^1];
        var dot = name.LastIndexOf('.');
        if (dot <= 0)
        {
            return null;
        }

        return name[..dot].TrimEnd('.').Replace('.', '/');
    }
}
