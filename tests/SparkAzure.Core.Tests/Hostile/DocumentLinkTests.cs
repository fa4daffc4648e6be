using System.Runtime.Versioning;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Dockerfiles;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>An account puts links in the place of its documents, and root is to change what they lead to.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DocumentLinkTests : IDisposable
{
    private readonly RootOnly _place = RootOnly.Create();
    private readonly RecordingCaller _caller = new();

    public void Dispose() => _place.Dispose();

    [SkippableTheory]
    [InlineData("general-settings.json")]
    [InlineData("connections.json")]
    public async Task A_settings_file_that_is_a_link_to_roots_is_neither_read_nor_written(string document)
    {
        var host = SampleDssHost.Create(_place["host"]);
        RootOnly.Link(Path.Combine(host.DataDirectory, "config", document), _place.Victim);

        await Assert.ThrowsAsync<SparkAzureException>(() => Task.WhenAll(SetConfigAsync(host), NewConnectionAsync(host)));

        _place.AssertUntouched();
    }

    [SkippableTheory]
    [InlineData("link")]
    [InlineData("lock")]
    public async Task The_state_folder_leads_root_nowhere(string how)
    {
        var host = SampleDssHost.Create(_place["host"]);
        var state = Path.Combine(host.DataDirectory, ".sparkazure");
        if (how == "link")
        {
            RootOnly.Link(state, _place.Roots);
        }
        else
        {
            RootOnly.Give(Directory.CreateDirectory(state).FullName);
            RootOnly.Link(Path.Combine(state, "settings.lock"), _place.Victim);
        }

        var refusal = await Assert.ThrowsAsync<SparkAzureException>(() => SetConfigAsync(host));

        Assert.Equal("CannotWrite", refusal.Id);
        _place.AssertUntouched();
    }

    [SkippableFact]
    public async Task A_restore_point_does_not_go_where_a_link_leads()
    {
        var host = SampleDssHost.Create(_place["host"]);
        await NewConnectionAsync(host);
        var state = RootOnly.Give(Directory.CreateDirectory(Path.Combine(host.DataDirectory, ".sparkazure")).FullName);
        RootOnly.Link(Path.Combine(state, "connections"), _place.Roots);
        RootOnly.Link(Path.Combine(state, "spark-configs"), _place.Roots);

        var address = new DssAddress { DataDirectory = host.DataDirectory };
        await Assert.ThrowsAsync<SparkAzureException>(() => AdlsConnectionStore.RemoveAsync(address, "lake", _caller, default));
        var removal = new SparkConfigRemoval { Name = "default", Force = true };
        await Assert.ThrowsAsync<SparkAzureException>(() => SparkConfig.RemoveAsync(address, removal, _caller, default));

        _place.AssertUntouched();
        Assert.Equal("lake", Assert.Single(await AdlsConnectionStore.GetAsync(address, "lake", _caller, default)).Name);
    }

    [SkippableFact]
    public async Task A_kit_that_settings_name_is_read_as_their_owner()
    {
        var host = SampleDssHost.Create(_place["host"]);
        File.WriteAllText(Path.Combine(_place.Roots, "dss-version.json"), """{"product_version": "9.9.9"}""");
        File.SetUnixFileMode(_place.Roots, PrivateFolder.Mode);
        File.WriteAllText(
            Path.Combine(host.DataDirectory, "bin", "env-default.sh"), $"export DKUINSTALLDIR=\"{_place.Roots}\"\n");

        var refusal = await Assert.ThrowsAsync<SparkAzureException>(
            () => DssDataDirectory.Open(host.DataDirectory).ReadAsync(default));

        Assert.Equal("CannotRead", refusal.Id);
    }

    [SkippableFact]
    public async Task A_Dockerfile_that_is_a_link_to_roots_stays_unread_and_one_to_its_owners_stays_a_link()
    {
        var content = File.ReadAllText(Dockerfile());
        var link = RootOnly.Link(Path.Combine(_place.Theirs, "Dockerfile"), _place.Victim);
        File.WriteAllText(_place.Victim, content);
        await Assert.ThrowsAsync<SparkAzureException>(() => SparkDockerfileEditor.EditFileAsync(link, false, _caller, default));
        Assert.Equal(content, File.ReadAllText(_place.Victim));

        File.SetUnixFileMode(_place.Victim, (UnixFileMode)0b110_100_100);
        await Assert.ThrowsAsync<SparkAzureException>(() => SparkDockerfileEditor.EditFileAsync(link, false, _caller, default));
        Assert.Equal(content, File.ReadAllText(_place.Victim));
        Assert.Equal(0u, FileOwner.Of(_place.Victim)!.UserId);

        var own = Path.Combine(_place.Theirs, "own");
        File.WriteAllText(own, content);
        RootOnly.Give(own);
        RootOnly.Link(link, own);
        Assert.True((await SparkDockerfileEditor.EditFileAsync(link, false, _caller, default)).Changed);
        Assert.Equal(own, new FileInfo(link).LinkTarget);
        Assert.NotEqual(content, File.ReadAllText(own));
        Assert.Equal("nobody", FileOwner.Of(own)!.UserName);
        Assert.Equal("nobody", FileOwner.Of(link + ".sparkazure.bak")!.UserName);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_kubeconfig_that_is_a_link_leads_to_what_its_owner_may_write(bool isTheirs)
    {
        var target = isTheirs ? RootOnly.Give(Written(Path.Combine(_place.Theirs, "dotfile"), "")) : _place.Victim;
        var file = KubeConfigFile.At(RootOnly.Link(Path.Combine(_place.Theirs, "config"), target));

        if (isTheirs)
        {
            await file.WriteAsync("apiVersion: v1\n", default);
            Assert.Equal(target, new FileInfo(file.Path).LinkTarget);
            Assert.Equal("apiVersion: v1\n", File.ReadAllText(target));
            Assert.Equal("nobody", FileOwner.Of(target)!.UserName);
        }
        else
        {
            Assert.Throws<SparkAzureException>(file.Read);
            await Assert.ThrowsAsync<SparkAzureException>(() => file.WriteAsync("apiVersion: v1\n", default));
        }

        _place.AssertUntouched();
    }

    [SkippableTheory]
    [InlineData("link")]
    [InlineData("file")]
    public async Task What_another_has_put_into_a_folder_for_all_does_not_get_what_root_writes(string what)
    {
        var shared = Directory.CreateDirectory(_place["shared"]).FullName;
        File.SetUnixFileMode(shared, (UnixFileMode)0b1_111_111_111);
        var path = Path.Combine(shared, "config");
        var theirs = RootOnly.Give(Path.Combine(_place.Theirs, "config"), "");
        _ = what == "link" ? RootOnly.Link(path, theirs) : RootOnly.Give(path, "");

        var refusal = await Assert.ThrowsAsync<SparkAzureException>(() => KubeConfigFile.At(path).WriteAsync("token: secret\n", default));

        Assert.Equal("CannotWrite", refusal.Id);
        Assert.Contains("'nobody' has put into a folder that everybody may write into", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("", File.ReadAllText(theirs));
        Assert.Equal("", File.ReadAllText(path));
    }

    [SkippableFact]
    public async Task A_tree_that_its_owner_cannot_reach_is_read_and_not_written()
    {
        var closed = Directory.CreateDirectory(_place["closed"]).FullName;
        var inside = RootOnly.Give(Directory.CreateDirectory(Path.Combine(closed, "inside")).FullName);
        var path = RootOnly.Give(Path.Combine(inside, "config"), "");
        File.SetUnixFileMode(closed, PrivateFolder.Mode);

        Assert.Equal("", await RegularFile.ReadAllTextAsync(path, default));
        var refusal = await Assert.ThrowsAsync<SparkAzureException>(() => KubeConfigFile.At(path).WriteAsync("x", default));
        var unreadable = await Assert.ThrowsAsync<SparkAzureException>(() => KubeConfig.OpenAsync(Link(path), default));

        Assert.Equal("CannotWrite", refusal.Id);
        Assert.Equal("CannotRead", unreadable.Id);
        Assert.Contains("here as 'nobody'", unreadable.Remedy, StringComparison.Ordinal);

        // By way of the account's own link nothing is read that the account could not reach.
        string Link(string target) => RootOnly.Link(Path.Combine(_place.Theirs, "config"), target);
    }

    [SkippableFact]
    public async Task A_link_does_not_have_root_write_as_a_third_account()
    {
        var third = Directory.CreateDirectory(_place["third"]).FullName;
        var theirs = Written(Path.Combine(third, "config"), "third's own");
        foreach (var path in new[] { third, theirs })
        {
            OtherAccount.Daemon.ApplyTo(path);
        }

        var link = RootOnly.Link(Path.Combine(_place.Theirs, "config"), theirs);

        Assert.Equal("nobody", TreeOwner.Of(link).Name);
        await Assert.ThrowsAsync<SparkAzureException>(() => KubeConfigFile.At(link).WriteAsync("x", default));
        Assert.Equal("third's own", File.ReadAllText(theirs));
    }

    private static string Written(string path, string content)
    {
        File.WriteAllText(path, content);
        return path;
    }

    private string Dockerfile()
    {
        var home = SampleSpark.Create(_place["spark"]).Home;
        return Path.Combine(home, "kubernetes", "dockerfiles", "spark", "Dockerfile");
    }

    private Task<DssSparkConfig> SetConfigAsync(SampleDssHost host) => SparkConfig.SetAsync(
        new DssAddress { DataDirectory = host.DataDirectory },
        new SparkConfigOptions { ExecutorMemory = "7g" },
        _caller,
        default);

    private Task<DssConnection> NewConnectionAsync(SampleDssHost host) => AdlsConnectionWriter.NewAsync(
        new DssAddress { DataDirectory = host.DataDirectory },
        new AdlsConnectionOptions
        {
            Name = "lake",
            Account = "acct",
            FileSystem = "data",
            AccountKey = Dss.Secret.Of("c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"),
        },
        _caller,
        default);
}
