using System.Collections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Sandbox.DssApi;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.SparkConfigs;

/// <summary>Spark configurations are read, made, taken out and put back.</summary>
public sealed class SparkConfigLifeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SampleDssHost _host;
    private readonly RecordingCaller _caller = new();

    public SparkConfigLifeTests() => _host = SampleDssHost.Create(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "default,sample-yarn-config,sample-local-config")]
    [InlineData("sample-*", "sample-yarn-config,sample-local-config")]
    [InlineData("sample-yarn-config,default", "default,sample-yarn-config")]
    [InlineData("d?fault", "default")]
    [InlineData("none*", "")]
    public async Task Configurations_are_read_by_name_and_pattern(string names, string found) =>
        Assert.Equal(found, string.Join(",", (await GetAsync(names.Split(',', StringSplitOptions.RemoveEmptyEntries))).Select(c => c.Name)));

    [Fact]
    public async Task A_name_that_DSS_has_not_is_an_error_that_names_the_others()
    {
        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => GetAsync("default", "gone"));

        Assert.Equal("SparkConfigNotFound", failure.Id);
        Assert.Contains("'gone'; there are: default, sample-yarn-config", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_and_api_give_the_same_view()
    {
        await using var dss = await DssApiStandIn.StartAsync(new DssApiOptions { DataDirectory = _host.DataDirectory });

        var byFile = (await GetAsync("default")).Single();
        var byApi = (await SparkConfig.GetAsync(Api(dss), ["default"], _caller, CancellationToken.None)).Single();

        Assert.Equal(byFile.Property, byApi.Property);
        Assert.Equal(byFile.Items, byApi.Items);
        Assert.Equal(("5.1.3", "5.1.3"), (byFile.DssVersion, byApi.DssVersion));
        Assert.Equal("2400m", byApi.ExecutorMemory);
        Assert.Equal(["configForJupyter", "configForSEK", "configForInteractive", "engineCreationSettings"], byFile.UsedBy);
        Assert.Equal((_host.DataDirectory, null), (byFile.DataDirectory, byApi.DataDirectory));
        Assert.All(dss.Requests, r => Assert.Equal("GET", r.Method));
        Assert.Single(dss.Requests);
    }

    [Fact]
    public async Task Repeated_keys_are_named_and_secrets_are_shown_nowhere()
    {
        await WriteConfAsync("""
            {"key":"spark.a","value":"1"},{"key":"spark.a","value":"2","isFinal":true},{"key":"spark.n","value":40},
            {"key":"spark.s","value":"canary-1","secret":true},{"key":"spark.e","value":"e:AES:canary-2"},
            {"key":"spark.hadoop.fs.azure.account.key.x.dfs.core.windows.net","value":"canary-3"},
            {"key":"spark.driver.extraJavaOptions","value":"-Djavax.net.ssl.trustStorePassword=canary-4"},
            {"key":"spark.jars","value":"https://x.example/a.jar?sv=1&sig=canary-5"},
            {"key":"spark.kubernetes.container.image.pullSecrets","value":"acr"}
            """);

        var config = (await GetAsync()).Single();

        Assert.Equal(["spark.a"], config.Repeated);
        Assert.Equal(9, config.Items.Count);
        Assert.Equal(("1", "40", "***"), (config.Property["spark.a"], config.Property["spark.n"], config.Property["spark.s"]));
        Assert.Equal(["acr"], config.ImagePullSecretName);
        Assert.True(config.Items[1].Final);
        Assert.True(config.Items[3].Secret);
        Assert.True(config.Items[4].Encrypted);
        Assert.DoesNotContain("canary", System.Text.Json.JsonSerializer.Serialize(config), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_value_given_as_a_secret_is_marked_so_and_encrypted_by_DSS(bool byApi)
    {
        await using var dss = await DssApiStandIn.StartAsync(new DssApiOptions { DataDirectory = _host.DataDirectory });
        var address = byApi ? Api(dss) : Files;
        var options = new SparkConfigOptions { Property = new Hashtable { ["spark.x"] = Secret.Of("canary") } };

        var result = await SparkConfig.SetAsync(address, options, _caller, CancellationToken.None);

        Assert.Equal("spark.x = ***", Assert.Single(result.Changes).ToString());
        var stored = await File.ReadAllTextAsync(_host.GeneralSettings);
        Assert.Equal(!byApi, stored.Contains("canary", StringComparison.Ordinal));
        Assert.False((await SparkConfig.SetAsync(address, options, _caller, CancellationToken.None)).Changed);
        Assert.DoesNotContain(_caller.VerboseLines.Concat(_caller.Warnings), l => l.Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_repeated_key_one_entry_stays_and_others_that_repeat_are_warned_of()
    {
        await WriteConfAsync("""{"key":"spark.a","value":"1"},{"key":"spark.b","value":"x"},{"key":"spark.a","value":"2"},{"key":"spark.b","value":"y"},{"key":"spark.a","value":"3"}""");

        var result = await SetAsync(new SparkConfigOptions { Property = new Hashtable { ["spark.a"] = "1" } });

        Assert.True(result.Changed);
        Assert.Equal(["spark.a = 1", "spark.b = x", "spark.b = y"], result.Items.Select(i => i.ToString()));
        Assert.Contains(_caller.Warnings, w => w.Contains("'spark.b' stands several times", StringComparison.Ordinal));
        Assert.DoesNotContain(_caller.Warnings, w => w.Contains("'spark.a'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_are_removed_all_entries_of_them_and_an_absent_one_is_no_error()
    {
        var before = await File.ReadAllTextAsync(_host.GeneralSettings);

        var result = await SetAsync(new SparkConfigOptions { RemoveProperty = ["spark.yarn.executor.memoryOverhead", "spark.absent"] });

        Assert.Equal(["spark.yarn.executor.memoryOverhead removed"], result.Changes.Select(c => c.ToString()));
        Assert.Equal(("600", null), (result.Changes[0].Before, result.Changes[0].After));
        Assert.Equal(
            before.Replace("""          {"key": "spark.yarn.executor.memoryOverhead", "value": "600", "isFinal": false, "secret": false},""" + "\n", "", StringComparison.Ordinal),
            await File.ReadAllTextAsync(_host.GeneralSettings));
        Assert.False((await SetAsync(new SparkConfigOptions { RemoveProperty = ["spark.absent"] })).Changed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_configuration_is_made_only_when_asked_for_and_once(bool byApi)
    {
        await using var dss = await DssApiStandIn.StartAsync(new DssApiOptions { DataDirectory = _host.DataDirectory });
        var address = byApi ? Api(dss) : Files;
        var options = new SparkConfigOptions { Name = "big", ExecutorMemory = "8g" };
        Assert.Equal("SparkConfigNotFound", (await Assert.ThrowsAsync<SparkAzureException>(() => SparkConfig.SetAsync(address, options, _caller, CancellationToken.None))).Id);

        var planned = await SparkConfig.SetAsync(address, options with { Create = true }, RecordingCaller.WhatIf(), CancellationToken.None);
        Assert.Equal((false, true, "8g"), (planned.Changed, planned.Planned, planned.ExecutorMemory));
        Assert.DoesNotContain("big", SparkConfig.NamesIn(_host.DataDirectory));

        Assert.True((await SparkConfig.SetAsync(address, options with { Create = true }, _caller, CancellationToken.None)).Changed);
        Assert.Contains(_caller.Asked, a => a.Action == "Create it; Set spark.executor.memory");
        Assert.Equal("big", SparkConfig.NamesIn(_host.DataDirectory)[^1]);
        Assert.False((await SparkConfig.SetAsync(address, options with { Create = true }, _caller, CancellationToken.None)).Changed);
    }

    [Fact]
    public async Task A_removed_configuration_can_be_put_back_from_its_file_byte_for_byte()
    {
        var before = await File.ReadAllTextAsync(_host.GeneralSettings);

        var removed = await RemoveAsync(new SparkConfigRemoval { Name = "sample-local-config" });

        Assert.True(removed is { Changed: true, RestartRequired: true, SparkMaster: "local[4]" });
        Assert.Equal(["default", "sample-yarn-config"], SparkConfig.NamesIn(_host.DataDirectory));
        Assert.StartsWith(Path.Combine(_host.DataDirectory, ".sparkazure", "spark-configs", "sample-local-config-"), removed.BackupPath, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(removed.BackupPath!));
        }

        Assert.False((await RemoveAsync(new SparkConfigRemoval { Name = "sample-local-config" })).Changed);

        Assert.True((await SetAsync(new SparkConfigOptions { Name = "sample-local-config", FromFile = removed.BackupPath })).Changed);
        Assert.Equal(before, await File.ReadAllTextAsync(_host.GeneralSettings));
        Assert.False((await SetAsync(new SparkConfigOptions { Name = "sample-local-config", FromFile = removed.BackupPath })).Changed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_change_overwrote_is_kept_and_put_back_byte_for_byte(bool byApi)
    {
        await using var dss = await DssApiStandIn.StartAsync(new DssApiOptions { DataDirectory = _host.DataDirectory });
        var address = byApi ? Api(dss) : Files;
        var before = await File.ReadAllTextAsync(_host.GeneralSettings);
        var options = new SparkConfigOptions { SparkMaster = "k8s://https://aks.example:443", ExecutorMemory = "8g", RemoveProperty = ["spark.port.maxRetries"] };
        options = options with { BackupPath = byApi ? _folder["kept.json"] : null };

        var set = await SparkConfig.SetAsync(address, options, _caller, CancellationToken.None);

        Assert.True(set.Changed);
        Assert.True(File.Exists(set.BackupPath));
        Assert.Null((await SparkConfig.SetAsync(address, options, _caller, CancellationToken.None)).BackupPath);

        var restoring = new SparkConfigRestoring { RestorePoint = set.BackupPath!, BackupPath = byApi ? _folder["changed.json"] : null };
        var planned = await SparkConfig.RestoreAsync(address, restoring, RecordingCaller.WhatIf(), CancellationToken.None);
        Assert.Equal((false, true), (planned.Changed, planned.Planned));
        Assert.Contains(planned.Changes, c => c is { Key: "spark.executor.memory", Before: "8g", After: "2400m" });

        var restored = await SparkConfig.RestoreAsync(address, restoring, _caller, CancellationToken.None);
        Assert.True(restored.Changed);
        Assert.Equal(set.Changes.Select(c => (c.Key, c.Before)).Order(), restored.Changes.Select(c => (c.Key, c.After)).Order());
        if (!byApi)
        {
            Assert.Equal(before, await File.ReadAllTextAsync(_host.GeneralSettings));
        }

        // There is nothing left to put back, and what was put aside for it can be had again.
        Assert.False((await SparkConfig.RestoreAsync(address, restoring, _caller, CancellationToken.None)).Changed);
        var forth = await SparkConfig.RestoreAsync(address, new SparkConfigRestoring { RestorePoint = restored.BackupPath! }, _caller, CancellationToken.None);
        Assert.Equal((true, "8g"), (forth.Changed, forth.ExecutorMemory));
    }

    [Fact]
    public async Task A_configuration_that_is_gone_comes_back_under_its_name_or_another()
    {
        var removed = await RemoveAsync(new SparkConfigRemoval { Name = "sample-local-config" });

        var restoring = new SparkConfigRestoring { RestorePoint = removed.BackupPath! };
        Assert.Equal("sample-local-config", (await SparkConfig.RestoreAsync(Files, restoring, _caller, CancellationToken.None)).Name);
        Assert.Equal("local[4]", (await SparkConfig.RestoreAsync(Files, restoring with { Name = "mine" }, _caller, CancellationToken.None)).SparkMaster);
        Assert.Equal(["default", "sample-yarn-config", "sample-local-config", "mine"], SparkConfig.NamesIn(_host.DataDirectory));

        var nameless = _folder.Write("nameless.json", "{\"conf\":[]}");
        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => SparkConfig.RestoreAsync(Files, new SparkConfigRestoring { RestorePoint = nameless }, _caller, CancellationToken.None));
        Assert.Equal("SparkConfigFileInvalid", failure.Id);
        Assert.Contains("it has no name", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_of_a_configuration_can_go_with_a_file_of_what_it_was()
    {
        var result = await RemoveAsync(new SparkConfigRemoval { Name = "default", Property = ["spark.port.maxRetries"], BackupPath = _folder["kept.json"] });

        Assert.Equal((true, null), (result.Changed, result.PortMaxRetries));
        Assert.Contains("spark.port.maxRetries", await File.ReadAllTextAsync(_folder["kept.json"]), StringComparison.Ordinal);
        Assert.DoesNotContain("spark.port.maxRetries", await File.ReadAllTextAsync(_host.GeneralSettings), StringComparison.Ordinal);

        var failure = await Assert.ThrowsAsync<SparkAzureException>(
            () => RemoveAsync(new SparkConfigRemoval { Name = "default", Property = ["spark.executor.memory"], BackupPath = _folder["kept.json"] }));
        Assert.Equal("BackupAlreadyExists", failure.Id);
        Assert.Contains("spark.executor.memory", await File.ReadAllTextAsync(_host.GeneralSettings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_in_use_stays_unless_forced_and_a_rehearsal_writes_no_file()
    {
        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => RemoveAsync(new SparkConfigRemoval { Name = "default" }));
        Assert.Equal(("SparkConfigInUse", ErrorKind.Busy), (failure.Id, failure.Kind));
        Assert.Contains("configForJupyter", failure.Message, StringComparison.Ordinal);

        var planned = await SparkConfig.RemoveAsync(Files, new SparkConfigRemoval { Name = "default", Force = true }, RecordingCaller.WhatIf(), CancellationToken.None);
        Assert.Equal((false, true), (planned.Changed, planned.Planned));
        Assert.False(Directory.Exists(Path.Combine(_host.DataDirectory, ".sparkazure")));
        Assert.True((await RemoveAsync(new SparkConfigRemoval { Name = "default", Force = true })).Changed);
    }

    [Theory]
    [InlineData("[]", "it is not an object")]
    [InlineData("{\"name\":\"x\"}", "it has no list 'conf'")]
    [InlineData(null, "it does not exist")]
    public async Task A_file_that_holds_no_configuration_is_refused_and_nothing_changes(string? content, string why)
    {
        var before = await File.ReadAllTextAsync(_host.GeneralSettings);
        var path = content is null ? _folder["none.json"] : _folder.Write("some.json", content);

        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => SetAsync(new SparkConfigOptions { Name = "x", FromFile = path }));

        Assert.Equal("SparkConfigFileInvalid", failure.Id);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(_host.GeneralSettings));
    }

    [Fact]
    public async Task Over_the_api_a_removal_sends_the_rest_unchanged_and_sees_others_save()
    {
        await using var dss = await DssApiStandIn.StartAsync();
        dss.SomebodyElseSavesAfterNextRead(settings => settings["maxRunningActivities"] = 77);
        var removal = new SparkConfigRemoval { Name = "sample-yarn-config" };
        Assert.Equal("DssSettingsConflict", (await Assert.ThrowsAsync<SparkAzureException>(() => SparkConfig.RemoveAsync(Api(dss), removal, _caller, CancellationToken.None))).Id);

        var removed = await SparkConfig.RemoveAsync(Api(dss), removal, _caller, CancellationToken.None);

        Assert.Equal((true, null), (removed.Changed, removed.BackupPath));
        Assert.Equal(["default", "sample-local-config"], dss.GeneralSettings["sparkSettings"]!["executionConfigs"]!.AsArray().Select(c => (string?)c!["name"]));
        Assert.Equal(77, (int)dss.GeneralSettings["maxRunningActivities"]!);
    }

    private DssAddress Files => new() { DataDirectory = _host.DataDirectory };

    private static DssAddress Api(DssApiStandIn dss) => new() { Uri = dss.Uri, ApiKey = Secret.Of(dss.ApiKey) };

    private Task WriteConfAsync(string conf) => File.WriteAllTextAsync(
        _host.GeneralSettings, "{\"sparkSettings\":{\"executionConfigs\":[{\"name\":\"default\",\"conf\":[" + conf + "]}]}}");

    private Task<IReadOnlyList<DssSparkConfig>> GetAsync(params string[] names) => SparkConfig.GetAsync(Files, names, _caller, CancellationToken.None);

    private Task<DssSparkConfig> SetAsync(SparkConfigOptions options) => SparkConfig.SetAsync(Files, options, _caller, CancellationToken.None);

    private Task<DssSparkConfig> RemoveAsync(SparkConfigRemoval removal) => SparkConfig.RemoveAsync(Files, removal, _caller, CancellationToken.None);
}
