using System.Globalization;
using SparkAzure.ReleaseTables;

// Makes a table from what was read of the releases, and writes it to standard output:
//
//   dotnet run --project tools/ReleaseTables -- spark-jars LISTS DATE > src/SparkAzure.Core/Releases/spark-jars.txt
//
// LISTS is a folder with a file RELEASE.tsv per release, its rows a jar's file name, size in bytes and SHA-1; DATE is
// the day on which they were read, as 2026-11-29.
if (args is not ["spark-jars", var lists, var day] || !IsDay(day))
{
    Console.Error.WriteLine("usage: ReleaseTables spark-jars <folder of lists> <day of reading, as 2026-11-29>");
    return 2;
}

var output = Console.Out;
output.NewLine = "\n";
SparkJarsTable.Write(lists, day, output);
return 0;

static bool IsDay(string text) =>
    DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
