namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// Names of Hadoop properties for ADLS that no Hadoop reads, and what was meant. Hadoop passes over a name that it does
/// not know without a word, so a connection with one fails somewhere else or signs in another way.
/// </summary>
internal static class HadoopPropertyNames
{
    private const string OfSpark = "spark.hadoop.";

    // How far a name may be from one that is read to be taken for a slip of the pen.
    private const int Slip = 2;

    // What the drivers read of an account beside what this module writes. Source: ConfigurationKeys of hadoop-azure
    // 3.4.1, AdlConfKeys of hadoop-azure-datalake.
    private static readonly string[] AlsoRead =
    [
        "fs.azure.account.keyprovider",
        "fs.azure.account.expect.header.enabled",
        "fs.azure.account.operation.idempotency",
        "fs.azure.account.throttling.enabled",
        "fs.azure.account.oauth2.user.name",
        "fs.azure.account.oauth2.user.password",
        "fs.azure.account.oauth2.refresh.token",
        "fs.azure.account.oauth2.refresh.token.endpoint",
        "fs.azure.account.oauth2.token.file",
        "fs.azure.sas.token.provider.type",
        "fs.azure.sas.token.renew.period.for.streams",
        "fs.adl.oauth2.refresh.token",
        "fs.adl.oauth2.access.token.provider",
        "fs.adl.oauth2.msi.port",
        "fs.adl.oauth2.devicecode.clientapp.id",
        "dfs.adls.oauth2.refresh.token",
        "dfs.adls.oauth2.access.token.provider",
    ];

    // Names that stand in documentation and that the code never had.
    private static readonly (string Written, string Meant, string Source)[] Mistold =
    [
        ("fs.azure.fixed.sas.token", "fs.azure.sas.fixed.token", "Hadoop's ABFS page writes both; HADOOP-18516"),
        ("fs.azure.account.oauth2.refresh.endpoint", "fs.azure.account.oauth2.refresh.token.endpoint", "Hadoop's ABFS page; ConfigurationKeys"),
        ("fs.azure.account.oauth2.client.tenant", "fs.azure.account.oauth2.msi.tenant", "ConfigurationKeys has the tenant under msi alone"),
        ("fs.azure.account.oauth2.tenant.id", "fs.azure.account.oauth2.msi.tenant", "ConfigurationKeys has the tenant under msi alone"),
    ];

    private static readonly HashSet<string> Read =
    [
        .. HadoopPropertyFacts.All.Select(f => f.Name),
        .. AlsoRead,
    ];

    /// <summary>What to say of the names that stand in a connection.</summary>
    /// <param name="names">The names.</param>
    /// <param name="uri">Its root.</param>
    public static IEnumerable<string> NotesFor(IReadOnlyCollection<string> names, AdlsUri uri)
    {
        foreach (var name in names.Distinct())
        {
            if (name.StartsWith(OfSpark, StringComparison.OrdinalIgnoreCase))
            {
                var bare = name[OfSpark.Length..];
                var meantByIt = Meant(bare, uri) ?? bare;
                yield return $"{IsReadByNone(name, meantByIt)}: extraConf takes names without {OfSpark}";
            }
            else if (Meant(name, uri) is { } meant && !names.Contains(meant))
            {
                yield return $"{IsReadByNone(name, meant)}.";
            }
            else if (OtherHost(name, uri) is { } right && !names.Contains(right))
            {
                yield return $"{name} is not read for this root, whose host is {uri.Host}; meant is {right}.";
            }
        }
    }

    /// <summary>What to say of a name that stands in a Spark configuration; null where there is nothing.</summary>
    public static string? NoteForSpark(string key)
    {
        if (key.StartsWith(OfSpark, StringComparison.Ordinal))
        {
            if (Meant(key[OfSpark.Length..], null) is not { } meant)
            {
                return null;
            }

            return $"{IsReadByNone(key, OfSpark + meant)}.";
        }

        if (!IsOfDrivers(key))
        {
            return null;
        }

        return $"{key} is passed over by Spark ('Ignoring non-Spark config property'); meant is " +
            $"{OfSpark}{Meant(key, null) ?? key}.";
    }

    private static string IsReadByNone(string name, string meant) =>
        $"{name} is read by no Hadoop; meant is {meant}";

    private static bool IsOfDrivers(string name) =>
        name.StartsWith("fs.", StringComparison.Ordinal) || name.StartsWith("dfs.adls.", StringComparison.Ordinal);

    // Null for a name that is read, and for one that is none of the drivers' matters.
    private static string? Meant(string name, AdlsUri? uri)
    {
        var (bare, account) = Divided(name, uri);
        if (Read.Contains(bare))
        {
            return null;
        }

        var known = Array.Find(Mistold, m => m.Written == bare).Meant
            ?? Read.FirstOrDefault(r => Folded(r) == Folded(bare))
            ?? Read.FirstOrDefault(r => Distance(r, bare) <= Slip);
        if (known is null)
        {
            return null;
        }

        return known + account;
    }

    // A key of the same account for another of its addresses: that of WASB, or of another cloud.
    private static string? OtherHost(string name, AdlsUri uri)
    {
        var bare = Read
            .Where(r => name.StartsWith($"{r}.{uri.Account}.", StringComparison.OrdinalIgnoreCase))
            .MaxBy(r => r.Length);
        if (uri.Generation != 2 || bare is null || name == $"{bare}.{uri.Host}")
        {
            return null;
        }

        return $"{bare}.{uri.Host}";
    }

    // A gen2 property may end in the account's host; of a root that is not known in anything that looks like one.
    private static (string Bare, string Account) Divided(string name, AdlsUri? uri)
    {
        var start = uri is null
            ? HostStart(name)
            : name.LastIndexOf($".{uri.Host}", StringComparison.OrdinalIgnoreCase);
        if (start < 0 || (uri is not null && start + uri.Host.Length + 1 != name.Length))
        {
            return (name, "");
        }

        return (name[..start], name[start..]);
    }

    private static int HostStart(string name)
    {
        var service = name.IndexOf(".dfs.", StringComparison.OrdinalIgnoreCase);
        if (service < 0)
        {
            return -1;
        }

        return name.LastIndexOf('.', service - 1);
    }

    // Azure's own pages mix up oauth and oauth2 (azure-docs issue 54647); the case of letters counts in Hadoop.
    private static string Folded(string name) =>
        name.ToLowerInvariant().Replace("oauth2", "oauth", StringComparison.Ordinal);

    // Levenshtein's, no further than it matters.
    private static int Distance(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > Slip)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
