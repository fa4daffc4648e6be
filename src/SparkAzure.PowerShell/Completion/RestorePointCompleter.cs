using System.Collections;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Completion;

/// <summary>
/// Offers the restore points of the Spark home that stands on the command line already, newest first.
/// </summary>
public sealed class RestorePointCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given) =>
        FolderIn(given, "SparkHome") is { } home ? SparkJars.RestorePoints(home).Reverse() : [];
}
