using System.Collections;
using SparkAzure.Core.Images;

namespace SparkAzure.Completion;

/// <summary>Completes the contexts that <c>docker context ls</c> lists.</summary>
public sealed class DockerContextCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given) =>
        SparkImagePublisher.DockerContexts(Environment.GetEnvironmentVariable);
}
