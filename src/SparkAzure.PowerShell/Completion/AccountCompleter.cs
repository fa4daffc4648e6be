using System.Collections;
using SparkAzure.Core.Dss.AdlsConnections;

namespace SparkAzure.Completion;

/// <summary>
/// Completes a storage account's name with those that connections of the data directory on the command line lead to.
/// </summary>
public sealed class AccountCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given) =>
        FolderIn(given, "DataDirectory") is { } directory ? AdlsConnectionStore.AccountsIn(directory) : [];
}
