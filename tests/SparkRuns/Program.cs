using System.Runtime.InteropServices;
using SparkAzure.Runs.Predicting;
using SparkAzure.Runs.Recording;

namespace SparkAzure.Runs;

/// <summary>Runs features of real Sparks in real JVMs.</summary>
internal static class Program
{
    private const string Usage = """
        Usage: dotnet run --project tests/SparkRuns -- record|run|predict [OPTIONS]

        record   runs every feature of every home, and writes the data of src/SparkAzure.Core/Spark/Conflicts/Runs
        run      runs features and prints what the JVM says; writes nothing
        predict  changes homes in one point each, predicts, runs a JVM, and prints where the two disagree

        --spark VERSION     only this Spark: 2.4.8, 3.5.9
        --libraries NAME    only with this set: released, hadoop-2.8.5, hadoop-3.2.0, hadoop-3.2.0+jetty-util-ajax,
                            hadoop-3.2.0-wildfly-openssl, azure-3.3.4, hadoop-azure-3.3.4
        --java RELEASE      only on this Java: 8, 17
        --features LIST     only these features, separated by commas
        --watch WHAT        only runs that are watched for it: lookups, methods; record: both, one after the other
        --at-once NUMBER    how many features run at the same time: 1
        --folder DIR        where homes and runs are laid, and stay; else in a temporary folder that goes;
                            record goes on with what is recorded there already
        --out FILE          record: where the data is written
        --from VERSION      predict: by the runs of this Spark alone
        --only TEXT         predict: only changes whose words have this in them
        --jvm none          predict: only changes of which the folder keeps what the JVM said
        """;

    private static async Task<int> Main(string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, key) =>
        {
            key.Cancel = true;
            stop.Cancel();
        };
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        switch (arguments)
        {
            case ["record", .. var options]:
                return await new RunRecorder(RecordOptions.Of(options)).RecordAsync(stop.Token);
            case ["run", .. var options]:
                return await new RunRecorder(RecordOptions.Of(options)).TryAsync(stop.Token);
            case ["predict", .. var options]:
                return await PredictCommand.RunAsync(RecordOptions.Of(options), stop.Token);
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }
}
