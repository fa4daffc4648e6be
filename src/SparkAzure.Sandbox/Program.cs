using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using SparkAzure.Sandbox;
using SparkAzure.Sandbox.Lake;

if (args is ["lake", "--address", var address, .. var rest] && rest is [] or ["--authority", _])
{
    // For a script: a storage account that Hadoop's driver can use, until the input ends; then its requests.
    var ip = IPAddress.Parse(address);
    using var certificate = rest is [_, _] ? LoopbackCertificate.Create(ip) : null;
    certificate?.WriteAuthority(rest[1]);
    await using var lake = await LakeStandIn.StartAsync(ip, "lake", "data", CancellationToken.None, certificate);
    Console.WriteLine(JsonSerializer.Serialize(new { lake.Endpoint, lake.Account, lake.Key, FileSystem = "data", lake.Tokens }));
    while (await Console.In.ReadLineAsync() is not null)
    {
        Console.WriteLine(JsonSerializer.Serialize(new { lake.Requests, Paths = lake.PathsOf("data") }));
    }

    return 0;
}

if (args is not ["serve", "--folder", var folder])
{
    Console.Error.WriteLine("""
        Usage: SparkAzure.Sandbox serve --folder DIR
               SparkAzure.Sandbox lake --address IP [--authority FILE]

        Lays a sample DSS host, a sample Spark distribution, both archives of Hadoop libraries and a kubeconfig out in DIR, starts
        stand-ins of a registry, of DSS's REST API and of Azure on the loopback, and writes one line of JSON that says where
        everything is. For every line of its input it writes one line of JSON with the requests that reached the stand-ins so far.
        Ends when its input ends or on SIGTERM; the files stay.

        lake: a storage account for Hadoop's ABFS driver, at that address over http; writes where it is as one line of JSON. With
        --authority over https, and the certificate of the authority behind it goes into FILE. Tokens for its service principal
        are issued at the same address.
        """);
    return 2;
}

if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
{
    Console.Error.WriteLine($"'{folder}' is not empty; give a folder of its own.");
    return 1;
}

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
await using var site = await SampleSite.StartAsync(folder, stop.Token);
var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
Console.WriteLine(JsonSerializer.Serialize(site.Description, json));

// Reading the console cannot be cancelled everywhere, so it has a thread of its own that the end of the program takes
// along.
var input = new Thread(() =>
{
    while (Console.In.ReadLine() is not null)
    {
        Console.WriteLine(JsonSerializer.Serialize(site.Requests, json));
    }

    stop.Cancel();
})
{ IsBackground = true };
input.Start();
try
{
    await Task.Delay(Timeout.Infinite, stop.Token);
}
catch (OperationCanceledException)
{
    // The way it ends.
}

return 0;
