using SparkAzure.Benchmarks;

if (args is ["scan", var home, var count])
{
    await JarBenchmarks.ScanAsync(home, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture));
    return 0;
}

if (args is not ["jars", ..])
{
    Console.Error.WriteLine("""
        Usage: dotnet run -c Release --project tests/Benchmarks -- jars [--spark-home DIR] [--runs N]

        jars   the conflict scan of a distribution, and the jar swap paired with rm and cp of the same files
               --spark-home  a real distribution (it is copied, not changed); else one of 260 jars and 225 MB is made
               --runs        how many counted runs of each, after one that does not count; 9 unless told
        """);
    return 2;
}

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
await new JarBenchmarks(Option("--spark-home"), int.Parse(Option("--runs") ?? "9", System.Globalization.CultureInfo.InvariantCulture)).RunAsync();
return 0;
