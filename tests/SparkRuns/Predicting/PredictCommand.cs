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
        var from = options.From;
        var folder = options.Folder ?? Directory.CreateTempSubdirectory("spark-predict-").FullName;
        Directory.CreateDirectory(folder);
        var stock = new SparkStock(folder);
        var (agreed, literally, byCalls, all) = (0, 0, 0, 0);
        var changes = SingleChange.All.Where(options.Means);
        foreach (var change in changes.Where(c => !options.IsOfKept || File.Exists(Predictor.FileOf(c, folder))))
        {
            foreach (var prediction in await Predictor.RunAsync(change, stock, folder, from, cancellationToken))
            {
                all++;
                agreed += prediction.Agrees ? 1 : 0;
                byCalls += prediction.AgreesByCalls ? 1 : 0;
                literally += prediction.AgreesToTheLetter ? 1 : 0;
                Console.WriteLine($"{Word(prediction)} | {change.Spark} {change.Libraries} | {change.Words} | {prediction.Feature} | {Said(prediction)}");
                if (!prediction.AgreesToTheLetter)
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

        Console.WriteLine(
            $"{agreed} of {all} agree, {literally} of them with the first exception that was predicted; "
            + $"{byCalls} more are said with less weight, by calls alone.");
        return agreed == all ? 0 : 1;
    }

    private static string Word(Prediction prediction)
    {
        if (prediction.AgreesToTheLetter)
        {
            return "agrees ";
        }

        if (prediction.Agrees)
        {
            return "a later one";
        }

        return prediction.AgreesByCalls ? "by calls" : "DIFFERS";
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
