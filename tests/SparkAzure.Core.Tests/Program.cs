using System.Globalization;
using SparkAzure;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Images;
using SparkAzure.Core.Spark.Dockerfiles;
using SparkAzure.Core.Spark.Jars;
using SparkAzure.Core.Tests;
using SparkAzure.Core.Tests.Hostile;
using SparkAzure.Core.Tests.Spark.Dockerfiles;

// A process of its own for tests that kill one: `update <home> <libraries> <companions>`, `restore <home>`, or `publish <home> <registry> <base image> <cache folder>`;
// and the fuzz test at its full length: `fuzz 1000000`. The test runner
// loads this assembly as a library and never comes through here. For tests that need another account there are
// `change <document> <folder>`, which goes on until it is killed, and `import-for <user>` and `start-dss <data directory>`, which print how they were refused.
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
    await foreach (var image in SparkImagePublisher.PublishAsync(options, new RecordingCaller(), CancellationToken.None))
    {
        Console.WriteLine(image.Reference);
    }

    return;
}

if (args[0] == "edit-documents")
{
    // The folders of a sample host and of a Spark home: what is made in them is looked at by a test.
    var address = new DssAddress { DataDirectory = args[1] };
    await SparkConfig.RemoveAsync(address, new SparkConfigRemoval { Name = "default", Force = true }, new RecordingCaller(), CancellationToken.None);
    await SparkDockerfileEditor.EditAsync(args[2], repair: false, new RecordingCaller(), CancellationToken.None);
    await KubeConfigFile.At(Path.Combine(args[1], "kube", "config")).LockAsync(TimeSpan.Zero, new RecordingCaller(), CancellationToken.None);
    await KubeConfigFile.At(Path.Combine(args[1], "kube", "config")).WriteAsync("a: b\n", CancellationToken.None);
    return;
}

if (args[0] == "change")
{
    await DocumentChanges.WithoutEndAsync(args[1], args[2]);
    return;
}

if (args[0] is "import-for" or "start-dss")
{
    try
    {
        await RunAsync(args[0], args[1]);
    }
    catch (SparkAzureException refusal)
    {
        Console.WriteLine(refusal.Id);
        Console.WriteLine(refusal.Kind);
        Console.WriteLine(refusal.Message);
        Console.WriteLine(refusal.Remedy);
    }

    return;
}

_ = args[0] switch
{
    "update" => await SparkJars.UpdateAsync(
        new SparkJarUpdateOptions { SparkHome = args[1], LibraryPath = args[2], CompanionPath = args[3] }, new RecordingCaller(), CancellationToken.None),
    "restore" => await SparkJars.RestoreAsync(new SparkJarRestoreOptions { SparkHome = args[1] }, new RecordingCaller(), CancellationToken.None),
    _ => throw new ArgumentException(args[0]),
};
Console.WriteLine("done");

static Task RunAsync(string command, string argument)
{
    var recording = new RecordingCaller();
    if (command == "start-dss")
    {
        return DssControl.StartAsync(argument, TimeSpan.FromSeconds(10), recording, CancellationToken.None);
    }

    var options = new AksCredentialOptions { ClusterName = "spark", Users = [argument] };
    return AksCredentials.ImportAsync(options, new AzureAccess(), recording, CancellationToken.None);
}
