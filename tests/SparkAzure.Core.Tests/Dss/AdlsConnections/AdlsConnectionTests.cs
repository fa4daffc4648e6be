using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;
using SparkAzure.Sandbox.DssApi;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.AdlsConnections;

public sealed class AdlsConnectionTests : IDisposable
{
    private const string KeyProperty = "fs.azure.account.key.acct.dfs.core.windows.net";
    private const string TokenEndpoint = "https://login.microsoftonline.com/contoso.com/oauth2/token";

    private static readonly string Key = Convert.ToBase64String([.. Enumerable.Range(100, 64).Select(i => (byte)i)]);

    private readonly TemporaryFolder _folder = new();
    private readonly SampleDssHost _host;
    private readonly RecordingCaller _caller = new();

    public AdlsConnectionTests() => _host = SampleDssHost.Create(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_gen2_connection_is_added_and_the_others_keep_their_bytes()
    {
        var before = await File.ReadAllTextAsync(_host.Connections);

        var result = await NewAsync(Gen2);

        Assert.Equal((true, false, true), (result.Changed, result.Planned, result.RestartRequired));
        Assert.Equal(("abfss://data@acct.dfs.core.windows.net/", "SharedKey", 2), (result.Root, result.Authentication, result.Generation));
        Assert.Equal([KeyProperty], result.Property);
        var after = await File.ReadAllTextAsync(_host.Connections);
        var common = before.TrimEnd()[..^"\n  }\n}".Length];
        Assert.StartsWith(common + ",\n    \"lake\": {\n      \"name\": \"lake\",\n", after, StringComparison.Ordinal);
        Assert.EndsWith("\n    }\n  }\n}\n", after, StringComparison.Ordinal);
        var lake = JsonNode.Parse(after)!["connections"]!["lake"]!;
        Assert.Equal("HDFS", (string?)lake["type"]);
        Assert.Equal("abfss://data@acct.dfs.core.windows.net/", (string?)lake["params"]!["root"]);
        Assert.True(JsonNode.DeepEquals(
            new JsonArray(new JsonObject { ["name"] = KeyProperty, ["value"] = Key, ["secret"] = true }), lake["params"]!["extraConf"]));
        Assert.Equal("${projectKey}/", (string?)lake["params"]!["namingRule"]!["hdfsPathDatasetNamePrefix"]);
    }

    [Fact]
    public async Task A_second_run_asks_nothing_and_changes_nothing()
    {
        await NewAsync(Gen2);
        var bytes = await File.ReadAllBytesAsync(_host.Connections);

        var again = await NewAsync(Gen2);

        Assert.Equal((false, false, false), (again.Changed, again.Planned, again.RestartRequired));
        Assert.Single(_caller.Asked);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_host.Connections));
    }

    [Fact]
    public async Task A_rehearsal_writes_nothing()
    {
        var bytes = await File.ReadAllBytesAsync(_host.Connections);

        var planned = await AdlsConnectionWriter.NewAsync(Files, Gen2, RecordingCaller.WhatIf(), CancellationToken.None);

        Assert.Equal((false, true), (planned.Changed, planned.Planned));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_host.Connections));
    }

    [Fact]
    public async Task A_missing_file_is_made_for_its_owner_alone()
    {
        File.Delete(_host.Connections);

        await NewAsync(Gen2);

        Assert.Equal(FileOwner.Of(Path.GetDirectoryName(_host.Connections)!), FileOwner.Of(_host.Connections));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_host.Connections));
        }

        Assert.False((await NewAsync(Gen2)).Changed);
    }

    [Fact]
    public async Task Gen1_gets_its_four_properties_and_a_warning_and_where_hadoop_is_unknown_the_older_names_too()
    {
        var result = await NewAsync(Gen1 with { RootPath = "/projects/dss/" });

        Assert.Equal(("adl://acct.azuredatalakestore.net/projects/dss", "ClientCredential", 1), (result.Root, result.Authentication, result.Generation));
        Assert.Contains("2024-02-29", Assert.Single(_caller.OtherWarnings), StringComparison.Ordinal);
        var conf = JsonNode.Parse(await File.ReadAllTextAsync(_host.Connections))!["connections"]!["lake"]!["params"]!["extraConf"]!.AsArray();
        Assert.Equal(
            [
                "fs.adl.oauth2.access.token.provider.type ClientCredential False",
                $"fs.adl.oauth2.refresh.url {TokenEndpoint} False",
                "fs.adl.oauth2.client.id app False",
                "fs.adl.oauth2.credential s3cret-of-app True",
                "dfs.adls.oauth2.access.token.provider.type ClientCredential False",
                $"dfs.adls.oauth2.refresh.url {TokenEndpoint} False",
                "dfs.adls.oauth2.client.id app False",
                "dfs.adls.oauth2.credential s3cret-of-app True",
                "fs.adl.impl org.apache.hadoop.fs.adl.AdlFileSystem False",
                "fs.AbstractFileSystem.adl.impl org.apache.hadoop.fs.adl.Adl False",
            ],
            conf.Select(p => $"{p!["name"]} {p["value"]} {(bool)p["secret"]!}"));
        Assert.False((await NewAsync(Gen1 with { RootPath = "projects/dss", TenantId = null, TokenEndpoint = new Uri(TokenEndpoint) })).Changed);
    }

    [Fact]
    public async Task A_connection_that_differs_is_left_and_only_with_force_are_our_fields_set()
    {
        const string theirs = """
            { "connections": { "lake": {"type":"HDFS", "params": {"root":"abfss://old@acct.dfs.core.windows.net/x", "extraConf":[ {"name":"fs.other", "value":1} ], "zzz":1.0},
                "usableBy":"ALLOWED", "allowedGroups":["g"] } } }
            """;
        await File.WriteAllTextAsync(_host.Connections, theirs);

        var failure = await RefusedAsync(Gen2);
        Assert.Equal(("ConnectionAlreadyExists", ErrorKind.AlreadyExists), (failure.Id, failure.Kind));
        Assert.Contains("the root", failure.Message, StringComparison.Ordinal);
        Assert.Contains(KeyProperty + " (absent)", failure.Message, StringComparison.Ordinal);
        Assert.Equal(theirs, await File.ReadAllTextAsync(_host.Connections));

        Assert.True((await NewAsync(Gen2 with { Force = true })).Changed);
        Assert.Equal(
            theirs.Replace("old@acct.dfs.core.windows.net/x", "data@acct.dfs.core.windows.net/", StringComparison.Ordinal)
                .Replace("\"value\":1} ]", $"\"value\":1}}, {{\"name\":\"{KeyProperty}\", \"value\":\"{Key}\", \"secret\":true}} ]", StringComparison.Ordinal),
            await File.ReadAllTextAsync(_host.Connections));
        Assert.False((await NewAsync(Gen2 with { Force = true })).Changed);
    }

    [Fact]
    public async Task An_encrypted_key_counts_as_the_same_and_force_writes_it()
    {
        await NewAsync(Gen2);
        var encrypted = (await File.ReadAllTextAsync(_host.Connections)).Replace(Key, "e:AES:abc", StringComparison.Ordinal);
        await File.WriteAllTextAsync(_host.Connections, encrypted);

        Assert.False((await NewAsync(Gen2)).Changed);
        Assert.Contains(_caller.VerboseLines, l => l.Contains("stored encrypted", StringComparison.Ordinal));
        Assert.Equal(encrypted, await File.ReadAllTextAsync(_host.Connections));

        Assert.True((await NewAsync(Gen2 with { Force = true })).Changed);
        Assert.Contains(Key, await File.ReadAllTextAsync(_host.Connections), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_in_clear_is_a_difference_that_names_no_value()
    {
        await NewAsync(Gen2);
        var other = Convert.ToBase64String("another key"u8.ToArray());

        var failure = await RefusedAsync(Gen2 with { AccountKey = Secret.Of(other) });

        Assert.Contains($"differs in {KeyProperty}.", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(other, failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_of_another_type_is_left_even_with_force() =>
        Assert.Equal("ConnectionOfAnotherType", (await RefusedAsync(Gen2 with { Name = "warehouse", Force = true })).Id);

    [Fact]
    public async Task A_connection_that_somebody_makes_in_between_is_not_overwritten()
    {
        var meddler = new InterferingCaller(() => File.WriteAllText(_host.Connections, """{"connections":{"lake":{"type":"Filesystem"}}}"""));

        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => AdlsConnectionWriter.NewAsync(Files, Gen2, meddler, CancellationToken.None));

        Assert.Equal("DssSettingsConflict", failure.Id);
        Assert.Equal("""{"connections":{"lake":{"type":"Filesystem"}}}""", await File.ReadAllTextAsync(_host.Connections));
    }

    [Fact]
    public async Task User_isolation_refuses_gen2_unless_forced_and_not_gen1()
    {
        var isolated = SampleDssHost.Create(_folder["isolated"], new SampleDssHostOptions { UserIsolation = true });
        var files = new DssAddress { DataDirectory = isolated.DataDirectory };

        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => AdlsConnectionWriter.NewAsync(files, Gen2, _caller, CancellationToken.None));
        Assert.Equal("UserIsolationNotSupported", failure.Id);
        Assert.True((await AdlsConnectionWriter.NewAsync(files, Gen2 with { Force = true }, _caller, CancellationToken.None)).Changed);
        Assert.True((await AdlsConnectionWriter.NewAsync(files, Gen1 with { Name = "old" }, _caller, CancellationToken.None)).Changed);
    }

    [Fact]
    public async Task Spark_2_is_warned_about_and_an_old_dss_refused()
    {
        await NewAsync(Gen2 with { SparkVersion = "2.4.0" });
        Assert.Contains("SparkSQL", Assert.Single(_caller.OtherWarnings), StringComparison.Ordinal);
        await NewAsync(Gen2 with { SparkVersion = "3.1.2" });
        Assert.Single(_caller.OtherWarnings);
        await File.WriteAllTextAsync(Path.Combine(_host.DataDirectory, "bin", "env-spark.sh"), "export DKU_SPARK_ENABLED=true\nexport DKU_SPARK_VERSION='2.4.5'\n");
        await NewAsync(Gen2);
        Assert.Equal(2, _caller.OtherWarnings.Count());

        var old = SampleDssHost.Create(_folder["old"], new SampleDssHostOptions { Version = "5.1.1" });
        var failure = await Assert.ThrowsAsync<SparkAzureException>(
            () => AdlsConnectionWriter.NewAsync(new DssAddress { DataDirectory = old.DataDirectory }, Gen2, _caller, CancellationToken.None));
        Assert.Equal("DssTooOldForGen2", failure.Id);
    }

    [Theory]
    [InlineData(AzureEnvironment.AzureCloud, "dfs.core.windows.net")]
    [InlineData(AzureEnvironment.AzureUSGovernment, "dfs.core.usgovcloudapi.net")]
    [InlineData(AzureEnvironment.AzureChinaCloud, "dfs.core.chinacloudapi.cn")]
    public async Task Each_cloud_has_its_own_addresses(AzureEnvironment environment, string suffix)
    {
        var result = await NewAsync(Gen2 with { Environment = environment, RootPath = "a/b" });

        Assert.Equal($"abfss://data@acct.{suffix}/a/b", result.Root);
        Assert.Equal([$"fs.azure.account.key.acct.{suffix}"], result.Property);
    }

    [Fact]
    public async Task What_azure_or_hadoop_would_not_take_is_refused_before_anything_is_read()
    {
        async Task IsRefused(string id, AdlsConnectionOptions options)
        {
            var failure = await RefusedAsync(options);
            Assert.Equal(id, failure.Id);
            Assert.DoesNotContain("not base64!", failure.ToString(), StringComparison.Ordinal);
        }

        await IsRefused("ConnectionNameInvalid", Gen2 with { Name = "a/b" });
        await IsRefused("ConnectionNameInvalid", Gen2 with { Name = ".." });
        await IsRefused("StorageAccountInvalid", Gen2 with { Account = "Acct" });
        await IsRefused("StorageAccountInvalid", Gen2 with { Account = "acct.dfs.core.windows.net" });
        await IsRefused("FileSystemInvalid", Gen2 with { FileSystem = null });
        await IsRefused("FileSystemInvalid", Gen2 with { FileSystem = "da" });
        await IsRefused("FileSystemInvalid", Gen2 with { FileSystem = "da--ta" });
        await IsRefused("FileSystemInvalid", Gen2 with { FileSystem = new string('a', 64) });
        await IsRefused("RootPathInvalid", Gen2 with { RootPath = "a/../b" });
        await IsRefused("AccessKeyInvalid", Gen2 with { AccountKey = Secret.Of("not base64!") });
        await IsRefused("CredentialMissing", Gen2 with { AccountKey = null });
        await IsRefused("TokenEndpointInvalid", Gen1 with { TenantId = null });
        await IsRefused("TokenEndpointInvalid", Gen1 with { TenantId = Guid.Empty.ToString(), TokenEndpoint = new Uri($"https://login.microsoftonline.com/{Guid.NewGuid()}/oauth2/token") });
        await IsRefused("TokenEndpointInvalid", Gen1 with { TenantId = null, TokenEndpoint = new Uri("https://login.microsoftonline.com/t/oauth2/authorize") });
        await IsRefused("Gen1NotInCloud", Gen1 with { Environment = AzureEnvironment.AzureChinaCloud });
        Assert.Empty(_caller.VerboseLines);

        // The secret may be there already, so this one has to look.
        await IsRefused("ClientSecretMissing", Gen1 with { ClientSecret = null });
    }

    [Fact]
    public async Task A_service_principal_whose_secret_is_there_already_needs_none_and_a_planned_one_is_not_written()
    {
        var client = Gen1 with { FileSystem = "data" };
        await NewAsync(client);

        Assert.False((await NewAsync(client with { ClientSecret = null })).Changed);
        Assert.Equal("ConnectionAlreadyExists", (await RefusedAsync(client with { ClientSecret = null, TenantId = "other.example" })).Id);
        Assert.Equal("ServicePrincipalOnlyPlanned", (await RefusedAsync(client with { Name = "planned", ClientId = Guid.Empty.ToString() })).Id);
        Assert.True((await AdlsConnectionWriter.NewAsync(Files, client with { Name = "planned", ClientId = Guid.Empty.ToString() }, RecordingCaller.WhatIf(), CancellationToken.None)).Planned);
    }

    [Theory]
    [InlineData("{\"connections\":[]}", "SettingsUnexpected")]
    [InlineData("{\"connections\":{\"lake\":{\"type\":\"HDFS\"}}}", "SettingsUnexpected")]
    [InlineData("{\"connections\":", "SettingsNotJson")]
    public async Task A_file_that_is_not_as_it_should_be_is_refused_and_left(string content, string id)
    {
        await File.WriteAllTextAsync(_host.Connections, content);

        Assert.Equal(id, (await RefusedAsync(Gen2)).Id);
        Assert.Equal(content, await File.ReadAllTextAsync(_host.Connections));
    }

    [Fact]
    public async Task Over_rest_too_a_connection_that_somebody_makes_in_between_is_not_overwritten()
    {
        await using var dss = await DssApiStandIn.StartAsync();
        var theirs = new JsonObject { ["type"] = "Filesystem", ["params"] = new JsonObject() };
        var meddler = new InterferingCaller(() => dss.SaveConnection("lake", theirs));

        var failure = await Assert.ThrowsAsync<SparkAzureException>(
            () => AdlsConnectionWriter.NewAsync(Address(dss), Gen2, meddler, CancellationToken.None));

        Assert.Equal("DssSettingsConflict", failure.Id);
        Assert.Equal("Filesystem", (string?)dss.Connections["lake"]!["type"]);
        Assert.DoesNotContain(dss.Requests, r => r.Method == "PUT");
    }

    [Fact]
    public async Task Over_rest_a_connection_is_made_whole_encrypted_by_dss_and_found_again()
    {
        await using var dss = await DssApiStandIn.StartAsync();
        var address = Address(dss);
        var gen2 = Gen2 with { Name = "lake é 1" };

        var result = await AdlsConnectionWriter.NewAsync(address, gen2, _caller, CancellationToken.None);

        Assert.Equal((true, false), (result.Changed, result.RestartRequired));
        Assert.Equal("lake é 1", result.Name);
        var lake = dss.Connections["lake é 1"]!;
        Assert.StartsWith("e:AES:", (string?)lake["params"]!["extraConf"]![0]!["value"], StringComparison.Ordinal);
        Assert.True((bool)lake["allowWrite"]!);
        Assert.NotNull(lake["creationTag"]);
        Assert.Contains(dss.Requests, r => r.Url == "/public/api/admin/connections/lake%20%C3%A9%201");

        // What DSS keeps is said, not what it was told.
        Assert.Equal("Encrypted", Assert.Single(result.Secrets).State);
        Assert.DoesNotContain(result.Notes, n => n.Contains("in clear", StringComparison.Ordinal));
        var read = Assert.Single(await AdlsConnectionStore.GetAsync(address, gen2.Name, _caller, CancellationToken.None));
        Assert.Equal(read.Notes, result.Notes);
        Assert.Equal(read.Secrets, result.Secrets);

        var again = await AdlsConnectionWriter.NewAsync(address, gen2, _caller, CancellationToken.None);
        Assert.Equal((false, false), (again.Changed, again.Planned));
        Assert.True((await AdlsConnectionWriter.NewAsync(address, gen2 with { Force = true }, _caller, CancellationToken.None)).Changed);

        var forced = await AdlsConnectionWriter.NewAsync(address, gen2 with { Force = true }, _caller, CancellationToken.None);
        Assert.Equal("Encrypted", Assert.Single(forced.Secrets).State);
        var rehearsed = await AdlsConnectionWriter.NewAsync(address, gen2 with { Force = true }, RecordingCaller.WhatIf(), CancellationToken.None);
        Assert.True(rehearsed.Planned);

        var differs = await Assert.ThrowsAsync<SparkAzureException>(
            () => AdlsConnectionWriter.NewAsync(address, gen2 with { FileSystem = "other" }, _caller, CancellationToken.None));
        Assert.Equal("ConnectionAlreadyExists", differs.Id);
    }

    [Fact]
    public async Task Over_rest_user_isolation_and_version_are_looked_at_too_and_a_rehearsal_sends_no_change()
    {
        await using (var isolated = await DssApiStandIn.StartAsync(new DssApiOptions { UserIsolation = true }))
        {
            var failure = await Assert.ThrowsAsync<SparkAzureException>(() => AdlsConnectionWriter.NewAsync(Address(isolated), Gen2, _caller, CancellationToken.None));
            Assert.Equal("UserIsolationNotSupported", failure.Id);
        }

        await using (var old = await DssApiStandIn.StartAsync(new DssApiOptions { Version = "5.1.2" }))
        {
            var failure = await Assert.ThrowsAsync<SparkAzureException>(() => AdlsConnectionWriter.NewAsync(Address(old), Gen2, _caller, CancellationToken.None));
            Assert.Equal("DssTooOldForGen2", failure.Id);
        }

        await using var dss = await DssApiStandIn.StartAsync();
        var planned = await AdlsConnectionWriter.NewAsync(Address(dss), Gen2, RecordingCaller.WhatIf(), CancellationToken.None);
        Assert.True(planned.Planned);
        Assert.All(planned.Secrets, s => Assert.Equal("Encrypted", s.State));
        Assert.DoesNotContain(planned.Notes, n => n.Contains("stands in clear", StringComparison.Ordinal));
        Assert.All(dss.Requests, r => Assert.Equal("GET", r.Method));
    }

    [Fact]
    public async Task The_stand_in_serves_a_data_directory_and_what_was_written_there()
    {
        await NewAsync(Gen2);
        await using var dss = await DssApiStandIn.StartAsync(new DssApiOptions { DataDirectory = _host.DataDirectory });

        Assert.False((await AdlsConnectionWriter.NewAsync(Address(dss), Gen2, _caller, CancellationToken.None)).Changed);
        Assert.True((await AdlsConnectionWriter.NewAsync(Address(dss), Gen2 with { Name = "second" }, _caller, CancellationToken.None)).Changed);
        Assert.NotNull(JsonNode.Parse(await File.ReadAllTextAsync(_host.Connections))!["connections"]!["second"]);
    }

    [Fact]
    public async Task Secrets_appear_in_no_line_error_object_or_address()
    {
        await using var dss = await DssApiStandIn.StartAsync(new DssApiOptions { ApiKey = "canary/api+key==" });
        var seen = new List<string>();
        async Task Try(Func<Task<DssConnection>> call)
        {
            try
            {
                seen.Add(JsonSerializer.Serialize(await call()));
            }
            catch (SparkAzureException exception)
            {
                seen.Add(exception + exception.Remedy + exception.Target);
            }
        }

        var other = Gen2 with { AccountKey = Secret.Of(Convert.ToBase64String("canary of another account"u8.ToArray())) };
        foreach (var address in new[] { Files, Address(dss) })
        {
            await Try(() => AdlsConnectionWriter.NewAsync(address, Gen2, _caller, CancellationToken.None));
            await Try(() => AdlsConnectionWriter.NewAsync(address, Gen2, _caller, CancellationToken.None));
            await Try(() => AdlsConnectionWriter.NewAsync(address, other, _caller, CancellationToken.None));
            await Try(() => AdlsConnectionWriter.NewAsync(address, other with { Force = true }, _caller, CancellationToken.None));
            await Try(() => AdlsConnectionWriter.NewAsync(address, Gen1 with { Name = "old" }, _caller, CancellationToken.None));
            await Try(() => AdlsConnectionWriter.NewAsync(address, Gen1 with { Name = "old", FileSystem = "x", RootPath = "y" }, _caller, CancellationToken.None));
        }

        // A refusal that repeats what it was sent.
        dss.FailNext(new DssApiFault(400, "application/json", """{"errorType":"x","message":"bad key canary/api+key== in request"}"""));
        await Try(() => AdlsConnectionWriter.NewAsync(Address(dss), Gen2, _caller, CancellationToken.None));

        seen.AddRange(_caller.VerboseLines);
        seen.AddRange(_caller.Warnings);
        seen.AddRange(_caller.Asked.Select(a => a.Target + a.Action));
        seen.AddRange(dss.Requests.Select(r => r.Url));
        Assert.Contains(seen, s => s.Contains("bad key *** in request", StringComparison.Ordinal));
        string[] secrets = [Key, Convert.ToBase64String("canary of another account"u8.ToArray()), "s3cret-of-app", "canary/api+key=="];
        foreach (var secret in secrets.SelectMany(s => new[] { s, Uri.EscapeDataString(s), Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(s)) }))
        {
            Assert.DoesNotContain(seen, s => s.Contains(secret, StringComparison.Ordinal));
        }
    }

    private static AdlsConnectionOptions Gen2 => new() { Name = "lake", Account = "acct", FileSystem = "data", AccountKey = Secret.Of(Key) };

    private static AdlsConnectionOptions Gen1 => new()
    {
        Name = "lake",
        Account = "acct",
        ClientId = "app",
        ClientSecret = Secret.Of("s3cret-of-app"),
        TenantId = "contoso.com",
    };

    private static DssAddress Address(DssApiStandIn dss) => new() { Uri = dss.Uri, ApiKey = Secret.Of(dss.ApiKey) };

    private DssAddress Files => new() { DataDirectory = _host.DataDirectory };

    private Task<DssConnection> NewAsync(AdlsConnectionOptions options) => AdlsConnectionWriter.NewAsync(Files, options, _caller, CancellationToken.None);

    private Task<SparkAzureException> RefusedAsync(AdlsConnectionOptions options) => Assert.ThrowsAsync<SparkAzureException>(() => NewAsync(options));
}
