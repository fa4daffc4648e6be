using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>The Hadoop properties that open ADLS for a driver, by the table of what is known of them.</summary>
internal static class HadoopProperties
{
    /// <summary>Refuses what a Hadoop cannot do, with what it would say itself.</summary>
    /// <exception cref="SparkAzureException">DriverNotInHadoop, AuthenticationNotInHadoop.</exception>
    public static void Require(AdlsUri uri, AdlsAuthentication authentication, ReleaseNumber? release)
    {
        if (release is null)
        {
            return;
        }

        var first = (uri.Generation == 1 ? HadoopFacts.Adl : HadoopFacts.Abfs).First;
        if (release < first)
        {
            throw AdlsErrors.DriverNotInHadoop(uri.Scheme, release, first);
        }

        var needed = HadoopPropertyFacts.Of(uri.Generation, authentication)
            .Where(f => f.Required && f.Until is null)
            .Select(f => ReleaseNumber.Parse(f.Since))
            .Max()!;
        if (uri.Generation == 2 && release < needed)
        {
            throw AdlsErrors.AuthenticationNotInHadoop(authentication, release, needed);
        }
    }

    /// <summary>The properties that a connection is to have; what nobody gave is left out.</summary>
    public static IReadOnlyList<HadoopProperty> For(
        AdlsUri uri, AdlsCredential credential, ReleaseNumber? release) =>
    [
        .. from fact in HadoopPropertyFacts.Of(uri.Generation, credential.Authentication)
           where fact.IsFor(release)
           let value = credential.Value(fact)
           where value is not null
           select new HadoopProperty(fact.NamesFor(uri.Host), value, fact.Secret),
    ];

    /// <summary>The names of all properties that can stand for an account and for no other.</summary>
    public static IReadOnlyList<string> NamesOf(AdlsUri uri) =>
        [.. HadoopPropertyFacts.All.Where(f => f.Generation == 2).Select(f => f.NamesFor(uri.Host)[0]).Distinct()];

    /// <summary>
    /// The names of properties that belong to another way of signing in and would stand in this one's way.
    /// </summary>
    public static IReadOnlyList<string> Foreign(AdlsUri uri, AdlsAuthentication authentication)
    {
        var own = HadoopPropertyFacts.Of(uri.Generation, authentication)
            .SelectMany(f => f.NamesFor(uri.Host))
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. HadoopPropertyFacts.All
                .Where(f => f.Generation == uri.Generation)
                .SelectMany(f => f.NamesFor(uri.Host))
                .Where(n => !own.Contains(n))
                .Distinct()
        ];
    }
}
