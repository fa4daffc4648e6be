using System.Runtime.CompilerServices;
using SparkAzure.Core.Docker;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images;

/// <summary>The station that makes the images of a Spark distribution and brings them into a registry.</summary>
public static class SparkImagePublisher
{
    // Docker gives these to every build without a declaration (Dockerfile reference, "Predefined ARGs").
    private static readonly string[] PredefinedArguments =
        ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

    /// <summary>Publishes the images that are asked for, each returned as soon as the registry has it.</summary>
    /// <param name="options">What, where to and how.</param>
    /// <param name="caller">Is asked once per image before anything is changed.</param>
    /// <param name="cancellationToken">Stops at once; a tag never names a half-pushed image.</param>
    /// <exception cref="SparkAzureException">
    /// Every refusal of ImageErrors and DockerfileErrors; NotASparkHome, SparkReleaseMismatch, SparkClientModeMissing,
    /// SparkWouldNotStart, CannotRead.
    /// </exception>
    public static async IAsyncEnumerable<SparkImage> PublishAsync(
        PublishOptions options, ICaller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var registry = RegistryAddress.Parse(options.Registry);
        PublishRules.CheckNames(options);
        ImageEngines.Check(options);
        PublishRules.Check(options);
        var engine = await ImageEngines.FindAsync(options, registry, caller, cancellationToken)
            .ConfigureAwait(false);
        var plan = await PlanAsync(options with { Engine = engine.Name }, registry, caller, cancellationToken)
            .ConfigureAwait(false);
        await foreach (var image in engine.PublishAsync(plan, caller, cancellationToken).ConfigureAwait(false))
        {
            yield return image;
        }
    }

    /// <summary>The contexts of the docker program that this account has.</summary>
    /// <param name="environment">Reads a variable; DOCKER_CONFIG names docker's folder.</param>
    public static IReadOnlyList<string> DockerContexts(Func<string, string?> environment) =>
        DockerContext.Names(DockerConfigFile.DefaultFolder(environment));

    /// <summary>The registries that docker, or podman, has a login for; empty when its file cannot be read.</summary>
    /// <param name="environment">Reads a variable; DOCKER_CONFIG names docker's folder.</param>
    public static IReadOnlyList<string> Registries(Func<string, string?> environment) =>
        DockerConfigFile.Registries(environment);

    /// <summary>
    /// A tag for the images of a distribution, as the procedure forms it (howto 3.3); null where its release cannot be
    /// read.
    /// </summary>
    /// <param name="sparkHome">The distribution.</param>
    public static string? TagFor(string sparkHome)
    {
        try
        {
            var version = SparkReleaseFile.Read(sparkHome).Version;
            return version is null ? null : $"spark-{version.Replace(".", "", StringComparison.Ordinal)}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static async Task<PublishPlan> PlanAsync(
        PublishOptions options, RegistryAddress registry, ICaller caller, CancellationToken cancellationToken)
    {
        var home = OpenHome(options.SparkHome);
        SparkClientMode.Require(home.Path, home.SparkVersion, options.Force, caller);
        options = options with { SparkHome = home.Path };
        var jobs = new List<ImageJob>();
        foreach (var recipe in SparkImageRecipe.All.Where(r => IsMade(options, r)))
        {
            jobs.Add(await JobAsync(options, registry, recipe, cancellationToken).ConfigureAwait(false));
        }

        PublishRules.CheckArguments(options, jobs);
        WarnOfUndeclared(options, jobs, caller);
        var plan = new PublishPlan(options, registry, home, new SparkHomeFiles(home.Path), jobs, Login: null);
        await PublishedJars.RequireStartAsync(plan, caller, cancellationToken).ConfigureAwait(false);
        var login = await options.Access.FindLoginAsync(registry, isTarget: true, caller, cancellationToken)
            .ConfigureAwait(false);
        return plan with { Login = login };
    }

    // spark is made whenever anything is: the others stand on it.
    private static bool IsMade(PublishOptions options, SparkImageRecipe recipe) =>
        options.Images.Contains(recipe.Name) || (!recipe.OnSpark && options.Images.Count > 0);

    private static async Task<ImageJob> JobAsync(
        PublishOptions options, RegistryAddress registry, SparkImageRecipe recipe, CancellationToken cancellationToken)
    {
        var path = PathOf(options, recipe);
        var document = await DockerfileDocument.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        var spark = $"{registry.Host}/{registry.Repository(SparkImageRecipe.All[0].Name)}:{options.Tag}";
        var arguments = SparkImageRecipe.BuildArguments(document, options.BuildArguments, spark, options.SparkUid);
        var packages = await PublishRules.PackagesAsync(options, recipe, cancellationToken).ConfigureAwait(false);
        var isWanted = options.Images.Contains(recipe.Name);
        return new ImageJob(recipe, document, arguments, registry.Repository(recipe.Name), isWanted, packages);
    }

    // A Dockerfile that is given and absent is told of when it is read.
    private static string PathOf(PublishOptions options, SparkImageRecipe recipe)
    {
        if (PublishRules.DockerfileOf(options, recipe) is { } given)
        {
            return given;
        }

        var path = Path.Combine(options.SparkHome, recipe.Dockerfile.Replace('/', Path.DirectorySeparatorChar));
        if (!File.Exists(path))
        {
            throw ImageErrors.ImageNotInDistribution(recipe.Name, path, options.SparkHome);
        }

        return path;
    }

    private static SparkHome OpenHome(string path)
    {
        try
        {
            return SparkHome.Open(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    private static void WarnOfUndeclared(PublishOptions options, List<ImageJob> jobs, ICaller caller)
    {
        var declared = jobs
            .SelectMany(j => SparkImageRecipe.DeclaredArguments(j.Document))
            .ToHashSet(StringComparer.Ordinal);
        var known = string.Join(", ", declared.Order(StringComparer.Ordinal));
        foreach (var name in options.BuildArguments.Keys.Where(n => !declared.Contains(n) && !IsPredefined(n)))
        {
            caller.Warning(
                $"No Dockerfile declares the build argument '{name}'; it has no effect. Declared are: {known}.");
        }
    }

    private static bool IsPredefined(string argument) => PredefinedArguments.Contains(argument.ToUpperInvariant());
}
