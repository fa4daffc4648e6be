using System.Diagnostics;
using System.Security;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Hadoop;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Images;
using SparkAzure.Core.Setup.Checks;
using SparkAzure.Core.Spark.Dockerfiles;
using SparkAzure.Core.Spark.Jars;
using SparkAzure.Sandbox.DssApi;

namespace SparkAzure.QuickStart;

/// <summary>What all stations returned.</summary>
internal sealed record Outcome(
    DssInstallation Dss,
    DssHadoopIntegration Hadoop,
    SparkJarUpdate Jars,
    SparkDockerfile Dockerfile,
    IReadOnlyList<SparkImage> Images,
    DssSparkIntegration Spark,
    AksApiServer ApiServer,
    DssSparkConfig Config,
    DssConnection Connection,
    IReadOnlyList<SparkAzureCheck> Checks)
{
    /// <summary>The stations that altered something.</summary>
    public IReadOnlyList<string> Changed =>
    [
        .. new[]
        {
            (Name: "Install-DssHadoopIntegration", Hadoop.Changed),
            (Name: "Update-SparkJars", Jars.Changed),
            (Name: "Edit-SparkDockerfile", Dockerfile.Changed),
            (Name: "Publish-SparkImage", Changed: Images.Any(i => i.Changed)),
            (Name: "Install-DssSparkIntegration", Spark.Changed),
            (Name: "Set-DssSparkConfig", Config.Changed),
            (Name: "New-DssAdlsConnection", Connection.Changed),
        }.Where(s => s.Changed).Select(s => s.Name),
    ];
}

/// <summary>
/// The procedure's stations one after the other, each fed by the ones before, as the module's pipeline feeds its
/// cmdlets.
/// </summary>
internal sealed class Stations(Scene scene, ConsoleCaller console, bool show)
{
    private int _number;

    public async Task<Outcome> RunAsync(DssApiStandIn? api, SampleSecrets secrets, CancellationToken cancellationToken)
    {
        ICaller caller = console;
        var dss = await AtAsync(
            "Get-DssInstallation", () => DssDataDirectory.Open(scene.DataDirectory).ReadAsync(cancellationToken), Show.Installation);
        var hadoop = await AtAsync(
            "Install-DssHadoopIntegration",
            () => HadoopIntegrationInstaller.InstallAsync(
                new HadoopIntegrationOptions { DataDirectory = dss.DataDirectory, Archive = scene.Archive, HadoopVersion = scene.HadoopVersion }, caller, cancellationToken),
            Show.Hadoop);
        var jars = await AtAsync(
            "Update-SparkJars",
            () => SparkJars.UpdateAsync(
                new SparkJarUpdateOptions
                {
                    SparkHome = scene.SparkHome,
                    LibraryPath = hadoop.LibraryPath,
                    CompanionPath = hadoop.CompanionPath,
                    HadoopVersion = hadoop.HadoopVersion,
                },
                caller,
                cancellationToken),
            Show.Jars);
        var dockerfile = await AtAsync(
            "Edit-SparkDockerfile",
            () => SparkDockerfileEditor.EditAsync(scene.SparkHome, repair: false, caller, cancellationToken),
            Show.Dockerfile);
        var images = await AtAsync(
            "Publish-SparkImage",
            async () => (IReadOnlyList<SparkImage>)await SparkImagePublisher.PublishAsync(
                new PublishOptions
                {
                    SparkHome = scene.SparkHome,
                    Registry = scene.Registry,
                    Tag = $"dss-{Digits(dss.Version)}-spark-{Digits(jars.SparkVersion)}-hadoop{hadoop.HadoopVersion}",
                    Engine = scene.Engine,
                    BaseImage = scene.Engine == SparkImageEngine.Registry ? scene.BaseImage : null,
                },
                caller,
                cancellationToken).ToListAsync(cancellationToken),
            Show.Images);
        var spark = await AtAsync(
            "Install-DssSparkIntegration",
            () => SparkIntegrationInstaller.InstallAsync(
                new SparkIntegrationOptions { DataDirectory = dss.DataDirectory, SparkHome = scene.SparkHome }, caller, cancellationToken),
            Show.Spark);

        // The Hadoop 2 way is gone with the files on the host, the Hadoop 3 way over Azure's and DSS's APIs: both ways
        // in are shown.
        var apiServer = await AtAsync(
            "Get-AksApiServer",
            async () => hadoop.HadoopVersion == 2
                ? (await KubeConfig.OpenAsync(scene.KubeConfig, cancellationToken)).GetApiServer(null)
                : await FromAzureAsync(cancellationToken),
            Show.ApiServer);
        var address = api is null
            ? new DssAddress { DataDirectory = dss.DataDirectory }
            : new DssAddress { Uri = api.Uri, ApiKey = Secure(api.ApiKey) };
        var config = await AtAsync(
            "Set-DssSparkConfig",
            () => SparkConfig.SetAsync(
                address,
                new SparkConfigOptions
                {
                    SparkMaster = apiServer.SparkMaster,
                    Image = [.. images.Select(i => new SparkImageName(i))],
                    HadoopVersion = hadoop.HadoopVersion,
                },
                caller,
                cancellationToken),
            Show.Config);
        var connection = await AtAsync(
            "New-DssAdlsConnection",
            () => AdlsConnectionWriter.NewAsync(
                address, secrets.Connection(hadoop.HadoopVersion, jars.SparkVersion), caller, cancellationToken),
            Show.Connection);

        // What files and the registry tell. A cluster to start a pod in, and a Spark that runs, a sample has not.
        var checks = await AtAsync(
            "Test-SparkAzureSetup",
            () => SetupChecks.RunAsync(
                new SetupCheckOptions { DataDirectory = dss.DataDirectory, Checks = ["DssVersion", "Dss*Integration", "Agreement*", "Limit*"] },
                caller,
                cancellationToken),
            Show.Checks);
        return new Outcome(dss, hadoop, jars, dockerfile, images, spark, apiServer, config, connection, checks);
    }

    internal static SecureString Secure(string text)
    {
        var secure = new SecureString();
        foreach (var c in text)
        {
            secure.AppendChar(c);
        }

        secure.MakeReadOnly();
        return secure;
    }

    private async Task<AksApiServer> FromAzureAsync(CancellationToken cancellationToken)
    {
        using var handler = scene.Azure.Certificate.CreateTrustingHandler();
        var query = new AksQuery { ResourceGroupName = "rg-data", ClusterName = "spark" };
        var access = new AzureAccess
        {
            ResourceManagerEndpoint = scene.Azure.Endpoint,
            AccessToken = Secure(scene.Azure.AccessToken),
            Handler = handler,
        };
        return (await AksClusters.GetApiServersAsync(query, access, console, cancellationToken))[0];
    }

    private async Task<T> AtAsync<T>(string cmdlet, Func<Task<T>> work, Action<T> display)
    {
        var watch = Stopwatch.StartNew();
        _number++;
        try
        {
            var result = await work();
            if (show)
            {
                Page.Station(_number, cmdlet, watch.Elapsed);
                display(result);
                foreach (var warning in console.TakeWarnings())
                {
                    Page.Note(warning);
                }
            }

            return result;
        }
        catch (SparkAzureException) when (show)
        {
            Page.Station(_number, cmdlet, watch.Elapsed);
            throw;
        }
    }

    private static string Digits(string? version) => new((version ?? "").Where(char.IsAsciiDigit).ToArray());
}
