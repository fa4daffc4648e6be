using System.Collections;
using System.Collections.Specialized;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Hosting;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.SparkConfigs;

public sealed class SparkConfigFileTests : IDisposable
{
    private const string Master = "k8s://https://aks.example:443";
    private const string Wildfly = "-Dorg.wildfly.openssl.path=/dev/null";

    private readonly TemporaryFolder _folder = new();
    private readonly SampleDssHost _host;
    private readonly RecordingCaller _caller = new();

    public SparkConfigFileTests() => _host = SampleDssHost.Create(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_howtos_keys_are_set_and_everything_else_keeps_its_bytes()
    {
        var before = await File.ReadAllLinesAsync(_host.GeneralSettings);

        var result = await SetAsync(Howto);

        Assert.Equal((true, false, true), (result.Changed, result.Planned, result.RestartRequired));
        Assert.Equal((Master, "acr.example/spark-py:t"), (result.SparkMaster, result.Image));
        Assert.Equal(
            [
                "spark.master = " + Master,
                "spark.kubernetes.container.image = acr.example/spark-py:t",
                "spark.executor.extraJavaOptions = -Dfile.encoding=UTF-8 " + Wildfly,
            ],
            result.Changes.Select(c => c.ToString()));

        // One line extended, two lines more; the rest is as it was.
        var after = await File.ReadAllLinesAsync(_host.GeneralSettings);
        Assert.Equal(before.Length + 2, after.Length);
        var options = Array.FindIndex(before, l => l.Contains("extraJavaOptions", StringComparison.Ordinal));
        Assert.Equal(before[..options], after[..options]);
        Assert.Equal(before[(options + 1)..], after[(options + 3)..]);
        Assert.Equal("""          {"key": "spark.master", "value": "k8s://https://aks.example:443", "isFinal": false, "secret": false},""", after[options + 1]);
        Assert.DoesNotContain("spark.driver.extraJavaOptions", result.Property.Keys);
    }

    [Fact]
    public async Task A_second_run_asks_nothing_and_changes_nothing()
    {
        await SetAsync(Howto);
        var (bytes, time) = (await File.ReadAllBytesAsync(_host.GeneralSettings), File.GetLastWriteTimeUtc(_host.GeneralSettings));
        var asked = _caller.Asked.Count;

        var again = await SetAsync(Howto);

        Assert.Equal((false, false, false), (again.Changed, again.Planned, again.RestartRequired));
        Assert.Empty(again.Changes);
        Assert.Equal(asked, _caller.Asked.Count);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_host.GeneralSettings));
        Assert.Equal(time, File.GetLastWriteTimeUtc(_host.GeneralSettings));
    }

    [Fact]
    public async Task A_rehearsal_writes_nothing_and_says_what_would_change()
    {
        var bytes = await File.ReadAllBytesAsync(_host.GeneralSettings);
        var whatIf = RecordingCaller.WhatIf();

        var planned = await SparkConfig.SetAsync(Files, Howto, whatIf, CancellationToken.None);

        Assert.Equal((false, true), (planned.Changed, planned.Planned));
        Assert.Equal(Master, planned.SparkMaster);
        Assert.Equal(3, planned.Changes.Count);
        Assert.Single(whatIf.Asked);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_host.GeneralSettings));
    }

    [Fact]
    public async Task Mode_and_owner_of_the_file_stay()
    {
        var owner = FileOwner.Of(_host.GeneralSettings);

        await SetAsync(Howto);

        Assert.Equal(owner, FileOwner.Of(_host.GeneralSettings));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_host.GeneralSettings));
        }
    }

    [Theory]
    [InlineData("\uFEFF{\"sparkSettings\":{\"executionConfigs\":[{\"name\":\"default\",\"conf\":[]}]},\"n\":1e3}",
        "\uFEFF{\"sparkSettings\":{\"executionConfigs\":[{\"name\":\"default\",\"conf\":[{\"key\":\"spark.master\",\"value\":\"k8s://https://aks.example:443\",\"isFinal\":false,\"secret\":false}]}]},\"n\":1e3}")]
    [InlineData("{\r\n\t\"sparkSettings\": {\r\n\t\t\"executionConfigs\": [ { \"name\": \"default\", \"conf\": [ { \"key\": \"spark.master\", \"value\": \"yarn\" } ] } ]\r\n\t}\r\n}\r\n",
        "{\r\n\t\"sparkSettings\": {\r\n\t\t\"executionConfigs\": [ { \"name\": \"default\", \"conf\": [ { \"key\": \"spark.master\", \"value\": \"k8s://https://aks.example:443\" } ] } ]\r\n\t}\r\n}\r\n")]
    [InlineData("{\"sparkSettings\":{\"executionConfigs\":[{\"name\":\"def\\u0061ult\"}]}}",
        "{\"sparkSettings\":{\"executionConfigs\":[{\"name\":\"def\\u0061ult\",\"conf\":[{\"key\":\"spark.master\",\"value\":\"k8s://https://aks.example:443\",\"isFinal\":false,\"secret\":false}]}]}}")]
    public async Task Awkward_documents_keep_their_spelling(string before, string after)
    {
        await File.WriteAllTextAsync(_host.GeneralSettings, before);

        var result = await SetAsync(new SparkConfigOptions { SparkMaster = Master });

        Assert.True(result.Changed);
        Assert.Equal(after, System.Text.Encoding.UTF8.GetString(await File.ReadAllBytesAsync(_host.GeneralSettings)));
        Assert.False((await SetAsync(new SparkConfigOptions { SparkMaster = Master })).Changed);
    }

    [Fact]
    public async Task Repeated_keys_become_one_and_a_number_that_says_the_same_stays_a_number()
    {
        await WriteConfAsync("""{"key":"spark.a","value":"1"},{"key":"spark.n","value":40},{"key":"spark.a","value":"2"},{"key":"spark.a"}""");

        var result = await SetAsync(new SparkConfigOptions { Property = new Hashtable { ["spark.a"] = "1", ["spark.n"] = 40 } });

        Assert.True(result.Changed);
        Assert.Contains("""[{"key":"spark.a","value":"1"},{"key":"spark.n","value":40}]""", await File.ReadAllTextAsync(_host.GeneralSettings), StringComparison.Ordinal);
        Assert.Contains(_caller.VerboseLines, l => l.Contains("'spark.a' stands several times", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Properties_are_written_as_spark_reads_them_in_a_stable_order()
    {
        await WriteConfAsync("");

        await SetAsync(new SparkConfigOptions { Property = new Hashtable { ["spark.z"] = true, ["spark.b"] = 0.5, ["spark.a"] = 4 } });
        Assert.Equal(
            ["spark.a=4", "spark.b=0.5", "spark.z=true"],
            (await SetAsync(new SparkConfigOptions { SparkMaster = Master })).Property.Take(3).Select(p => $"{p.Key}={p.Value}"));

        await WriteConfAsync("");
        await SetAsync(new SparkConfigOptions { Property = new OrderedDictionary { ["spark.z"] = 1, ["spark.a"] = 2 } });
        Assert.Equal(["spark.z", "spark.a", "spark.master"], (await SetAsync(new SparkConfigOptions { SparkMaster = Master })).Property.Keys);
    }

    [Fact]
    public async Task Own_java_options_given_with_hadoop_3_get_the_flag_too_and_the_driver_only_when_asked()
    {
        var options = new SparkConfigOptions
        {
            HadoopVersion = 3,
            DriverOpenSslFallback = true,
            Property = new Hashtable { ["spark.executor.extraJavaOptions"] = "-Xss4m" },
        };

        var result = await SetAsync(options);

        Assert.Equal("-Xss4m " + Wildfly, result.Property["spark.executor.extraJavaOptions"]);
        Assert.Equal(Wildfly, result.Property["spark.driver.extraJavaOptions"]);
        Assert.False((await SetAsync(options)).Changed);
    }

    [Fact]
    public async Task Secret_values_are_masked_and_encrypted_ones_left_unless_forced()
    {
        await WriteConfAsync("""{"key":"spark.s","value":"e:AES:xyz","secret":true},{"key":"spark.hadoop.fs.azure.account.key.a.dfs.core.windows.net","value":"plain"}""");
        var options = new SparkConfigOptions { Property = new Hashtable { ["spark.s"] = "new", ["spark.my.password"] = "canary" } };

        var result = await SetAsync(options);

        Assert.All(result.Property.Values, v => Assert.Equal("***", v));
        Assert.Equal("spark.my.password", Assert.Single(result.Changes).Key);
        Assert.Contains(_caller.Warnings, w => w.Contains("'spark.s'", StringComparison.Ordinal) && w.Contains("-Force", StringComparison.Ordinal));
        var text = await File.ReadAllTextAsync(_host.GeneralSettings);
        Assert.Contains("e:AES:xyz", text, StringComparison.Ordinal);
        Assert.Contains("""{"key":"spark.my.password","value":"canary","isFinal":false,"secret":true}""", text, StringComparison.Ordinal);

        Assert.True((await SetAsync(options with { Force = true })).Changed);
        Assert.Contains("""{"key":"spark.s","value":"new","secret":true}""", await File.ReadAllTextAsync(_host.GeneralSettings), StringComparison.Ordinal);
        Assert.DoesNotContain(_caller.VerboseLines, l => l.Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_encrypted_line_of_java_options_is_not_extended_blindly()
    {
        await WriteConfAsync("""{"key":"spark.executor.extraJavaOptions","value":"e:AES:xyz","secret":true}""");

        Assert.Equal("SparkOptionEncrypted", (await RefusedAsync(new SparkConfigOptions { HadoopVersion = 3 })).Id);
    }

    [Theory]
    [InlineData("spark,spark-py", "h/spark-py:t")]
    [InlineData("spark", "h/spark:t")]
    [InlineData("spark-py,spark-py", "h/spark-py:t")]
    public async Task Of_several_images_the_python_one_is_taken(string names, string reference)
    {
        var result = await SetAsync(new SparkConfigOptions { Image = [.. names.Split(',').Select(n => new SparkImageName($"h/{n}:t"))] });

        Assert.Equal(reference, result.Image);
    }

    [Fact]
    public async Task What_cannot_be_meant_is_refused_before_anything_is_read()
    {
        async Task IsRefused(string id, SparkConfigOptions options) => Assert.Equal(id, (await RefusedAsync(options)).Id);

        await IsRefused("SparkConfigEmpty", new SparkConfigOptions());
        await IsRefused("SparkConfigEmpty", new SparkConfigOptions { HadoopVersion = 2 });
        await IsRefused("SparkImageAmbiguous", new SparkConfigOptions { Image = [new("h/a:1"), new("h/b:1")] });
        await IsRefused("SparkImageAmbiguous", new SparkConfigOptions { Image = [new("h/spark-py:1"), new("h/spark-py:2")] });
        await IsRefused("SparkImageInvalid", new SparkConfigOptions { Image = [new("@{Name=spark-py}")] });
        await IsRefused("DriverFallbackWithoutHadoop3", new SparkConfigOptions { DriverOpenSslFallback = true });
        await IsRefused("SparkPropertyInvalid", new SparkConfigOptions { Property = new Hashtable { ["spark.x"] = null } });
        await IsRefused("SparkPropertyInvalid", new SparkConfigOptions { SparkMaster = Master, Property = new Hashtable { ["spark.master"] = "yarn" } });
        await IsRefused("SparkPropertyInvalid", new SparkConfigOptions { Namespace = "a", RemoveProperty = ["spark.kubernetes.namespace"] });
        await IsRefused("SparkPropertyInvalid", new SparkConfigOptions { ExecutorMemory = "4 GB" });
        await IsRefused("SparkPropertyInvalid", new SparkConfigOptions { DriverHost = "localhost" });
        await IsRefused("SparkPropertyInvalid", new SparkConfigOptions { DriverHost = "http://dss.example:1" });
        await IsRefused("SparkPropertyInvalid", new SparkConfigOptions { DriverPort = 80 });
        await IsRefused("SparkPropertyInvalid", new SparkConfigOptions { ExecutorRequestCores = "some" });
        await IsRefused("SparkPropertyInvalid", new SparkConfigOptions { Namespace = "Spark" });
        await IsRefused("SparkPropertyInvalid", new SparkConfigOptions { Property = new Hashtable { ["spark.executor.instances"] = "many" } });
        await IsRefused("SparkDeployModeNotSupported", new SparkConfigOptions { Property = new Hashtable { ["spark.submit.deployMode"] = "cluster" } });
        Assert.Empty(_caller.VerboseLines);
    }

    [Theory]
    [InlineData("https://aks.example:443")]
    [InlineData("k8s://")]
    [InlineData("")]
    [InlineData("yarn")]
    public async Task A_master_that_is_none_of_a_cluster_is_refused_unless_it_stands_there(string master)
    {
        Assert.Equal("SparkMasterInvalid", (await RefusedAsync(new SparkConfigOptions { SparkMaster = master })).Id);

        await WriteConfAsync($$"""{"key":"spark.master","value":"{{master}}"}""");
        Assert.False((await SetAsync(new SparkConfigOptions { SparkMaster = master })).Changed);
    }

    [Fact]
    public async Task A_missing_configuration_is_an_error_that_names_those_there()
    {
        var failure = await RefusedAsync(Howto with { Name = "prod" });

        Assert.Equal("SparkConfigNotFound", failure.Id);
        Assert.Contains("default, sample-yarn-config, sample-local-config", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"impersonation\":{}}", "SparkNotIntegrated")]
    [InlineData("[]", "SettingsUnexpected")]
    [InlineData("{\"sparkSettings\":{\"executionConfigs\":[{\"name\":\"default\",\"conf\":{}}]}}", "SettingsUnexpected")]
    [InlineData("{\"sparkSettings\":{\n\"executionConfigs\":[{", "SettingsNotJson")]
    public async Task Settings_that_are_not_as_they_should_be_are_refused_and_left(string content, string id)
    {
        await File.WriteAllTextAsync(_host.GeneralSettings, content);

        Assert.Equal(id, (await RefusedAsync(Howto)).Id);
        Assert.Equal(content, await File.ReadAllTextAsync(_host.GeneralSettings));
    }

    [Fact]
    public async Task A_host_that_never_started_has_no_settings_yet()
    {
        File.Delete(_host.GeneralSettings);

        Assert.Equal("SettingsFileMissing", (await RefusedAsync(Howto)).Id);
    }

    [Fact]
    public async Task What_somebody_else_saved_elsewhere_in_between_stays()
    {
        var meddler = new InterferingCaller(() => File.WriteAllText(
            _host.GeneralSettings,
            File.ReadAllText(_host.GeneralSettings).Replace("\"maxRunningActivities\": 5", "\"maxRunningActivities\": 6", StringComparison.Ordinal)));

        Assert.True((await SparkConfig.SetAsync(Files, Howto, meddler, CancellationToken.None)).Changed);

        Assert.Contains("\"maxRunningActivities\": 6", await File.ReadAllTextAsync(_host.GeneralSettings), StringComparison.Ordinal);
        Assert.False((await SparkConfig.SetAsync(Files, Howto, meddler, CancellationToken.None)).Changed);
    }

    [Fact]
    public async Task A_save_of_the_same_configuration_by_somebody_else_in_between_is_not_overwritten()
    {
        var theirs = (await File.ReadAllTextAsync(_host.GeneralSettings)).Replace("\"name\": \"default\"", "\"name\": \"default\", \"theirs\": 1", StringComparison.Ordinal);
        var meddler = new InterferingCaller(() => File.WriteAllText(_host.GeneralSettings, theirs));

        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => SparkConfig.SetAsync(Files, Howto, meddler, CancellationToken.None));

        Assert.Equal(("DssSettingsConflict", ErrorKind.Busy), (failure.Id, failure.Kind));
        Assert.Equal(theirs, await File.ReadAllTextAsync(_host.GeneralSettings));
    }

    [SkippableFact]
    public async Task A_read_only_folder_is_an_error_that_loses_nothing()
    {
        // Modes do not stop root; a file system that is mounted read-only does.
        var before = await File.ReadAllBytesAsync(_host.GeneralSettings);
        using var disk = SmallDisk.Mount(Path.GetDirectoryName(_host.GeneralSettings)!, megabytes: 4);
        await File.WriteAllBytesAsync(_host.GeneralSettings, before);
        disk.MakeReadOnly();

        Assert.Equal("CannotWrite", (await RefusedAsync(Howto)).Id);

        Assert.Equal(before, await File.ReadAllBytesAsync(_host.GeneralSettings));
    }

    [Fact]
    public async Task Managed_spark_on_kubernetes_is_warned_about()
    {
        var text = await File.ReadAllTextAsync(_host.GeneralSettings);
        await File.WriteAllTextAsync(_host.GeneralSettings, text.Replace("\"managedKubernetes\": false", "\"managedKubernetes\": true", StringComparison.Ordinal));

        await SetAsync(Howto);

        Assert.Contains("managed Spark on Kubernetes", Assert.Single(_caller.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_for_completion_come_from_the_file_and_never_throw()
    {
        Assert.Equal(["default", "sample-yarn-config", "sample-local-config"], SparkConfig.NamesIn(_host.DataDirectory));
        Assert.Empty(SparkConfig.NamesIn(_folder["none"]));
    }

    private static SparkConfigOptions Howto { get; } = new()
    {
        SparkMaster = Master,
        Image = [new SparkImageName("acr.example/spark:t"), new SparkImageName("acr.example/spark-py:t")],
        HadoopVersion = 3,
    };

    private DssAddress Files => new() { DataDirectory = _host.DataDirectory };

    private Task WriteConfAsync(string conf) => File.WriteAllTextAsync(
        _host.GeneralSettings, "{\"sparkSettings\":{\"executionConfigs\":[{\"name\":\"default\",\"conf\":[" + conf + "]}]}}");

    private Task<DssSparkConfig> SetAsync(SparkConfigOptions options) => SparkConfig.SetAsync(Files, options, _caller, CancellationToken.None);

    private Task<SparkAzureException> RefusedAsync(SparkConfigOptions options) => Assert.ThrowsAsync<SparkAzureException>(() => SetAsync(options));
}
