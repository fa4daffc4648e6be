using System.Text.Json.Nodes;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;
using SparkAzure.Sandbox.DssApi;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.AdlsConnections;

/// <summary>Changing, reading and taking out connections, and DSS's own Azure Blob connections.</summary>
public sealed class AdlsConnectionChangeTests : IDisposable
{
    private const string Host = "acct.dfs.core.windows.net";
    private const string KeyProperty = "fs.azure.account.key." + Host;

    private static readonly string Key = Convert.ToBase64String([.. Enumerable.Range(100, 64).Select(i => (byte)i)]);
    private static readonly string OtherKey = Convert.ToBase64String([.. Enumerable.Range(1, 64).Select(i => (byte)i)]);

    private readonly TemporaryFolder _folder = new();
    private readonly SampleDssHost _host;
    private readonly RecordingCaller _caller = new();

    public AdlsConnectionChangeTests() => _host = SampleDssHost.Create(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_what_is_given_changes_and_a_second_run_changes_nothing()
    {
        await NewAsync(Gen2);
        var before = await File.ReadAllTextAsync(_host.Connections);

        var result = await SetAsync(new() { Name = "lake", RootPath = "projects" });

        Assert.Equal((true, true), (result.Changed, result.RestartRequired));
        Assert.Equal(["the root"], result.Changes);
        Assert.Equal(before.Replace($"@{Host}/\"", $"@{Host}/projects\"", StringComparison.Ordinal), await File.ReadAllTextAsync(_host.Connections));
        Assert.False((await SetAsync(new() { Name = "lake", RootPath = "/projects/" })).Changed);

        var rights = await SetAsync(new() { Name = "lake", Rights = new() { DetailsAllowedGroup = ["spark"], ReadOnly = true, PathPrefix = "dss/" } });
        Assert.Equal(
            ["detailsReadability.readableBy", "detailsReadability.allowedGroups", "allowWrite", "allowManagedDatasets", "allowManagedFolders", "params.namingRule.hdfsPathDatasetNamePrefix"],
            rights.Changes);
        Assert.Equal((DssReadableBy.Allowed, "spark", false), (rights.DetailsReadableBy, Assert.Single(rights.DetailsAllowedGroup), rights.AllowWrite));
        Assert.Equal(Key, (string?)Stored("lake")["params"]!["extraConf"]![0]!["value"]);
    }

    [Fact]
    public async Task What_decides_whether_jobs_of_others_work_is_told_when_it_comes_about()
    {
        var made = await NewAsync(Gen2);
        Assert.Contains(_caller.Warnings, w => w.Contains("stands in clear", StringComparison.Ordinal));
        Assert.Contains(_caller.Warnings, w => w.Contains("Nobody but administrators", StringComparison.Ordinal) && w.Contains("-DetailsAllowedGroup", StringComparison.Ordinal));
        Assert.All(_caller.Warnings.Where(w => w.Contains("details", StringComparison.Ordinal)), w => Assert.Contains(w, made.Notes));

        _caller.Warnings.Clear();
        await SetAsync(new() { Name = "lake", RootPath = "projects" });
        Assert.Empty(_caller.Warnings);

        await SetAsync(new() { Name = "lake", Rights = new() { DetailsReadableBy = DssReadableBy.All } });
        Assert.Contains("Every user of DSS", Assert.Single(_caller.Warnings), StringComparison.Ordinal);

        _caller.Warnings.Clear();
        await SetAsync(new() { Name = "lake", Rights = new() { DetailsReadableBy = DssReadableBy.Allowed, DetailsAllowedGroup = ["spark"] } });
        Assert.Empty(_caller.Warnings);
    }

    [Fact]
    public async Task A_pattern_stands_for_the_connections_that_it_matches()
    {
        await NewAsync(Gen2);
        await NewAsync(Gen2 with { Name = "lake2" });
        await NewAsync(Gen2 with { Name = "other" });

        Assert.Equal(["lake", "lake2"], (await GetAsync("LAKE*")).Select(c => c.Name));
        Assert.Empty(await GetAsync("none*"));
        Assert.Equal("ConnectionNotFound", (await Assert.ThrowsAsync<SparkAzureException>(() => GetAsync("none"))).Id);
        Assert.Equal(["acct"], AdlsConnectionStore.AccountsIn(_host.DataDirectory));
    }

    [Fact]
    public async Task A_rehearsal_of_a_change_writes_nothing()
    {
        await NewAsync(Gen2);
        var bytes = await File.ReadAllBytesAsync(_host.Connections);

        var planned = await AdlsConnectionWriter.SetAsync(Files, new() { Name = "lake", FileSystem = "other" }, RecordingCaller.WhatIf(), CancellationToken.None);

        Assert.Equal((false, true, $"abfss://other@{Host}/"), (planned.Changed, planned.Planned, planned.Root));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_host.Connections));
    }

    [Fact]
    public async Task An_encrypted_key_is_left_with_a_warning_and_force_writes_it()
    {
        await NewAsync(Gen2);
        await ReplaceAsync(Key, "e:AES:abc");

        Assert.False((await SetAsync(new() { Name = "lake", AccountKey = Secret.Of(OtherKey) })).Changed);
        Assert.Contains("-Force", Assert.Single(_caller.OtherWarnings), StringComparison.Ordinal);

        var result = await SetAsync(new() { Name = "lake", AccountKey = Secret.Of(OtherKey), Force = true });
        Assert.Equal((true, KeyProperty), (result.Changed, Assert.Single(result.Changes)));
        Assert.Equal(OtherKey, (string?)Stored("lake")["params"]!["extraConf"]![0]!["value"]);
    }

    [Fact]
    public async Task Another_way_to_sign_in_takes_the_former_one_out()
    {
        await NewAsync(Gen2);
        await ReplaceAsync("\"extraConf\": [", "\"extraConf\": [{\"name\": \"fs.theirs\", \"value\": 7}, ");

        var result = await SetAsync(new() { Name = "lake", ClientId = "app", ClientSecret = Secret.Of("s3cret-of-app"), TenantId = "contoso.com" });

        Assert.Equal("ClientCredential", result.Authentication);
        Assert.Equal(("app", "contoso.com"), (result.ClientId, result.TenantId));
        var names = Stored("lake")["params"]!["extraConf"]!.AsArray().Select(p => (string?)p!["name"]).ToList();
        Assert.Equal("fs.theirs", names[0]);
        Assert.DoesNotContain(KeyProperty, names);
        Assert.Equal(6, names.Count);

        // A new secret alone keeps application and endpoint.
        var rotated = await SetAsync(new() { Name = "lake", ClientSecret = Secret.Of("an0ther-secret") });
        Assert.Equal([$"fs.azure.account.oauth2.client.secret.{Host}"], rotated.Changes);

        Assert.Equal("SharedKey", (await SetAsync(new() { Name = "lake", AccountKey = Secret.Of(Key) })).Authentication);
        Assert.Equal(["fs.theirs", KeyProperty], Stored("lake")["params"]!["extraConf"]!.AsArray().Select(p => (string?)p!["name"]));
    }

    [Fact]
    public async Task Properties_without_the_account_are_found_and_keep_their_form()
    {
        await File.WriteAllTextAsync(_host.Connections, """
            {"connections":{"lake":{"type":"HDFS","params":{"root":"abfss://data@acct.dfs.core.windows.net","extraConf":[
              {"name":"fs.azure.account.auth.type","value":"OAuth"},
              {"name":"fs.azure.account.oauth.provider.type","value":"org.apache.hadoop.fs.azurebfs.oauth2.ClientCredsTokenProvider"},
              {"name":"fs.azure.account.oauth2.client.endpoint","value":"https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token"},
              {"name":"fs.azure.account.oauth2.client.id","value":"app"},
              {"name":"fs.azure.account.oauth2.client.secret","value":"e:AES:x","secret":true}]}}}}
            """);

        var read = Assert.Single(await GetAsync());
        Assert.Equal(("ClientCredential", "app", "contoso.com"), (read.Authentication, read.ClientId, read.TenantId));
        Assert.Contains("3.4.1", Assert.Single(read.Notes), StringComparison.Ordinal);

        var result = await SetAsync(new() { Name = "lake", TokenEndpoint = new Uri("https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token") });
        Assert.Equal(["fs.azure.account.oauth2.client.endpoint"], result.Changes);
        Assert.Empty((await GetAsync("lake")).Single().Notes);
        Assert.Equal(5, Stored("lake")["params"]!["extraConf"]!.AsArray().Count);
        Assert.False((await SetAsync(new() { Name = "lake", ClientId = "app", ClientSecret = Secret.Of("whatever-it-was"), TenantId = "contoso.com" })).Changed);
    }

    [Fact]
    public async Task Another_account_wants_its_own_credential()
    {
        await NewAsync(Gen2);

        Assert.Equal("AccessKeyInvalid", (await RefusedAsync(new() { Name = "lake", Account = "second" })).Id);
        Assert.True((await SetAsync(new() { Name = "lake", Account = "second", AccountKey = Secret.Of(OtherKey) })).Changed);
        Assert.Equal("abfss://data@second.dfs.core.windows.net/", (string?)Stored("lake")["params"]!["root"]);
        Assert.DoesNotContain(Key, Stored("lake").ToJsonString(), StringComparison.Ordinal);

        // Another cloud is another account, too.
        Assert.Equal("AccessKeyInvalid", (await RefusedAsync(new() { Name = "lake", Environment = AzureEnvironment.AzureChinaCloud })).Id);
    }

    [Fact]
    public async Task An_azure_blob_connection_keeps_its_other_choices()
    {
        await NewAsync(Gen2 with { ConnectionType = DssConnectionType.Azure, RootPath = "dss" }, "9.0.5");
        await ReplaceAsync("\"ABFS\"", "\"WASB\"");
        await ReplaceAsync("\"defaultManagedContainer\": \"data\"", "\"defaultManagedContainer\": \"theirs\"");

        Assert.Equal(["params.chroot"], (await SetAsync(new() { Name = "lake", RootPath = "" })).Changes);

        var parameters = Stored("lake")["params"]!;
        Assert.Equal(("/", "WASB", "theirs"), ((string?)parameters["chroot"], (string?)parameters["hdfsInterface"], (string?)parameters["defaultManagedContainer"]));
        Assert.Contains((await GetAsync("lake")).Single().Notes, n => n.Contains("not ABFS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_not_there_or_something_else_is_a_clear_error()
    {
        await NewAsync(Gen2);

        var missing = await RefusedAsync(new() { Name = "Lake", RootPath = "x" });
        Assert.Equal("ConnectionNotFound", missing.Id);
        Assert.Contains("lake", missing.Message, StringComparison.Ordinal);
        Assert.Equal("ConnectionNotAdls", (await RefusedAsync(new() { Name = "warehouse", RootPath = "x" })).Id);
        Assert.Equal("GroupsMissing", (await RefusedAsync(new() { Name = "lake", Rights = new() { UsableBy = DssUsableBy.Allowed } })).Id);
        Assert.Equal("ConnectionNotAdls", (await Assert.ThrowsAsync<SparkAzureException>(() => AdlsConnectionStore.RemoveAsync(Files, "warehouse", _caller, CancellationToken.None))).Id);
        Assert.Equal("ConnectionNotFound", (await Assert.ThrowsAsync<SparkAzureException>(() => GetAsync("nope"))).Id);
    }

    [Fact]
    public async Task Oauth_without_tls_is_refused_and_told()
    {
        await NewAsync(Gen2);
        await ReplaceAsync("abfss://", "abfs://");

        var failure = await RefusedAsync(new() { Name = "lake", ClientId = "app", ClientSecret = Secret.Of("s3cret-of-app"), TenantId = "contoso.com" });

        Assert.Equal("OAuthNeedsTls", failure.Id);
        Assert.Contains("HADOOP-15719", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_says_how_secrets_are_kept_and_leaves_other_connections_out()
    {
        await NewAsync(Gen2);
        await ReplaceAsync(Key, "e:AES:q");
        await NewAsync(Gen2 with { Name = "azure", ConnectionType = DssConnectionType.Azure, Rights = new() { DetailsReadableBy = DssReadableBy.All } }, "9.0.5");

        var all = await GetAsync();

        Assert.Equal(["azure", "lake"], all.Select(c => c.Name));
        Assert.Equal(["params.accessKey: Plain", $"{KeyProperty}: Encrypted"], all.SelectMany(c => c.Secrets).Select(s => s.ToString()));
        Assert.Equal((DssConnectionType.Azure, "ABFS", "SharedKey", "abfss://data@acct.dfs.core.windows.net/"), (all[0].Type!.Value, all[0].HdfsInterface, all[0].Authentication, all[0].Root));
        Assert.Contains(all[0].Notes, n => n.Contains("Every user", StringComparison.Ordinal));
        Assert.All(all, c => Assert.DoesNotContain(Key, System.Text.Json.JsonSerializer.Serialize(c), StringComparison.Ordinal));
        Assert.Equal(["azure", "lake"], AdlsConnectionStore.NamesIn(_host.DataDirectory).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Taking_one_out_leaves_the_rest_to_the_byte_and_a_way_back()
    {
        var original = await File.ReadAllTextAsync(_host.Connections);
        await NewAsync(Gen2);

        var removed = await AdlsConnectionStore.RemoveAsync(Files, "lake", _caller, CancellationToken.None);

        Assert.Equal((true, true, "SharedKey"), (removed.Changed, removed.RestartRequired, removed.Authentication));
        Assert.Equal(original, await File.ReadAllTextAsync(_host.Connections));
        var kept = JsonNode.Parse(await File.ReadAllTextAsync(removed.RestorePoint!))!["connections"]!["lake"]!;
        Assert.Equal(Key, (string?)kept["params"]!["extraConf"]![0]!["value"]);
        Assert.Equal(FileOwner.Of(_host.DataDirectory), FileOwner.Of(removed.RestorePoint!));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(removed.RestorePoint!));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(removed.RestorePoint!)!));
        }

        var again = await AdlsConnectionStore.RemoveAsync(Files, "lake", _caller, CancellationToken.None);
        Assert.Equal((false, false, (DssConnectionType?)null), (again.Changed, again.Planned, again.Type));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_changed_is_put_back_with_its_secret_and_that_can_be_undone(bool byApi)
    {
        await using var dss = await DssApiStandIn.StartAsync();
        var address = byApi ? new DssAddress { Uri = dss.Uri, ApiKey = Secret.Of(dss.ApiKey) } : Files;
        string? Backup(string name) => byApi ? _folder[name] : null;
        await AdlsConnectionWriter.NewAsync(address, Gen2, _caller, CancellationToken.None);
        var options = new AdlsConnectionOptions
        {
            Name = "lake", ClientId = Guid.NewGuid().ToString(), TenantId = "contoso.com", ClientSecret = Secret.Of("v8Q~not-a-real-one"), BackupPath = Backup("set.json"),
        };
        var before = await StateAsync();

        Assert.True((await AdlsConnectionWriter.SetAsync(address, options, RecordingCaller.WhatIf(), CancellationToken.None)).Planned);
        Assert.Equal(before, await StateAsync());
        var set = await AdlsConnectionWriter.SetAsync(address, options, _caller, CancellationToken.None);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(set.RestorePoint!));
        var changed = await StateAsync();

        var planned = await AdlsConnectionStore.RestoreAsync(address, set.RestorePoint!, Backup("restored.json"), RecordingCaller.WhatIf(), CancellationToken.None);
        Assert.Equal((true, changed), (planned.Planned, await StateAsync()));
        var restored = await AdlsConnectionStore.RestoreAsync(address, set.RestorePoint!, Backup("restored.json"), _caller, CancellationToken.None);
        Assert.Equal((true, "SharedKey"), (restored.Changed, restored.Authentication));
        Assert.NotEmpty(restored.Changes);
        Assert.Equal(before, await StateAsync());
        Assert.False((await AdlsConnectionStore.RestoreAsync(address, set.RestorePoint!, _caller, CancellationToken.None)).Changed);

        Assert.True((await AdlsConnectionStore.RestoreAsync(address, restored.RestorePoint!, _caller, CancellationToken.None)).Changed);
        Assert.Equal(changed, await StateAsync());

        async Task<string> StateAsync() => byApi
            ? dss.Connections["lake"]!.ToJsonString()
            : await File.ReadAllTextAsync(_host.Connections);
    }

    [Fact]
    public async Task A_connection_elsewhere_of_that_name_is_not_written_over()
    {
        await NewAsync(Gen2);
        var point = (await AdlsConnectionStore.RemoveAsync(Files, "lake", _caller, CancellationToken.None)).RestorePoint!;
        await ReplaceAsync("\"filesystem_managed\"", "\"lake\"");

        var refused = await Assert.ThrowsAsync<SparkAzureException>(() => AdlsConnectionStore.RestoreAsync(Files, point, _caller, CancellationToken.None));

        Assert.Equal("ConnectionNotAdls", refused.Id);
    }

    [Fact]
    public async Task What_was_taken_out_comes_back_whole_once()
    {
        await NewAsync(Gen2);
        await ReplaceAsync(Key, "e:AES:abc");
        await ReplaceAsync("${projectKey}_", "${projectKey}\\u005f");
        var before = await File.ReadAllTextAsync(_host.Connections);
        var point = (await AdlsConnectionStore.RemoveAsync(Files, "lake", _caller, CancellationToken.None)).RestorePoint!;

        Assert.True((await AdlsConnectionStore.RestoreAsync(Files, point, RecordingCaller.WhatIf(), CancellationToken.None)).Planned);
        var back = await AdlsConnectionStore.RestoreAsync(Files, point, _caller, CancellationToken.None);

        Assert.Equal((true, true, "SharedKey"), (back.Changed, back.RestartRequired, back.Authentication));
        Assert.Equal(before, await File.ReadAllTextAsync(_host.Connections));
        Assert.False((await AdlsConnectionStore.RestoreAsync(Files, point, _caller, CancellationToken.None)).Changed);
        foreach (var wrong in new[] { _host.Connections, _folder["none.json"] })
        {
            Assert.Equal("RestorePointUnreadable", (await Assert.ThrowsAsync<SparkAzureException>(() => AdlsConnectionStore.RestoreAsync(Files, wrong, _caller, CancellationToken.None))).Id);
        }

        // Over REST as well, as the same DSS reads what it encrypted.
        await using var dss = await DssApiStandIn.StartAsync();
        var address = new DssAddress { Uri = dss.Uri, ApiKey = Secret.Of(dss.ApiKey) };
        Assert.True((await AdlsConnectionStore.RestoreAsync(address, point, _caller, CancellationToken.None)).Changed);
        Assert.Equal("e:AES:abc", (string?)dss.Connections["lake"]!["params"]!["extraConf"]![0]!["value"]);
        Assert.False((await AdlsConnectionStore.RestoreAsync(address, point, _caller, CancellationToken.None)).Changed);
    }

    [Fact]
    public async Task Azure_blob_connections_are_written_as_dss_writes_them()
    {
        var key = await NewAsync(Gen2 with { Name = "key", ConnectionType = DssConnectionType.Azure, RootPath = "dss" }, "9.0.5");
        var client = await NewAsync(AzureClient, "9.0.5");
        var user = await NewAsync(AzureClient with { Name = "user", PerUser = true, ClientSecret = null }, "9.0.5");

        var parameters = Stored("key")["params"]!;
        Assert.Equal(
            ["acct", "SHARED_KEY", Key, "data", "/dss", "ABFS", "true", "data", "/dataiku"],
            "storageAccount authType accessKey chcontainer chroot hdfsInterface useSSL defaultManagedContainer defaultManagedPath".Split(' ').Select(f => parameters[f]!.ToString()));
        Assert.Equal(("OAUTH2_APP", "contoso.com", "app", "s3cret-of-app"), (Of("client", "authType"), Of("client", "tenantId"), Of("client", "appId"), Of("client", "appSecret")));
        Assert.Equal(("PER_USER", ""), ((string?)Stored("user")["credentialsMode"], Of("user", "appSecret")));
        Assert.Equal(("SharedKey", "ClientCredential", "PER_USER"), (key.Authentication, client.Authentication, user.CredentialsMode));
        Assert.False((await NewAsync(AzureClient, "9.0.5")).Changed);

        // The key leaves when the connection becomes a service principal's.
        var changed = await SetAsync(new() { Name = "key", ClientId = "app", ClientSecret = Secret.Of("s3cret-of-app"), TenantId = "contoso.com" });
        Assert.Contains(changed.Changes, c => c.StartsWith("params.accessKey", StringComparison.Ordinal));
        Assert.DoesNotContain(Key, Stored("key").ToJsonString(), StringComparison.Ordinal);

        string Of(string name, string field) => (string?)Stored(name)["params"]![field] ?? "";
    }

    [Fact]
    public async Task What_an_azure_blob_connection_cannot_do_is_refused()
    {
        async Task IsRefused(string id, AdlsConnectionOptions options, string version = "14.4.0") =>
            Assert.Equal(id, (await Assert.ThrowsAsync<SparkAzureException>(() => NewAsync(options, version))).Id);

        var azure = Gen2 with { ConnectionType = DssConnectionType.Azure };
        await IsRefused("AzureConnectionNotInDss", azure, "5.1.3");
        await IsRefused("AzureConnectionNotInDss", AzureClient, "8.0.2");
        await IsRefused("AuthenticationNotForAzureConnection", azure with { AccountKey = null, Authentication = AdlsAuthentication.ManagedIdentity });
        await IsRefused("AzureConnectionOnlyInPublicCloud", azure with { Environment = AzureEnvironment.AzureChinaCloud });
        await IsRefused("PerUserNotSupported", azure with { PerUser = true });
        await IsRefused("PerUserNotSupported", AzureClient with { PerUser = true, ClientSecret = null, HadoopRelease = "3.2.1" });
    }

    [Fact]
    public async Task Over_rest_a_connection_is_changed_and_taken_out()
    {
        await using var dss = await DssApiStandIn.StartAsync(new DssApiOptions { Version = "14.4.0" });
        var address = new DssAddress { Uri = dss.Uri, ApiKey = Secret.Of(dss.ApiKey) };
        var made = await AdlsConnectionWriter.NewAsync(address, AzureClient, _caller, CancellationToken.None);
        Assert.Equal("Encrypted", Assert.Single(made.Secrets).State);
        Assert.StartsWith("e:AES:", (string?)dss.Connections["client"]!["params"]!["appSecret"], StringComparison.Ordinal);
        Assert.Equal("Encrypted", Assert.Single(Assert.Single(await AdlsConnectionStore.GetAsync(address, null, _caller, CancellationToken.None)).Secrets).State);
        var before = dss.Connections["client"]!.DeepClone().AsObject();

        var result = await AdlsConnectionWriter.SetAsync(address, new() { Name = "client", Rights = new() { AllowedGroup = ["a", "b"], Description = "é" } }, _caller, CancellationToken.None);

        Assert.Equal((true, false), (result.Changed, result.RestartRequired));
        before["usableBy"] = "ALLOWED";
        before["allowedGroups"] = new JsonArray("a", "b");
        before["description"] = "é";
        Assert.True(JsonNode.DeepEquals(before, dss.Connections["client"]));
        Assert.False((await AdlsConnectionWriter.SetAsync(address, new() { Name = "client", Rights = new() { AllowedGroup = ["b", "a"] } }, _caller, CancellationToken.None)).Changed);

        dss.ClearRequests();
        Assert.True((await AdlsConnectionStore.RemoveAsync(address, "client", RecordingCaller.WhatIf(), CancellationToken.None)).Planned);
        Assert.All(dss.Requests, r => Assert.Equal("GET", r.Method));
        var meddler = new InterferingCaller(() => dss.SaveConnection("client", new JsonObject { ["type"] = "Filesystem", ["params"] = new JsonObject() }));
        Assert.Equal("DssSettingsConflict", (await Assert.ThrowsAsync<SparkAzureException>(() => AdlsConnectionStore.RemoveAsync(address, "client", meddler, CancellationToken.None))).Id);
        dss.SaveConnection("client", before);
        Assert.True((await AdlsConnectionStore.RemoveAsync(address, "client", _caller, CancellationToken.None)).Changed);
        Assert.Null(dss.Connections["client"]);
        Assert.False((await AdlsConnectionStore.RemoveAsync(address, "client", _caller, CancellationToken.None)).Changed);
    }

    private static AdlsConnectionOptions Gen2 => new() { Name = "lake", Account = "acct", FileSystem = "data", AccountKey = Secret.Of(Key) };

    private static AdlsConnectionOptions AzureClient => new()
    {
        Name = "client",
        Account = "acct",
        FileSystem = "data",
        ConnectionType = DssConnectionType.Azure,
        ClientId = "app",
        ClientSecret = Secret.Of("s3cret-of-app"),
        TenantId = "contoso.com",
    };

    private DssAddress Files => new() { DataDirectory = _host.DataDirectory };

    private JsonNode Stored(string name) => JsonNode.Parse(File.ReadAllText(_host.Connections))!["connections"]![name]!;

    private async Task ReplaceAsync(string old, string now)
    {
        var text = await File.ReadAllTextAsync(_host.Connections);
        Assert.Contains(old, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_host.Connections, text.Replace(old, now, StringComparison.Ordinal));
    }

    private async Task<DssConnection> NewAsync(AdlsConnectionOptions options, string? version = null)
    {
        if (version is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(_host.DataDirectory, "dss-version.json"), $$"""{"product_version":"{{version}}"}""");
        }

        return await AdlsConnectionWriter.NewAsync(Files, options, _caller, CancellationToken.None);
    }

    private Task<DssConnection> SetAsync(AdlsConnectionOptions options) => AdlsConnectionWriter.SetAsync(Files, options, _caller, CancellationToken.None);

    private Task<IReadOnlyList<DssConnection>> GetAsync(string? name = null) => AdlsConnectionStore.GetAsync(Files, name, _caller, CancellationToken.None);

    private Task<SparkAzureException> RefusedAsync(AdlsConnectionOptions options) => Assert.ThrowsAsync<SparkAzureException>(() => SetAsync(options));
}
