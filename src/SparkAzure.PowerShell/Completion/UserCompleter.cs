using System.Collections;
using SparkAzure.Core.Aks;

namespace SparkAzure.Completion;

/// <summary>Completes the name of a UNIX account of a person or of DSS, not of the system.</summary>
public sealed class UserCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names(IDictionary given) => AksCredentials.Users();
}
