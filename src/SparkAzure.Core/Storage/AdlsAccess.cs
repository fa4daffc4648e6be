using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Storage;

/// <summary>A Hadoop property of a connection.</summary>
/// <param name="Names">The names it can stand under; the first is the one to write where none stands.</param>
/// <param name="Value">Its value.</param>
/// <param name="Secret">True for one that DSS must encrypt.</param>
internal sealed record HadoopProperty(IReadOnlyList<string> Names, string Value, bool Secret)
{
    /// <summary>The name to write where none stands.</summary>
    public string Name => Names[0];

    /// <summary>Names it; the value may be a secret.</summary>
    public override string ToString() => Name;
}

/// <summary>The Hadoop properties that open a place in ADLS, by the table of what is known of them.</summary>
internal static class AdlsAccess
{
    /// <summary>Refuses what a Hadoop cannot do, with what it would say itself.</summary>
    /// <exception cref="SparkAzureException">DriverNotInHadoop, AuthenticationNotInHadoop.</exception>
    public static void Require(AdlsPlace place, AdlsAuthentication authentication, ReleaseNumber? release)
    {
        if (release is null)
        {
            return;
        }

        var first = (place.Generation == 1 ? HadoopFacts.Adl : HadoopFacts.Abfs).First;
        if (release < first)
        {
            throw AdlsErrors.DriverNotInHadoop(place.Scheme, release, first);
        }

        var needed = HadoopPropertyFacts.Of(place.Generation, authentication)
            .Where(f => f.Required && f.Until is null)
            .Select(f => ReleaseNumber.Parse(f.Since))
            .Max()!;
        if (place.Generation == 2 && release < needed)
        {
            throw AdlsErrors.AuthenticationNotInHadoop(authentication, release, needed);
        }
    }

    /// <summary>The properties that a connection is to have; what nobody gave is left out.</summary>
    public static IReadOnlyList<HadoopProperty> Properties(AdlsPlace place, AdlsCredential credential, ReleaseNumber? release) =>
    [
        .. from fact in HadoopPropertyFacts.Of(place.Generation, credential.Authentication)
           where fact.IsFor(release)
           let value = credential.Value(fact)
           where value is not null
           select new HadoopProperty(fact.NamesFor(place.Host), value, fact.Secret),
    ];

    /// <summary>The names of all properties that can stand for an account and for no other.</summary>
    public static IReadOnlyList<string> Of(AdlsPlace place) =>
        [.. HadoopPropertyFacts.All.Where(f => f.Generation == 2).Select(f => f.NamesFor(place.Host)[0]).Distinct()];

    /// <summary>The names of properties that belong to another way of signing in and would stand in this one's way.</summary>
    public static IReadOnlyList<string> Foreign(AdlsPlace place, AdlsAuthentication authentication)
    {
        var own = HadoopPropertyFacts.Of(place.Generation, authentication).SelectMany(f => f.NamesFor(place.Host)).ToHashSet(StringComparer.Ordinal);
        return [.. HadoopPropertyFacts.All.Where(f => f.Generation == place.Generation).SelectMany(f => f.NamesFor(place.Host)).Where(n => !own.Contains(n)).Distinct()];
    }
}
