using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>What fills a property.</summary>
internal enum HadoopPropertyInput
{
    /// <summary>The same text everywhere.</summary>
    Literal,
    AccountKey,
    TokenEndpoint,
    ClientId,
    ClientSecret,
    TenantId,
    IdentityEndpoint,
    Authority,
    SasToken,
}

/// <summary>What is known of one Hadoop property of a driver for ADLS.</summary>
/// <param name="Generation">1 for <c>adl://</c>, 2 for <c>abfs[s]://</c>.</param>
/// <param name="Authentication">The way of signing in that it belongs to.</param>
/// <param name="Name">Its name, without the account that gen2's may end in.</param>
/// <param name="Input">What fills it.</param>
/// <param name="Literal">Its value, where that is always the same.</param>
/// <param name="Since">The first Hadoop that reads it.</param>
/// <param name="Until">The first Hadoop that no longer needs it; null for one that is always needed.</param>
/// <param name="Required">False for one that may be left out.</param>
/// <param name="Note">What it is for.</param>
/// <param name="Source">Where that is written.</param>
internal sealed record HadoopPropertyFact(
    int Generation,
    AdlsAuthentication Authentication,
    string Name,
    HadoopPropertyInput Input,
    string? Literal,
    string Since,
    string? Until,
    bool Required,
    string Note,
    string Source)
{
    /// <summary>True for one that DSS must encrypt.</summary>
    public bool Secret =>
        Input is HadoopPropertyInput.AccountKey or HadoopPropertyInput.ClientSecret or HadoopPropertyInput.SasToken;

    /// <summary>
    /// The names it can stand under for an account's host: with it, which wins, and without (HADOOP-15694).
    /// </summary>
    public IReadOnlyList<string> NamesFor(string host)
    {
        if (Generation == 2)
        {
            return [$"{Name}.{host}", Name];
        }

        return [Name];
    }

    /// <summary>Whether a release reads and needs it; an unknown one may be any.</summary>
    public bool IsFor(ReleaseNumber? release) =>
        release is null
            || (release >= ReleaseNumber.Parse(Since) && (Until is null || release < ReleaseNumber.Parse(Until)));
}

/// <summary>The Hadoop properties of ADLS, in the order they are written.</summary>
internal static class HadoopPropertyFacts
{
    private const string Tokens = "org.apache.hadoop.fs.azurebfs.oauth2.";

