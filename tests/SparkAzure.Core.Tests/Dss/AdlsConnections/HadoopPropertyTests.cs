using System.Text.Json.Nodes;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.AdlsConnections;

/// <summary>Which Hadoop gets which properties, seen in the connection that stands in DSS afterwards.</summary>
public sealed class HadoopPropertyTests : IDisposable
{
    private const string Host = "acct.dfs.core.windows.net";
    private const string Version1 = "https://login.microsoftonline.com/contoso.com/oauth2/token";
    private const string Version2 = "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token";

    private readonly TemporaryFolder _folder = new();
    private readonly SampleDssHost _host;
    private readonly RecordingCaller _caller = new();

    public HadoopPropertyTests() => _host = SampleDssHost.Create(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2.8.0", "dfs.adls.oauth2.access.token.provider.type dfs.adls.oauth2.refresh.url dfs.adls.oauth2.client.id dfs.adls.oauth2.credential fs.adl.impl fs.AbstractFileSystem.adl.impl")]
    [InlineData("2.8.1", "dfs.adls.oauth2.access.token.provider.type dfs.adls.oauth2.refresh.url dfs.adls.oauth2.client.id dfs.adls.oauth2.credential fs.adl.impl fs.AbstractFileSystem.adl.impl")]
    [InlineData("2.8.2", "fs.adl.oauth2.access.token.provider.type fs.adl.oauth2.refresh.url fs.adl.oauth2.client.id fs.adl.oauth2.credential fs.adl.impl fs.AbstractFileSystem.adl.impl")]
    [InlineData("2.8.5", "fs.adl.oauth2.access.token.provider.type fs.adl.oauth2.refresh.url fs.adl.oauth2.client.id fs.adl.oauth2.credential")]
    [InlineData("3.2.0", "fs.adl.oauth2.access.token.provider.type fs.adl.oauth2.refresh.url fs.adl.oauth2.client.id fs.adl.oauth2.credential")]
    public async Task Gen1_gets_the_names_that_its_hadoop_understands(string release, string names)
    {
        var result = await NewAsync(Client with { FileSystem = null, HadoopRelease = release });

        Assert.Equal(names.Split(' '), result.Property);
        Assert.Equal(names.Split(' '), Stored().Select(p => p.Name));
    }

    [Fact]
    public async Task The_release_is_read_from_the_libraries_of_the_kit()
    {
        var libraries = Directory.CreateDirectory(Path.Combine(_host.KitDirectory, "hadoop-standalone-libs", "generic-hadoop3"));
        await File.WriteAllTextAsync(Path.Combine(libraries.FullName, "hadoop-common-3.1.2.jar"), "");
        await File.WriteAllTextAsync(Path.Combine(libraries.FullName, "hadoop-common-3.1.2-tests.jar"), "");

        var failure = await RefusedAsync(Client);

        Assert.Equal("DriverNotInHadoop", failure.Id);
        Assert.Contains("No FileSystem for scheme: abfss", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gen2_as_a_service_principal_gets_the_five_properties_of_the_account()
    {
        await NewAsync(Client);

        Assert.Equal(
            [
                ($"fs.azure.account.auth.type.{Host}", "OAuth", false),
                ($"fs.azure.account.oauth.provider.type.{Host}", "org.apache.hadoop.fs.azurebfs.oauth2.ClientCredsTokenProvider", false),
                ($"fs.azure.account.oauth2.client.endpoint.{Host}", Version1, false),
                ($"fs.azure.account.oauth2.client.id.{Host}", "app", false),
                ($"fs.azure.account.oauth2.client.secret.{Host}", "s3cret-of-app", true),
            ],
            Stored());
    }

    [Theory]
    [InlineData("3.3.4", "app", "contoso.com", "http://127.0.0.1:1/identity", 5)]
    [InlineData("3.2.0", "app", "contoso.com", null, 4)]
    [InlineData("3.4.1", null, null, null, 2)]
    [InlineData(null, null, null, null, 2)]
    public async Task A_managed_identity_says_what_is_given(string? release, string? client, string? tenant, string? endpoint, int count)
    {
        var result = await NewAsync(Client with
        {
            ClientId = client, ClientSecret = null, TenantId = tenant, Authentication = AdlsAuthentication.ManagedIdentity, HadoopRelease = release,
            ManagedIdentityEndpoint = endpoint is null ? null : new Uri(endpoint),
        });

        Assert.Equal("ManagedIdentity", result.Authentication);
        Assert.Equal(count, result.Property.Count);
        Assert.Equal("org.apache.hadoop.fs.azurebfs.oauth2.MsiTokenProvider", Stored()[1].Value);
        Assert.DoesNotContain(Stored(), p => p.Secret);
    }

    [Theory]
    [InlineData("3.2.0", null, null, "-TenantId and -ClientId")]
    [InlineData("3.3.4", null, null, "-TenantId and -ClientId")]
    [InlineData("3.4.0", null, null, "-TenantId and -ClientId")]
    [InlineData("3.3.4", null, "contoso.com", "without -ClientId")]
    [InlineData("3.4.0", "app", null, "without -TenantId")]
    public async Task Before_hadoop_3_4_1_a_managed_identity_needs_tenant_and_client(string release, string? client, string? tenant, string says)
    {
        var options = Identity with { ClientId = client, TenantId = tenant, HadoopRelease = release };

        var failure = await RefusedAsync(options);

        Assert.Equal(("ManagedIdentityIncomplete", ErrorKind.InvalidArgument), (failure.Id, failure.Kind));
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.Empty(_caller.Asked);
        Assert.True((await NewAsync(options with { ClientId = "app", TenantId = "contoso.com" })).Changed);
        Assert.Empty(_caller.OtherWarnings);
    }

    [Fact]
    public async Task Where_the_hadoop_is_unknown_a_managed_identity_is_warned_of()
    {
        var made = await NewAsync(Identity with { ClientId = "app", ManagedIdentityEndpoint = new Uri("http://127.0.0.1:1/identity") });

        Assert.True(made.Changed);
        Assert.Contains(_caller.Warnings, w => w.Contains("without -TenantId (HADOOP-18542)", StringComparison.Ordinal));
        Assert.Contains(_caller.Warnings, w => w.Contains("Before 3.3.0", StringComparison.Ordinal));
        Assert.Contains(made.Notes, n => n.Contains("Hadoop 3.4.1 and later only", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_for_identities_that_would_not_be_heeded_is_refused()
    {
        var endpoint = Identity with { ClientId = "app", TenantId = "contoso.com", ManagedIdentityEndpoint = new Uri("http://127.0.0.1:1/identity") };

        Assert.Equal("ManagedIdentityEndpointNotInHadoop", (await RefusedAsync(endpoint with { HadoopRelease = "3.2.0" })).Id);
        Assert.Equal("ManagedIdentityEndpointNotInHadoop", (await RefusedAsync(endpoint with { HadoopRelease = "3.2.4" })).Id);
        Assert.Equal("CredentialAmbiguous", (await RefusedAsync(endpoint with { Authentication = null, ClientSecret = Secret.Of("s3cret-of-app") })).Id);
        Assert.Equal("CredentialAmbiguous", (await RefusedAsync(endpoint with { Authentication = null, AccountKey = Secret.Of("AAAA") })).Id);
        Assert.Equal("ManagedIdentity", (await NewAsync(endpoint with { Authentication = null, HadoopRelease = "3.3.0" })).Authentication);
    }

    [Fact]
    public async Task What_a_connection_says_of_its_identity_already_need_not_be_given_again()
    {
        await NewAsync(Identity with { ClientId = "app", TenantId = "contoso.com", HadoopRelease = "3.3.4" });
        var change = new AdlsConnectionOptions { Name = "lake", HadoopRelease = "3.3.4" };

        var moved = await AdlsConnectionWriter.SetAsync(Dss, change with { Account = "other" }, _caller, CancellationToken.None);
        var other = await AdlsConnectionWriter.SetAsync(Dss, change with { ClientId = "app2" }, _caller, CancellationToken.None);

        Assert.Equal(("app", "contoso.com"), (moved.ClientId, moved.TenantId));
        Assert.Equal(("app2", "contoso.com"), (other.ClientId, other.TenantId));
    }

    [Theory]
    [InlineData("https://login.microsoftonline.com/common/oauth2/token", "'common'")]
    [InlineData("https://login.microsoftonline.com/organizations/oauth2/token", "'organizations'")]
    [InlineData("https://login.microsoftonline.com/Organizations/oauth2/v2.0/token", "'Organizations'")]
    [InlineData("https://login.microsoftonline.com/consumers/oauth2/token", "'consumers'")]
    [InlineData("https://login.microsoftonline.com//oauth2/token", "names no tenant")]
    [InlineData("https://login.microsoftonline.com/oauth2/token", "names no tenant")]
    [InlineData("https://login.microsoftonline.com/<tenant-id>/oauth2/token", "'<tenant-id>'")]
    [InlineData("https://login.windows.net/{tenant}/oauth2/token", "'{tenant}'")]
    [InlineData("https://login.microsoftonline.com/TENANT/oauth2/token", "'TENANT'")]
    [InlineData("https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/oauth2/token", "not one tenant")]
    [InlineData("https://login.microsoftonline.com/a/contoso.com/oauth2/token", "'a/contoso.com'")]
    [InlineData("https://sts.example.org/common/oauth2/token", "'common'")]
    public async Task An_endpoint_without_the_applications_own_tenant_is_refused(string endpoint, string says)
    {
        var failure = await RefusedAsync(Client with { TenantId = null, TokenEndpoint = new Uri(endpoint) });

        Assert.Equal("TokenEndpointInvalid", failure.Id);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.Contains("AADSTS", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_caller.Asked);
    }

    [Theory]
    [InlineData("common")]
    [InlineData("organizations")]
    [InlineData("consumers")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("contoso")]
    [InlineData("<tenant-id>")]
    [InlineData("contoso..com")]
    public async Task A_tenant_that_is_none_is_refused_in_every_way_of_signing_in(string tenant)
    {
        AdlsConnectionOptions[] ways =
        [
            Client with { TenantId = tenant },
            Client with { TenantId = tenant, FileSystem = null },
            Identity with { TenantId = tenant, ClientId = "app" },
            Identity with { TenantId = tenant, ClientId = "app", Authentication = AdlsAuthentication.WorkloadIdentity },
        ];
        foreach (var way in ways)
        {
            Assert.Equal("TokenEndpointInvalid", (await RefusedAsync(way)).Id);
        }
    }

    [Theory]
    [InlineData("contoso.onmicrosoft.com")]
    [InlineData("7f58f645-c190-4ce5-9de4-e2b7acd2a6ab")]
    [InlineData("xn--bcher-kva.example")]
    public async Task A_tenant_by_id_or_domain_is_taken(string tenant) =>
        Assert.Equal($"https://login.microsoftonline.com/{tenant}/oauth2/token", (await NewAsync(Client with { TenantId = tenant })).TokenEndpoint);

    [Fact]
    public async Task A_connection_that_has_such_an_endpoint_already_says_so()
    {
        await NewAsync(Client);
        var text = await File.ReadAllTextAsync(_host.Connections);
        await File.WriteAllTextAsync(_host.Connections, text.Replace("/contoso.com/oauth2", "/common/oauth2", StringComparison.Ordinal));

        var there = Assert.Single(await AdlsConnectionStore.GetAsync(Dss, "lake", _caller, CancellationToken.None));

        Assert.Contains(there.Notes, n => n.Contains("'common' is not one tenant", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_another_cloud_an_identity_names_its_authority()
    {
        await NewAsync(Client with { ClientId = null, ClientSecret = null, TenantId = null, Authentication = AdlsAuthentication.ManagedIdentity, Environment = AzureEnvironment.AzureUSGovernment });

        Assert.Contains(("fs.azure.account.oauth2.msi.authority.acct.dfs.core.usgovcloudapi.net", "https://login.microsoftonline.us/", false), Stored());

        await NewAsync(Identity with { Name = "older", ClientId = "app", TenantId = "contoso.com", Environment = AzureEnvironment.AzureUSGovernment, HadoopRelease = "3.2.0" });
        Assert.Contains(_caller.Warnings, w => w.Contains("no property to say https://login.microsoftonline.us/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_workload_identity_and_a_signature_need_hadoop_3_4_1()
    {
        var workload = Client with { ClientSecret = null, Authentication = AdlsAuthentication.WorkloadIdentity };
        var signed = Client with { ClientId = null, ClientSecret = null, TenantId = null, SasToken = Secret.Of("?sv=2021-06-08&sp=rl&se=2999-01-01&sig=c2ln") };
        foreach (var options in new[] { workload, signed })
        {
            Assert.Equal("AuthenticationNotInHadoop", (await RefusedAsync(options with { HadoopRelease = "3.4.0" })).Id);
            Assert.True((await NewAsync(options with { Name = "n" + options.Authentication, HadoopRelease = "3.4.1" })).Changed);
        }

        Assert.Contains(_caller.Warnings, w => w.Contains("driver runs on the DSS host", StringComparison.Ordinal));
        Assert.Contains(("fs.azure.sas.fixed.token." + Host, "sv=2021-06-08&sp=rl&se=2999-01-01&sig=c2ln", true), Stored("n"));
        Assert.Equal("WorkloadIdentityIncomplete", (await RefusedAsync(workload with { TenantId = null })).Id);
        Assert.Contains("ended", (await RefusedAsync(signed with { SasToken = Secret.Of("sv=1&se=2001-01-01&sig=c2ln") })).Message, StringComparison.Ordinal);
        Assert.Equal("SasTokenInvalid", (await RefusedAsync(signed with { SasToken = Secret.Of("https://acct.blob.core.windows.net/?x") })).Id);
    }

    [Theory]
    [InlineData(Version2, null, Version1)]
    [InlineData(Version2, "3.3.6", Version1)]
    [InlineData(Version2, "3.4.1", Version2)]
    [InlineData(Version1, "3.4.1", Version1)]
    [InlineData("https://login.windows.net/contoso.com/oauth2/token", null, Version1)]
    [InlineData("https://login.windows.net/contoso.com/oauth2/v2.0/token", "3.2.0", Version1)]
    [InlineData("https://login.example.org/adfs/oauth2/v2.0/token/", null, "https://login.example.org/adfs/oauth2/token")]
    public async Task A_token_endpoint_is_repaired_where_its_form_would_not_work(string given, string? release, string written)
    {
        var result = await NewAsync(Client with { TenantId = null, TokenEndpoint = new Uri(given), HadoopRelease = release });

        Assert.Equal(written, Stored()[2].Value);
        Assert.Equal(written, result.TokenEndpoint);
        Assert.Equal(written != given, _caller.VerboseLines.Any(l => l.Contains(written, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_cannot_work_is_refused_with_what_one_would_meet()
    {
        async Task IsRefused(string id, string says, AdlsConnectionOptions options)
        {
            var failure = await RefusedAsync(options);
            Assert.Equal(id, failure.Id);
            Assert.Contains(says, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("2f1c8a52-0000-4000-8000-00000000beef", failure.ToString(), StringComparison.Ordinal);
        }

        var endpoint = Client with { TenantId = null };
        await IsRefused("ClientSecretIsAnId", "AADSTS7000215", Client with { ClientSecret = Secret.Of("2f1c8a52-0000-4000-8000-00000000beef") });
        await IsRefused("TokenEndpointInvalid", "HTTP Error 200", endpoint with { TokenEndpoint = new Uri("https://login.microsoftonline.com/t/oauth2/v2.0/authorize") });
        await IsRefused("TokenEndpointInvalid", "AzureUSGovernment", endpoint with { TokenEndpoint = new Uri("https://login.microsoftonline.us/t/oauth2/token") });
        await IsRefused("TokenEndpointInvalid", "https://", endpoint with { TokenEndpoint = new Uri("http://login.microsoftonline.com/t/oauth2/token") });
        await IsRefused("CredentialAmbiguous", "SharedKey and ClientCredential", Client with { AccountKey = Secret.Of("AAAA") });
        await IsRefused("CredentialAmbiguous", "ClientCredential and ManagedIdentity", Client with { Authentication = AdlsAuthentication.ManagedIdentity });
        await IsRefused("CredentialMissing", "no credential", Client with { ClientId = null, ClientSecret = null, TenantId = null });
        await IsRefused("HadoopReleaseInvalid", "three", Client with { HadoopRelease = "three" });
        await IsRefused("DriverNotInHadoop", "2.7.3", Client with { FileSystem = null, HadoopRelease = "2.7.3" });
        await IsRefused("PerUserNotSupported", "HDFS", Client with { PerUser = true, ClientSecret = null });
        Assert.Empty(_caller.Asked);
    }

    private static AdlsConnectionOptions Client => new()
    {
        Name = "lake",
        Account = "acct",
        FileSystem = "data",
        ClientId = "app",
        ClientSecret = Secret.Of("s3cret-of-app"),
        TenantId = "contoso.com",
    };

    private static AdlsConnectionOptions Identity => new()
    {
        Name = "lake",
        Account = "acct",
        FileSystem = "data",
        Authentication = AdlsAuthentication.ManagedIdentity,
    };

    private DssAddress Dss => new() { DataDirectory = _host.DataDirectory };

    // The properties of the connection; of the last one whose name begins so.
    private List<(string Name, string Value, bool Secret)> Stored(string name = "lake") =>
    [
        .. JsonNode.Parse(File.ReadAllText(_host.Connections))!["connections"]!.AsObject().Last(c => c.Key.StartsWith(name, StringComparison.Ordinal)).Value!["params"]!["extraConf"]!.AsArray()
            .Select(p => ((string)p!["name"]!, (string)p["value"]!, (bool)p["secret"]!)),
    ];

    private Task<DssConnection> NewAsync(AdlsConnectionOptions options) =>
        AdlsConnectionWriter.NewAsync(Dss, options, _caller, CancellationToken.None);

    private Task<SparkAzureException> RefusedAsync(AdlsConnectionOptions options) => Assert.ThrowsAsync<SparkAzureException>(() => NewAsync(options));
}
