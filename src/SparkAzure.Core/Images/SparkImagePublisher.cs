using System.Runtime.CompilerServices;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Images.AcrTask;
using SparkAzure.Core.Images.Docker;
using SparkAzure.Core.Images.Registry;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images;

/// <summary>The station that makes the images of a Spark distribution and brings them into a registry.</summary>
public static class SparkImagePublisher
{
    // Docker gives these to every build without a declaration (Dockerfile reference, "Predefined ARGs").
    private static readonly string[] PredefinedArguments = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

    /// <summary>Publishes the images that are asked for, each returned as soon as the registry has it.</summary>
    /// <param name="options">What, where to and how.</param>
    /// <param name="operator">Is asked once per image before anything is changed.</param>
    /// <param name="cancellationToken">Stops at once; a tag never names a half-pushed image.</param>
    /// <exception cref="SparkAzureException">Every refusal of ImageErrors and DockerfileErrors; NotASparkHome, SparkReleaseMismatch, CannotRead.</exception>
    public static async IAsyncEnumerable<SparkImage> PublishAsync(PublishOptions options, IOperator @operator, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(options, @operator, cancellationToken).ConfigureAwait(false);
        IImageEngine engine = plan.Options.Engine switch
        {
            SparkImageEngine.Docker => new DockerEngine(),
            SparkImageEngine.AcrTask => new AcrTaskEngine(),
            _ => new RegistryEngine(),
        };
        await foreach (var image in engine.PublishAsync(plan, @operator, cancellationToken).ConfigureAwait(false))
        {
            yield return image;
        }
    }

    /// <summary>The contexts of the docker program that this account has.</summary>
    /// <param name="environment">Reads a variable; DOCKER_CONFIG names docker's folder.</param>
    public static IReadOnlyList<string> DockerContexts(Func<string, string?> environment) => DockerContext.Names(DockerConfigFile.DefaultFolder(environment));

    private static async Task<PublishPlan> PlanAsync(PublishOptions options, IOperator @operator, CancellationToken cancellationToken)
    {
        var registry = RegistryAddress.Parse(options.Registry);
        if (!ImageReference.IsTag(options.Tag))
        {
            throw ImageErrors.ImageTagInvalid(options.Tag);
        }

        var unknown = options.Images.FirstOrDefault(name => !Array.Exists(SparkImageRecipe.All, r => r.Name == name));
        if (unknown is not null)
        {
            throw ImageErrors.ImageNameUnknown(unknown);
        }

        if (options.Engine == SparkImageEngine.Registry && string.IsNullOrWhiteSpace(options.BaseImage))
        {
            throw ImageErrors.BaseImageRequired();
        }

        PublishRules.Check(options);
        if (options.Engine == SparkImageEngine.Auto)
        {
            options = options with { Engine = await EngineChoice.ChooseAsync(options, registry, @operator, cancellationToken).ConfigureAwait(false) };
        }

        var home = OpenHome(options.SparkHome);
        options = options with { SparkHome = home.Path };
        var sparkReference = $"{registry.Host}/{registry.Repository(SparkImageRecipe.All[0].Name)}:{options.Tag}";
        var jobs = new List<ImageJob>();
        foreach (var recipe in SparkImageRecipe.All)
        {
            var isWanted = options.Images.Contains(recipe.Name);
            if (!isWanted && (recipe.OnSpark || options.Images.Count == 0))
            {
                continue;
            }

            var given = PublishRules.DockerfileOf(options, recipe);
            var path = given ?? Path.Combine(options.SparkHome, recipe.Dockerfile.Replace('/', Path.DirectorySeparatorChar));
            if (given is null && !File.Exists(path))
            {
                throw ImageErrors.ImageNotInDistribution(recipe.Name, path, options.SparkHome);
            }

            var document = await DockerfileDocument.ReadAsync(path, cancellationToken).ConfigureAwait(false);
            var arguments = SparkImageRecipe.BuildArguments(document, options.BuildArguments, sparkReference, options.SparkUid);
            var packages = await PublishRules.PackagesAsync(options, recipe, cancellationToken).ConfigureAwait(false);
            jobs.Add(new ImageJob(recipe, document, arguments, registry.Repository(recipe.Name), isWanted, packages));
        }

        PublishRules.CheckArguments(options, jobs);
        WarnOfUndeclared(options, jobs, @operator);
        var login = await options.Access.FindLoginAsync(registry, isTarget: true, @operator, cancellationToken).ConfigureAwait(false);
        return new PublishPlan(options, registry, new SparkHomeFiles(home.Path), jobs, login);
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

    private static void WarnOfUndeclared(PublishOptions options, List<ImageJob> jobs, IOperator @operator)
    {
        var declared = jobs.SelectMany(j => SparkImageRecipe.DeclaredArguments(j.Document)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in options.BuildArguments.Keys.Where(n => !declared.Contains(n) && !PredefinedArguments.Contains(n.ToUpperInvariant())))
        {
            @operator.Warning($"No Dockerfile declares the build argument '{name}'; it has no effect. Declared are: {string.Join(", ", declared.Order(StringComparer.Ordinal))}.");
        }
    }
}
