using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure;
using SparkAzure.QuickStart;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.DssApi;
using SparkAzure.Sandbox.Registry;

var (options, problem) = QuickStartOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine($"{problem}\n\n{QuickStartOptions.Usage}".TrimStart());
    return 2;
}

if (options is { DataDirectory: not null, Archive: null }
    && !options.Yes
    && !AgreedToSampleLibraries(options.DataDirectory))
{
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
var watch = Stopwatch.StartNew();
var results = options.Results ?? Directory.CreateTempSubdirectory("sparkazure-quickstart-").FullName;
var failures = 0;
try
{
    Directory.CreateDirectory(results);
    await using var registry = await RegistryStandIn.StartAsync(
        new RegistryOptions { Folder = Path.Combine(results, "registry") }, stop.Token);
    registry.SeedBaseImage("base/jre", "8-alpine");
    await using var azure = await AzureStandIn.StartAsync(stop.Token);
    azure.AddCluster(new StandInCluster(azure.AddSubscription("Data platform"), "rg-data", "spark"));
    await using var log = File.CreateText(Path.Combine(results, "log.txt"));
    log.AutoFlush = true;

    int?[] lines = options switch
    {
        { Hadoop: { } one } => [one],
        { Archive: not null } => [null],
        _ => [2, 3],
    };
    foreach (var line in lines)
    {
        failures += await GoThroughAsync(
            await Scene.SetAsync(options, results, line, registry, azure, stop.Token),
            new ConsoleCaller(log, options.Verbose));
    }
}
catch (SparkAzureException exception)
{
    Page.Note($"{exception.Id}: {exception.Message} {exception.Remedy}");
    failures++;
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException
    or HttpRequestException)
{
    Page.Note(exception.Message);
    failures++;
}
catch (OperationCanceledException)
{
    Page.Note("Stopped.");
    failures++;
}

Console.WriteLine();
Console.WriteLine(
    $"{(failures == 0 ? "All checks passed" : $"FAILED: {failures}")} after {watch.Elapsed.TotalSeconds:0} s. The " +
    $"results are in {results}");
return failures == 0 ? 0 : 1;

async Task<int> GoThroughAsync(Scene scene, ConsoleCaller console)
{
    Page.Heading(
        $"{(scene.HadoopVersion is { } line ? $"Hadoop {line}" : "The given archive")}: {scene.DataDirectory}");
    var secrets = new SampleSecrets();
    var before = JsonNode.Parse(await File.ReadAllTextAsync(
        Path.Combine(scene.DataDirectory, "config", "general-settings.json"), stop.Token))!;

    // A real host's settings are edited in its files; DSS's API is shown on the sample host, with the line that comes
    // second.
    await using var api = scene is { IsSampleHost: true, HadoopVersion: 3 }
        ? await DssApiStandIn.StartAsync(new DssApiOptions { DataDirectory = scene.DataDirectory }, stop.Token)
        : null;
    var outcome = await new Stations(scene, console, show: true).RunAsync(api, secrets, stop.Token);

    Console.WriteLine();
    Console.WriteLine("     Checked from the other side");
    var other = new OtherSide(scene, outcome);
    await other.CheckAsync(before, api, stop.Token);
    var failed = outcome.Checks.Where(c => c.State == SparkAzureCheckState.Failed).Select(c => $"{c.Id}: {c.Evidence}").ToList();
    other.Check(
        failed.Count == 0,
        failed.Count == 0
            ? "Test-SparkAzureSetup finds that libraries, jars, images and configuration agree"
            : $"Test-SparkAzureSetup finds {string.Join(' ', failed)}");
    var again = await new Stations(scene, console, show: false).RunAsync(api, secrets, stop.Token);
    other.Check(
        again.Changed.Count == 0,
        again.Changed.Count == 0
            ? "a second run of every station changed nothing"
            : $"a second run changed something at {string.Join(", ", again.Changed)}");
    var told = await File.ReadAllTextAsync(Path.Combine(results, "log.txt"), stop.Token);
    other.Check(
        !new[] { secrets.AccountKey, secrets.ClientSecret }.Any(s => told.Contains(s, StringComparison.Ordinal)),
        "no secret stands in the log of the stations");
    return other.Failures;
}

// The sample libraries hold no code: a DSS that works must not lose its own to them unnoticed.
static bool AgreedToSampleLibraries(string dataDirectory)
{
    Page.Note($"Without --archive, sample libraries without code take the place of the Hadoop libraries of '{dataDirectory}', and it gets a sample Spark unless --spark-home is given.");
    if (Console.IsInputRedirected)
    {
        Page.Note("Nobody is there to ask. Give --archive, or agree with --yes; nothing was changed.");
        return false;
    }

    Console.Write("     Go on? [y/N] ");
    return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
}