    public static readonly IReadOnlyList<HadoopPropertyFact> All =
    [
        // Gen1: the names of the procedure first, then what older and unknown releases want besides.
        Gen1("fs.adl.oauth2.access.token.provider.type", HadoopPropertyInput.Literal, "ClientCredential", "2.8.2", null, "how tokens are had", "howto 5.1, HADOOP-14038"),
        Gen1("fs.adl.oauth2.refresh.url", HadoopPropertyInput.TokenEndpoint, null, "2.8.2", null, "where tokens are had; version 1, as the driver sends a resource", "howto 5.1, HADOOP-14038"),
        Gen1("fs.adl.oauth2.client.id", HadoopPropertyInput.ClientId, null, "2.8.2", null, "as whom", "howto 5.1, HADOOP-14038"),
        Gen1("fs.adl.oauth2.credential", HadoopPropertyInput.ClientSecret, null, "2.8.2", null, "the secret", "howto 5.1, HADOOP-14038"),
        Gen1("dfs.adls.oauth2.access.token.provider.type", HadoopPropertyInput.Literal, "ClientCredential", "2.8.0", "2.8.2", "the only name in 2.8.0 and 2.8.1, later an alias", "AdlConfKeys of Hadoop 2.8.0"),
        Gen1("dfs.adls.oauth2.refresh.url", HadoopPropertyInput.TokenEndpoint, null, "2.8.0", "2.8.2", "the only name in 2.8.0 and 2.8.1, later an alias", "AdlConfKeys of Hadoop 2.8.0"),
        Gen1("dfs.adls.oauth2.client.id", HadoopPropertyInput.ClientId, null, "2.8.0", "2.8.2", "the only name in 2.8.0 and 2.8.1, later an alias", "AdlConfKeys of Hadoop 2.8.0"),
        Gen1("dfs.adls.oauth2.credential", HadoopPropertyInput.ClientSecret, null, "2.8.0", "2.8.2", "the only name in 2.8.0 and 2.8.1, later an alias", "AdlConfKeys of Hadoop 2.8.0"),
        Gen1("fs.adl.impl", HadoopPropertyInput.Literal, "org.apache.hadoop.fs.adl.AdlFileSystem", "2.8.0", "2.8.3", "the driver; later releases know it by themselves", "core-default.xml"),
        Gen1("fs.AbstractFileSystem.adl.impl", HadoopPropertyInput.Literal, "org.apache.hadoop.fs.adl.Adl", "2.8.0", "2.8.3", "the driver; later releases know it by themselves", "core-default.xml"),

        Gen2(AdlsAuthentication.SharedKey, "fs.azure.account.key", HadoopPropertyInput.AccountKey, null, "the access key; signing with it is what Hadoop does unless told otherwise", "howto 5.2.1, ABFS documentation"),

        Gen2(AdlsAuthentication.ClientCredential, "fs.azure.account.auth.type", HadoopPropertyInput.Literal, "OAuth", "how to sign in", "ABFS documentation"),
        Gen2(AdlsAuthentication.ClientCredential, "fs.azure.account.oauth.provider.type", HadoopPropertyInput.Literal, Tokens + "ClientCredsTokenProvider", "how tokens are had", "ABFS documentation"),
        Gen2(AdlsAuthentication.ClientCredential, "fs.azure.account.oauth2.client.endpoint", HadoopPropertyInput.TokenEndpoint, null, "where; version 1 unless Hadoop is 3.4.1 or later", "ABFS documentation, HADOOP-18610"),
        Gen2(AdlsAuthentication.ClientCredential, "fs.azure.account.oauth2.client.id", HadoopPropertyInput.ClientId, null, "as whom", "ABFS documentation"),
        Gen2(AdlsAuthentication.ClientCredential, "fs.azure.account.oauth2.client.secret", HadoopPropertyInput.ClientSecret, null, "the secret", "ABFS documentation"),

        Gen2(AdlsAuthentication.ManagedIdentity, "fs.azure.account.auth.type", HadoopPropertyInput.Literal, "OAuth", "how to sign in", "ABFS documentation"),
        Gen2(AdlsAuthentication.ManagedIdentity, "fs.azure.account.oauth.provider.type", HadoopPropertyInput.Literal, Tokens + "MsiTokenProvider", "how tokens are had", "ABFS documentation"),
        Gen2(AdlsAuthentication.ManagedIdentity, "fs.azure.account.oauth2.msi.tenant", HadoopPropertyInput.TenantId, null, "the tenant; may be left out since 3.4.1 (ManagedIdentityNeeds)", "HADOOP-18542", required: false),
        Gen2(AdlsAuthentication.ManagedIdentity, "fs.azure.account.oauth2.client.id", HadoopPropertyInput.ClientId, null, "which identity; may be left out since 3.4.1 (ManagedIdentityNeeds)", "HADOOP-18542", required: false),
        Gen2(AdlsAuthentication.ManagedIdentity, "fs.azure.account.oauth2.msi.endpoint", HadoopPropertyInput.IdentityEndpoint, null, "where the machine asks; fixed before", "HADOOP-16587", since: "3.3.0", required: false),
        Gen2(AdlsAuthentication.ManagedIdentity, "fs.azure.account.oauth2.msi.authority", HadoopPropertyInput.Authority, null, "who signs it in, outside the public cloud; fixed before", "HADOOP-16587", since: "3.3.0", required: false),

        Gen2(AdlsAuthentication.WorkloadIdentity, "fs.azure.account.auth.type", HadoopPropertyInput.Literal, "OAuth", "how to sign in", "ABFS documentation"),
        Gen2(AdlsAuthentication.WorkloadIdentity, "fs.azure.account.oauth.provider.type", HadoopPropertyInput.Literal, Tokens + "WorkloadIdentityTokenProvider", "how tokens are had", "HADOOP-18610", since: "3.4.1"),
        Gen2(AdlsAuthentication.WorkloadIdentity, "fs.azure.account.oauth2.msi.tenant", HadoopPropertyInput.TenantId, null, "the tenant; the code wants it though the documentation does not", "HADOOP-18610", since: "3.4.1"),
        Gen2(AdlsAuthentication.WorkloadIdentity, "fs.azure.account.oauth2.client.id", HadoopPropertyInput.ClientId, null, "as whom; the code wants it though the documentation does not", "HADOOP-18610", since: "3.4.1"),
        Gen2(AdlsAuthentication.WorkloadIdentity, "fs.azure.account.oauth2.msi.authority", HadoopPropertyInput.Authority, null, "who signs it in, outside the public cloud", "HADOOP-18610", since: "3.4.1", required: false),

        Gen2(AdlsAuthentication.Sas, "fs.azure.account.auth.type", HadoopPropertyInput.Literal, "SAS", "how to sign in", "ABFS documentation"),
        Gen2(AdlsAuthentication.Sas, "fs.azure.sas.fixed.token", HadoopPropertyInput.SasToken, null, "the signature (documentation once writes fs.azure.fixed.sas.token: the code does not read that)", "HADOOP-18516", since: "3.4.1"),
        Gen2(AdlsAuthentication.Sas, "fs.azure.account.hns.enabled", HadoopPropertyInput.Literal, "true", "saves the question for an access list, which a signature may not ask", "ABFS documentation", since: "3.4.1", required: false),
    ];

    /// <summary>The properties of one way of signing in.</summary>
    public static IEnumerable<HadoopPropertyFact> Of(int generation, AdlsAuthentication authentication) =>
        All.Where(f => f.Generation == generation && f.Authentication == authentication);

    private static HadoopPropertyFact Gen1(
        string name,
        HadoopPropertyInput input,
        string? literal,
        string since,
        string? until,
        string note,
        string source) =>
        new(1, AdlsAuthentication.ClientCredential, name, input, literal, since, until, Required: true, note, source);

    private static HadoopPropertyFact Gen2(
        AdlsAuthentication authentication, string name, HadoopPropertyInput input, string? literal, string note, string source, string since =
            "3.2.0", bool required = true) =>
        new(2, authentication, name, input, literal, since, null, required, note, source);
}
