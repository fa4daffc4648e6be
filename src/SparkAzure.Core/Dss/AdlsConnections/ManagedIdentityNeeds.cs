using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// What a managed identity needs by the release of Hadoop: before 3.4.1 the driver ends in an exception without tenant
/// and client id, though its documentation calls them optional, and 3.2 asks at a fixed address.
/// </summary>
internal static class ManagedIdentityNeeds
{
    /// <summary>Refuses what a release cannot do, and says what an unknown one may not.</summary>
    /// <exception cref="SparkAzureException">
    /// ManagedIdentityIncomplete, ManagedIdentityEndpointNotInHadoop.
    /// </exception>
    public static void Check(AdlsCredential credential, ReleaseNumber? hadoop, ICaller caller)
    {
        if (credential.Authentication != AdlsAuthentication.ManagedIdentity)
        {
            return;
        }

        (string Parameter, string? Value)[] needed =
            [("-TenantId", credential.TenantId), ("-ClientId", credential.ClientId)];
        var missing = needed.Where(n => n.Value is null).Select(n => n.Parameter).ToList();
        if (hadoop is null)
        {
            WarnOfUnknown(credential, missing, caller);
            return;
        }

        if (missing.Count > 0 && !HadoopFacts.IdentityByItself.IsTrueOf(hadoop))
        {
            throw AdlsErrors.ManagedIdentityIncomplete(hadoop, missing);
        }

        if (HadoopFacts.IdentityEndpoint.IsTrueOf(hadoop))
        {
            return;
        }

        if (credential.IdentityEndpoint is { } endpoint)
        {
            throw AdlsErrors.ManagedIdentityEndpointNotInHadoop(endpoint, hadoop);
        }

        if (credential.Authority is { } authority)
        {
            caller.Warning(
                $"Hadoop {hadoop} names https://login.microsoftonline.com/ when it asks for the identity's token and " +
                $"has no property to say {authority} instead ({HadoopFacts.IdentityEndpoint.Source}).");
        }
    }

    private static void WarnOfUnknown(AdlsCredential credential, List<string> missing, ICaller caller)
    {
        if (missing.Count > 0)
        {
            caller.Warning(
                $"Which Hadoop will use the connection is not known. Before {HadoopFacts.IdentityByItself.First} it " +
                $"cannot sign in as a managed identity without {string.Join(" and ", missing)} " +
                $"({HadoopFacts.IdentityByItself.Source}); give them, or -HadoopRelease.");
        }

        if (credential.IdentityEndpoint is not null)
        {
            caller.Warning(
                $"Which Hadoop will use the connection is not known. Before {HadoopFacts.IdentityEndpoint.First} it " +
                $"does not read -ManagedIdentityEndpoint ({HadoopFacts.IdentityEndpoint.Source}).");
        }
    }
}
