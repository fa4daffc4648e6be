using System.Collections;
using System.Globalization;
using SparkAzure.Core.Images;

namespace SparkAzure.Completion;

/// <summary>
/// Completes a tag from the Spark home on the command line, with and without the day: a set of jars wants a tag of its
/// own.
/// </summary>
public sealed class TagCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given)
    {
        if (FolderIn(given, "SparkHome") is not { } home || SparkImagePublisher.TagFor(home) is not { } tag)
        {
            return [];
        }

        return [tag, $"{tag}-{DateTimeOffset.Now.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}"];
    }
}
