using System.Globalization;
using SparkAzure.Core.Images;
using SparkAzure.Core.Spark.Jars;
using SparkAzure.Core.Tests;
using SparkAzure.Core.Tests.Spark.Dockerfiles;

// A process of its own for tests that kill one: `update <home> <libraries> <companions>`, `restore <home>`, or `publish <home> <registry> <base image> <cache folder>`;
// and the fuzz test at its full length: `fuzz 1000000`. The test runner
// loads this assembly as a library and never comes through here.
Console.WriteLine("ready");
await Console.Out.FlushAsync();
if (args[0] == "fuzz")
{
    Console.WriteLine(DockerfileFuzz.Run(seed: 1, int.Parse(args[1], CultureInfo.InvariantCulture), TimeSpan.FromDays(1)));
    return;
}

if (args[0] == "publish")
{
    var options = new PublishOptions { SparkHome = args[1], Registry = args[2], Tag = "v1", Engine = SparkAzure.SparkImageEngine.Registry, BaseImage = args[3], CacheFolder = args[4] };
    await foreach (var image in SparkImagePublisher.PublishAsync(options, new RecordingOperator(), CancellationToken.None))
    {
        Console.WriteLine(image.Reference);
    }

    return;
}

_ = args[0] switch
{
    "update" => await SparkJars.UpdateAsync(
        new SparkJarUpdateOptions { SparkHome = args[1], LibraryPath = args[2], CompanionPath = args[3] }, new RecordingOperator(), CancellationToken.None),
    "restore" => await SparkJars.RestoreAsync(args[1], null, new RecordingOperator(), CancellationToken.None),
    _ => throw new ArgumentException(args[0]),
};
Console.WriteLine("done");
