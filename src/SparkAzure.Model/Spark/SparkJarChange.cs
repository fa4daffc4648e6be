namespace SparkAzure;

/// <summary>Which set of jars Update-SparkJars brings.</summary>
public enum SparkJarRecipe
{
    /// <summary>The howto's own, sections 3.3 and 4.3.</summary>
    Howto,

    /// <summary>
    /// The howto's, and for Hadoop 3.2.1 and later guava with its companions, as DSS's own update-spark-hadoop-jars
    /// brings them since DSS 9.
    /// </summary>
    Full,
}

/// <summary>What a jar swap does with one jar.</summary>
public enum SparkJarAction
{
    /// <summary>The jar stays.</summary>
    Keep,

    /// <summary>The jar leaves the distribution; the restore point keeps it.</summary>
    Remove,

    /// <summary>The jar comes in.</summary>
    Add,
}

/// <summary>One jar of a swap.</summary>
/// <param name="Action">Whether it stays, leaves or comes.</param>
/// <param name="Name">The file name.</param>
/// <param name="Artifact">The artifact's name, parsed: <c>hadoop-common</c>.</param>
/// <param name="Version">The artifact's version, parsed: <c>2.7.3</c>; empty when the file name has none.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record SparkJarChange(
    SparkJarAction Action,
    string Name,
    string Artifact,
    string Version,
    long Length,
    string Reason)
{
    /// <summary>The change as <c>+ name</c>, <c>- name</c> or, for a jar that stays, <c>  name</c>.</summary>
    public override string ToString() =>
        $"{Action switch { SparkJarAction.Add => '+', SparkJarAction.Remove => '-', _ => ' ' }} {Name}";
}
