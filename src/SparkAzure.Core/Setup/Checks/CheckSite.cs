using SparkAzure.Core.Aks;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>What the checks look at: read at most once each, when the first check asks.</summary>
internal sealed class CheckSite : IAsyncDisposable
{
    private readonly SharedFact<DssInstallation> _dss;
    private readonly SharedFact<IReadOnlyDictionary<string, string>> _environment;
    private readonly SharedFact<DssRelease> _release;
    private readonly SharedFact<JsonText> _settings;
    private readonly SharedFact<SparkDistribution> _spark;
    private readonly SharedFact<IReadOnlyList<DssConnection>> _connections;
    private readonly SharedFact<ImageFacts> _image;
    private readonly SharedFact<InsideReport> _inside;
    private readonly SharedFact<KubernetesAccess> _access;
    private readonly SharedFact<ApiServerClient> _cluster;
    private readonly Lazy<AzureSite> _azure;

    /// <param name="options">Which setup.</param>
    /// <param name="caller">Is told.</param>
    /// <param name="whole">Ends with the whole run.</param>
    public CheckSite(SetupCheckOptions options, ICaller caller, CancellationToken whole)
    {
        (Options, Caller) = (options, caller);
        Directory = DssDataDirectory.Open(options.DataDirectory);
        var owner = FileOwner.Of(Directory.Path);
        Account = owner?.Account;
        _dss = new(Directory.ReadAsync, whole);
        _environment = new(Directory.ReadEnvironmentAsync, whole);
        _release = new(stop => WithSettingsAsync(s => s.ReadReleaseAsync(stop)), whole);
        _settings = new(stop => WithSettingsAsync(s => s.ReadGeneralSettingsAsync(stop)), whole);
        _spark = new(ReadSparkAsync, whole);
        _connections = new(ReadConnectionsAsync, whole);
        _image = new(stop => ImageFacts.ReadAsync(this, stop), whole);
        _inside = new(stop => InsideProbe.RunAsync(this, stop), whole);
        _access = new(OpenAccessAsync, whole);
        _cluster = new(OpenClusterAsync, whole);
        _azure = new(() => new AzureSite(this, whole));
    }

    public SetupCheckOptions Options { get; }

    public ICaller Caller { get; }

    public DssDataDirectory Directory { get; }

    /// <summary>The account that runs DSS; null where the system does not tell.</summary>
    public UnixAccount? Account { get; }

    /// <summary>Whether this process may act as the account that runs DSS.</summary>
    public bool MayActAsDss =>
        Account is not null && (FileOwner.IsRoot || Account.UserId == FileOwner.CurrentUserId);

    /// <summary>The cluster and its surroundings in Azure.</summary>
    public AzureSite Azure => _azure.Value;

    private DssAddress Address => new() { DataDirectory = Directory.Path };

    public Task<DssInstallation> DssAsync(CancellationToken cancellationToken) => _dss.GetAsync(cancellationToken);

    /// <summary>The variables that DSS's files export, the later file's first.</summary>
    public Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(CancellationToken cancellationToken) =>
        _environment.GetAsync(cancellationToken);

    public Task<DssRelease> ReleaseAsync(CancellationToken cancellationToken) => _release.GetAsync(cancellationToken);

    public Task<JsonText> SettingsAsync(CancellationToken cancellationToken) => _settings.GetAsync(cancellationToken);

    /// <summary>The Spark of DSS, by its number; null where DSS does not say.</summary>
    public async Task<ReleaseNumber?> SparkNumberAsync(CancellationToken cancellationToken) =>
        ReleaseNumber.TryParse((await DssAsync(cancellationToken).ConfigureAwait(false)).SparkVersion);

    /// <summary>The Spark configuration whose jobs are meant.</summary>
    /// <exception cref="SparkAzureException">SparkConfigNotFound, SparkNotIntegrated.</exception>
    public async Task<StoredSparkConfig> ConfigurationAsync(CancellationToken cancellationToken)
    {
        var settings = await SettingsAsync(cancellationToken).ConfigureAwait(false);
        return new StoredSparkConfig(settings, Options.Configuration);
    }

    /// <summary>The Spark distribution of DSS, by its files' names.</summary>
    public Task<SparkDistribution> SparkAsync(CancellationToken cancellationToken) => _spark.GetAsync(cancellationToken);

    /// <summary>The connections to ADLS that are meant.</summary>
    public Task<IReadOnlyList<DssConnection>> ConnectionsAsync(CancellationToken cancellationToken) =>
        _connections.GetAsync(cancellationToken);

