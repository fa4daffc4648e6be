using System.Net;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Hosting;
using SparkAzure.Sandbox.Azure;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>From Azure into kubeconfigs.</summary>
public sealed class AksCredentialsTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();
    private AzureStandIn _azure = null!;
    private HttpMessageHandler _handler = null!;
    private StandInSubscription _subscription = null!;

    public async Task InitializeAsync()
    {
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _handler = _azure.Certificate.CreateTrustingHandler();
        _subscription = _azure.AddSubscription("Data platform");
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "spark"));
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "inner") { Private = true });
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "entra") { Entra = true, LocalAccountsDisabled = true });
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "asleep") { PowerState = "Stopped" });
    }

    public async Task DisposeAsync()
    {
        _handler.Dispose();
        await _azure.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    private string Config => _folder["kube", "config"];

    [Fact]
    public async Task A_first_import_makes_the_file_and_a_second_changes_nothing()
    {
        var credential = await ImportAsync(Options("spark"));

        Assert.True(credential.Changed);
        Assert.Equal("spark", credential.Context);
        Assert.Equal(AksCredentialKind.Token, credential.Kind);
        Assert.Equal("k8s://https://spark-dns-0a1b2c3d.hcp.westeurope.azmk8s.io:443", (await KubeConfig.OpenAsync(Config, default)).GetApiServer(null).SparkMaster);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Config));
        }

        var text = File.ReadAllText(Config);
        Assert.False((await ImportAsync(Options("spark"))).Changed);
        Assert.Equal(text, File.ReadAllText(Config));
    }

    [Fact]
    public async Task What_the_Spark_of_DSS_cannot_use_is_told_as_it_is_written()
    {
        await ImportAsync(Options("spark") with { SparkVersion = "2.4.0" });
        Assert.Empty(_caller.Warnings);

        await ImportAsync(Options("entra") with { SparkVersion = "2.4.0", LoginMode = AksLoginMode.Msi });
        Assert.Contains(_caller.Warnings, w => w.Contains("not Spark 2.4.0, whose client never asks the program", StringComparison.Ordinal));

        await ImportAsync(Options("entra") with { SparkVersion = "3.1.3", LoginMode = AksLoginMode.Msi });
        Assert.Contains(_caller.Warnings, w => w.Contains("Spark 3.1.3 asks the program of a kubeconfig once", StringComparison.Ordinal));
        var told = _caller.Warnings.Count;

        await ImportAsync(Options("entra") with { SparkVersion = "3.5.9", LoginMode = AksLoginMode.Msi });
        Assert.DoesNotContain(_caller.Warnings.Skip(told), w => w.Contains("Spark 3.5.9", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rehearsal_sends_nothing_but_GET_and_writes_nothing()
    {
        var credential = Assert.Single(await AksCredentials.ImportAsync(Options("spark"), Access, RecordingCaller.WhatIf(), default));

        Assert.True(credential.Planned);
        Assert.False(credential.Changed);
        Assert.Equal("spark", credential.Context);
        Assert.All(_azure.Requests, r => Assert.Equal("GET", r.Method));
        Assert.False(File.Exists(Config));
    }

    [Fact]
    public async Task A_rehearsal_plans_nothing_where_nothing_would_change()
    {
        await ImportAsync(Options("spark"));

        var again = Assert.Single(await AksCredentials.ImportAsync(Options("spark"), Access, RecordingCaller.WhatIf(), default));
        Assert.Equal((false, false), (again.Planned, again.Changed));
        Assert.Equal("spark", again.Context);

        var admin = Assert.Single(await AksCredentials.ImportAsync(Options("spark") with { Admin = true }, Access, RecordingCaller.WhatIf(), default));
        Assert.Equal((true, false), (admin.Planned, admin.Changed));

        File.WriteAllText(Config, File.ReadAllText(Config).Replace("current-context: spark", "current-context: other", StringComparison.Ordinal));
        Assert.True(Assert.Single(await AksCredentials.ImportAsync(Options("spark"), Access, RecordingCaller.WhatIf(), default)).Planned);
        Assert.False(Assert.Single(await AksCredentials.ImportAsync(Options("spark") with { KeepCurrentContext = true }, Access, RecordingCaller.WhatIf(), default)).Planned);
    }

    [SkippableFact]
    public async Task What_force_replaces_is_kept_for_its_owner_and_told_when_the_context_leaves()
    {
        Skip.If(OperatingSystem.IsWindows(), "There are no modes.");
        Assert.Null((await ImportAsync(Options("spark") with { Force = true })).FormerKubeConfig);
        var former = File.ReadAllText(Config).Replace("token: ", "token: my-own-", StringComparison.Ordinal);
        Assert.Contains("my-own-", former, StringComparison.Ordinal);
        File.WriteAllText(Config, former);

        var replaced = await ImportAsync(Options("spark") with { Force = true });
        var again = await ImportAsync(Options("spark") with { Force = true });

        Assert.Equal(Config + ".sparkazure.bak", replaced.FormerKubeConfig);
        Assert.Equal(former, File.ReadAllText(replaced.FormerKubeConfig!));
        Assert.Equal(FileModes.OwnerOnly, File.GetUnixFileMode(replaced.FormerKubeConfig!));
        Assert.DoesNotContain("my-own-", File.ReadAllText(Config), StringComparison.Ordinal);
        Assert.Equal((false, null), (again.Changed, again.FormerKubeConfig));

        await AksCredentialRemovals.RemoveAsync(new() { ContextName = "spark", KubeConfig = Config }, _caller, default);
        Assert.Contains(_caller.Warnings, w => w.Contains(".sparkazure.bak' still has context 'spark'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_kubectl_cannot_read_is_not_written_to_and_nothing_is_asked_for_it()
    {
        var text = KubeConfigSamples.Usual + new string('\0', 64);
        _folder.Write("kube/config", text);

        var error = await RefusalAsync(Options("spark"));

        Assert.Equal("KubeConfigUnreadable", error.Id);
        Assert.Contains("line 18 has a control character (U+0000)", error.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Config));
        Assert.Empty(_azure.Requests);
    }

    [Fact]
    public async Task A_code_for_a_person_has_all_that_kubelogin_needs()
    {
        await ImportAsync(Options("entra"));
        var given = File.ReadAllText(Config);

        Assert.False((await ImportAsync(Options("entra") with { LoginMode = AksLoginMode.DeviceCode })).Changed);

        Assert.Equal(given, File.ReadAllText(Config));
        Assert.Contains("--tenant-id", given, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("/x/a.yaml:/x/b.yaml", "/x/a.yaml")]
    [InlineData(":/x/b.yaml", "/x/b.yaml")]
    [InlineData("/x/a.yaml", "/x/a.yaml")]
    [InlineData("a.yaml:/x/b.yaml", "/here/a.yaml")]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Of_several_files_in_KUBECONFIG_the_first_is_ones_own(string? list, string? expected)
    {
        Skip.If(OperatingSystem.IsWindows(), "The list has another separator there.");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

        var file = KubeConfigFile.Own(name => name == "KUBECONFIG" ? list : null, "/here");

        Assert.Equal(expected ?? Path.Combine(home, ".kube", "config"), file.Path);
    }

    [SkippableFact]
    public async Task What_root_makes_in_a_folder_of_another_belongs_to_that_other()
    {
        Skip.IfNot(FileOwner.IsRoot && OperatingSystem.IsLinux(), "Needs root.");
        var dss = Account("dataiku", 23004);
        var path = Path.Combine(dss.Home, ".kube", "config");

        var credential = await ImportAsync(Options("spark") with { KubeConfig = path });

        Assert.True(credential.Changed);
        Assert.Equal((dss.UserId, dss.GroupId), (FileOwner.Of(path)!.UserId, FileOwner.Of(path)!.GroupId));
        Assert.Equal(dss.UserId, FileOwner.Of(Path.GetDirectoryName(path)!)!.UserId);
        Assert.Contains("current-context: spark", dss.Act(() => File.ReadAllText(path)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_administrators_context_stands_beside_the_users_and_the_current_one_can_stay()
    {
        await ImportAsync(Options("spark"));
        var admin = await ImportAsync(Options("spark") with { Admin = true, KeepCurrentContext = true });

        Assert.Equal("spark-admin", admin.Context);
        var config = await KubeConfig.OpenAsync(Config, default);
        Assert.Equal(["spark", "spark-admin"], config.Contexts);
        Assert.Equal("spark", config.GetApiServer(null).Context);
    }

    [Fact]
    public async Task A_private_cluster_is_given_by_either_name()
    {
        Assert.Contains(".privatelink.", (await ImportAsync(Options("inner"))).Server, StringComparison.Ordinal);

        var outside = await ImportAsync(Options("inner") with { PublicFqdn = true, ContextName = "outside" });
        Assert.Equal("https://inner-dns-0a1b2c3d.hcp.westeurope.azmk8s.io:443", outside.Server);
        Assert.Equal("outside", outside.Context);
    }

    [Fact]
    public async Task Kubelogin_can_be_told_to_sign_in_without_a_person()
    {
        var credential = await ImportAsync(Options("entra") with { LoginMode = AksLoginMode.Msi, LoginClientId = "0a0b0c0d-0000-4000-8000-000000000000" });

        Assert.Equal(AksCredentialKind.Exec, credential.Kind);
        var text = File.ReadAllText(Config);
        Assert.Contains("- --login\n      - msi\n      - --server-id\n      - 6dae42f8-4368-4678-94ff-3960e28e3630\n      - --client-id\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("devicecode", text, StringComparison.Ordinal);
        Assert.Contains("provideClusterInfo: false", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_hands_out_nothing_is_refused_before_anything_is_asked_of_it()
    {
        Assert.Equal("AksLocalAccountsDisabled", (await RefusalAsync(Options("entra") with { Admin = true })).Id);
        Assert.Equal("AksClusterStopped", (await RefusalAsync(Options("asleep"))).Id);
        _azure.AddCluster(new StandInCluster(_subscription, "rg-data", "closed") { Private = true, PublicFqdn = false });
        Assert.Equal("AksClusterHasNoPublicName", (await RefusalAsync(Options("closed") with { PublicFqdn = true })).Id);
        Assert.All(_azure.Requests, r => Assert.Equal("GET", r.Method));
    }

    [Fact]
    public async Task A_cluster_is_found_by_name_alone_unless_two_groups_have_it()
    {
        Assert.Equal("rg-data", (await ImportAsync(Options("spark") with { ResourceGroupName = null })).ResourceGroupName);

        _azure.AddCluster(new StandInCluster(_subscription, "rg-test", "spark"));
        var error = await RefusalAsync(Options("spark") with { ResourceGroupName = null });
        Assert.Equal("AksClusterAmbiguous", error.Id);
        Assert.Contains("'rg-data' and 'rg-test'", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Many_users_get_it_each_as_owner_and_no_link_leads_root_astray()
    {
        Skip.IfNot(FileOwner.IsRoot && OperatingSystem.IsLinux(), "Needs root.");
        var accounts = new[] { Account("anna", 23001), Account("ben", 23002), Account("mallory", 23003) };
        var secret = _folder.Write("root-only", "untouched");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.CreateDirectory(Path.Combine(accounts[2].Home, ".kube"));
        File.CreateSymbolicLink(Path.Combine(accounts[2].Home, ".kube", "config"), secret);
        var options = Options("spark") with { KubeConfig = null, FindAccount = n => accounts.FirstOrDefault(a => a.Name == n) };

        var credentials = await AksCredentials.ImportAsync(options with { Users = ["anna", "ben"] }, Access, _caller, default);

        Assert.Equal(["anna", "ben"], credentials.Select(c => c.User));
        foreach (var (account, credential) in accounts.Zip(credentials))
        {
            Assert.Equal(Path.Combine(account.Home, ".kube", "config"), credential.KubeConfig);
            Assert.Equal((account.UserId, account.GroupId), (FileOwner.Of(credential.KubeConfig)!.UserId, FileOwner.Of(credential.KubeConfig)!.GroupId));
            Assert.Equal(account.UserId, FileOwner.Of(Path.GetDirectoryName(credential.KubeConfig)!)!.UserId);
        }

        var error = await RefusalAsync(options with { Users = ["mallory"] });
        Assert.True(error.Id is "CannotRead" or "CannotWrite", error.Id);
        Assert.Equal("untouched", File.ReadAllText(secret));
        Assert.Equal("UserNotFound", (await RefusalAsync(options with { Users = ["anna", "nobody-here"] })).Id);
    }

    [SkippableFact]
    public void Accounts_come_from_the_passwd_database()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Needs Linux.");
        Assert.Equal(0u, UnixAccount.Find("root")!.UserId);
        Assert.Null(UnixAccount.Find("no-such-user-of-this-host"));
    }

    private UnixAccount Account(string name, uint id)
    {
        var home = Path.Combine(_folder.Path, "home", name);
        Directory.CreateDirectory(home);
        new FileOwner(id, id, name).ApplyTo(home);
        File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        return new UnixAccount(name, id, id, home);
    }

    private AksCredentialOptions Options(string cluster) => new() { ClusterName = cluster, ResourceGroupName = "rg-data", KubeConfig = Config };

    private async Task<AksCredential> ImportAsync(AksCredentialOptions options) => Assert.Single(await AksCredentials.ImportAsync(options, Access, _caller, default));

    private Task<SparkAzureException> RefusalAsync(AksCredentialOptions options) =>
        Assert.ThrowsAsync<SparkAzureException>(() => AksCredentials.ImportAsync(options, Access, _caller, default));

    private AzureAccess Access => new() { ResourceManagerEndpoint = _azure.Endpoint, AccessToken = new NetworkCredential("", _azure.AccessToken).SecurePassword, Handler = _handler };
}
