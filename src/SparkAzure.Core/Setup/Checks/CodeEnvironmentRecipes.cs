using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>
/// Recipes of Spark that name a code environment: it is there for the driver, and executors have the packages of the image
/// alone. DSS keeps a recipe in config/projects/PROJECT/recipes/NAME.json, its environment in params.envSelection (envMode
/// EXPLICIT_ENV, envName; DSS's public client, CodeRecipeSettings.set_code_env).
/// </summary>
internal static class CodeEnvironmentRecipes
{
    private const int MostRecipes = 20_000;
    private const int Named = 4;

    private static readonly string[] SparkTypes = ["pyspark", "sparkr", "spark_scala"];

    public static Task<CheckOutcome> CheckAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var projects = Path.Combine(site.Directory.Path, "config", "projects");
        var files = TreeOwner.Act(projects, () => RecipesBelow(projects));
        var found = new List<string>();
        foreach (var file in files.Take(MostRecipes))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (EnvironmentOf(file) is { } environment)
            {
                var project = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(file)));
                found.Add($"{project}.{Path.GetFileNameWithoutExtension(file)} ({environment})");
            }
        }

        if (files.Count > MostRecipes)
        {
            return Task.FromResult(CheckOutcome.Unknown($"There are {files.Count} recipes, too many to look at each."));
        }

        if (found.Count == 0)
        {
            return Task.FromResult(CheckOutcome.Passed($"None of {files.Count} recipes does by itself; what projects set for all is not looked at."));
        }

        var more = found.Count > Named ? $" and {found.Count - Named} more" : "";
        return Task.FromResult(CheckOutcome.Warning(
            $"{string.Join(", ", found.Take(Named))}{more}: the environment is there for the driver only.",
            "Put the packages that executors need into the image (-PythonRequirements).",
            "Publish-SparkImage"));
    }

    private static List<string> RecipesBelow(string projects)
    {
        if (!Directory.Exists(projects))
        {
            return [];
        }

        return
        [
            .. Directory.EnumerateDirectories(projects)
                .Select(p => Path.Combine(p, "recipes"))
                .Where(Directory.Exists)
                .SelectMany(r => Directory.EnumerateFiles(r, "*.json")),
        ];
    }

    private static string? EnvironmentOf(string file)
    {
        try
        {
            var recipe = JsonText.Parse(RegularFile.ReadAllBytes(file), file).Root;
            var selection = recipe["params"]?["envSelection"];
            if (SparkTypes.Contains(recipe["type"]?.Scalar) && selection?["envMode"]?.Scalar == "EXPLICIT_ENV")
            {
                return selection["envName"]?.Scalar ?? "?";
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or JsonTextException or SparkAzureException)
        {
            return null;
        }
    }
}