    /// <summary>Where jobs reach the gen2 accounts of these connections.</summary>
    public async Task<IReadOnlyList<Uri>> LakesAsync(CancellationToken cancellationToken)
    {
        var meant = await ConnectionsAsync(cancellationToken).ConfigureAwait(false);
        var config = await ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var stored = await WithSettingsAsync(s => s.ReadConnectionsAsync(cancellationToken)).ConfigureAwait(false);
        return
        [
            .. meant.Select(c => StoredAdlsConnection.Of(stored[c.Name])?.AddressOf(name => config["spark.hadoop." + name]))
                .OfType<Uri>()
                .Distinct(),
        ];
    }

    /// <summary>The image of executors, as its registry tells.</summary>
    public Task<ImageFacts> ImageAsync(CancellationToken cancellationToken) => _image.GetAsync(cancellationToken);

    /// <summary>What a pod in the cluster saw; the pod is gone by then.</summary>
    public Task<InsideReport> InsideAsync(CancellationToken cancellationToken) => _inside.GetAsync(cancellationToken);

    /// <summary>Waits for the pod, where one was begun, until it is gone.</summary>
    public async Task EndAsync()
    {
        if (_inside.IsAsked)
        {
            await ((Task)_inside.Reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The API server, and as whom jobs call it.</summary>
    public Task<KubernetesAccess> AccessAsync(CancellationToken cancellationToken) => _access.GetAsync(cancellationToken);

    /// <summary>The API server, called as jobs call it.</summary>
    public Task<ApiServerClient> ClusterAsync(CancellationToken cancellationToken) =>
        _cluster.GetAsync(cancellationToken);

    /// <summary>
    /// The kubeconfig of the jobs: what was given, else what DSS's files export, else that of the account that runs DSS.
    /// </summary>
    /// <exception cref="SparkAzureException">UserHasNoHome.</exception>
    public async Task<string> KubeConfigAsync(CancellationToken cancellationToken)
    {
        if (Options.KubeConfig is { } given)
        {
            return given;
        }

        var environment = await EnvironmentAsync(cancellationToken).ConfigureAwait(false);
        var exported = KubeConfigFile.FirstOf(environment.GetValueOrDefault("KUBECONFIG"));
        if (Path.IsPathFullyQualified(exported ?? ""))
        {
            return exported!;
        }

        // Where the system tells of no owners, files are this account's own.
        var file = Account is null ? KubeConfigFile.Own(System.Environment.GetEnvironmentVariable) : KubeConfigFile.Of(Account);
        return file.Path;
    }

    /// <summary>The context that jobs take; null for the kubeconfig's current one.</summary>
    public async Task<string?> ContextAsync(CancellationToken cancellationToken)
    {
        if (Options.Context is { } given)
        {
            return given;
        }

        return (await ConfigurationAsync(cancellationToken).ConfigureAwait(false))["spark.kubernetes.context"];
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster.IsAsked && _cluster.Reading.IsCompletedSuccessfully)
        {
            (await _cluster.Reading.ConfigureAwait(false)).Dispose();
        }
        else if (_access.IsAsked && _access.Reading.IsCompletedSuccessfully)
        {
            (await _access.Reading.ConfigureAwait(false)).Dispose();
        }
    }

    private async Task<T> WithSettingsAsync<T>(Func<IDssSettings, Task<T>> read)
    {
        using var settings = DssSettings.Open(Address, Caller);
        return await read(settings).ConfigureAwait(false);
    }

    private async Task<SparkDistribution> ReadSparkAsync(CancellationToken cancellationToken)
    {
        var dss = await DssAsync(cancellationToken).ConfigureAwait(false);
        var home = dss.SparkHome ?? throw SetupErrors.DssHasNoSpark(dss.DataDirectory);
        return await SparkDistributions.ReadAsync(home, Caller, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<DssConnection>> ReadConnectionsAsync(CancellationToken cancellationToken)
    {
        if (Options.Connections.Count == 0)
        {
            return await AdlsConnectionStore.GetAsync(Address, null, Caller, cancellationToken).ConfigureAwait(false);
        }

        var found = new List<DssConnection>();
        foreach (var name in Options.Connections)
        {
            found.AddRange(
                await AdlsConnectionStore.GetAsync(Address, name, Caller, cancellationToken).ConfigureAwait(false));
        }

        return found;
    }

    private async Task<KubernetesAccess> OpenAccessAsync(CancellationToken cancellationToken)
    {
        var path = await KubeConfigAsync(cancellationToken).ConfigureAwait(false);
        var context = await ContextAsync(cancellationToken).ConfigureAwait(false);
        var config = await KubeConfig.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        return await config.OpenAccessAsync(context, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ApiServerClient> OpenClusterAsync(CancellationToken cancellationToken)
    {
        var loading = ApiServerClient.LoadLibraryAsync();
        var access = await AccessAsync(cancellationToken).ConfigureAwait(false);
        await loading.ConfigureAwait(false);
        return new ApiServerClient(access, Caller);
    }
}
