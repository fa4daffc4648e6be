using SparkAzure.Core.Spark.Conflicts.Runs;
using SparkAzure.Runs.Recording;
using SparkAzure.Runs.Scenes;

namespace SparkAzure.Runs.Predicting;

/// <summary>Predicts and runs all changes, and prints where the two disagree.</summary>
internal static class PredictCommand
{
    /// <summary>Runs it.</summary>
    /// <param name="options">Which Spark's changes, and by which runs they are predicted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>0 when all agree, 1 when not.</returns>
    public static async Task<int> RunAsync(RecordOptions options, CancellationToken cancellationToken)
    {
        var (spark, from) = (options.Spark, options.From);
        var folder = options.Folder ?? Directory.CreateTempSubdirectory("spark-predict-").FullName;
        Directory.CreateDirectory(folder);
        var stock = new SparkStock(folder);
        Func<SparkRun, bool>? known = from is null ? null : run => run.Spark == from;
        var (agreed, literally, all) = (0, 0, 0);
        foreach (var change in SingleChange.All.Where(c => spark is null || c.Spark == spark))
        {
            foreach (var prediction in await Predictor.RunAsync(change, stock, folder, known, cancellationToken))
            {
                all++;
                agreed += prediction.Agrees ? 1 : 0;
                literally += prediction.AgreesToTheLetter ? 1 : 0;
                Console.WriteLine($"{Word(prediction)} | {change.Spark} {change.Libraries} | {change.Words} | {prediction.Feature} | {Said(prediction)}");
                if (!prediction.Agrees)
                {
                    Console.WriteLine($"    the JVM:   {prediction.Said}");
                    Console.WriteLine($"    predicted: {string.Join(" | ", prediction.Predicted.Take(3).DefaultIfEmpty("it works"))}");
                }
            }
        }

        if (options.Folder is null)
        {
            Directory.Delete(folder, recursive: true);
        }

        Console.WriteLine($"{agreed} of {all} agree, {literally} of them with the first exception that was predicted.");
        return agreed == all ? 0 : 1;
    }

    private static string Word(Prediction prediction)
    {
        if (prediction.AgreesToTheLetter)
        {
            return "agrees ";
        }

        return prediction.Agrees ? "a later one" : "DIFFERS";
    }

    private static string Said(Prediction prediction)
    {
        if (prediction.Said.Length == 0)
        {
            return "works";
        }

        return prediction.Predicted.Count > 0 ? prediction.Predicted[0] : prediction.Said;
    }
}
