using System.Collections;
using SparkAzure.Core.Dss.AdlsConnections;

namespace SparkAzure.Completion;

/// <summary>Completes the name of a connection to ADLS from the data directory on the command line.</summary>
public sealed class AdlsConnectionNameCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given) =>
        FolderIn(given, "DataDirectory") is { } directory ? AdlsConnectionStore.NamesIn(directory) : [];
}
