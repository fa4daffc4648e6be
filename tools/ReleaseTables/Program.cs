using System.Globalization;
using SparkAzure.ReleaseTables;

// Makes a table from what was read of the releases, and writes it to standard output:
//
//   dotnet run --project tools/ReleaseTables -- spark-jars LISTS DAY > src/SparkAzure.Core/Releases/spark-jars.txt
//   dotnet run --project tools/ReleaseTables -- class-owners LISTS JARS ADDONS LIBRARIES DAY > src/…/class-owners.txt
//   dotnet run --project tools/ReleaseTables -- kubernetes-keys JARS DAY > src/…/spark-kubernetes-keys.txt
//
// LISTS is a folder with a file RELEASE.tsv per release, its rows a jar's file name, size in bytes and SHA-1; DAY is the
// day on which they were read, as 2026-11-29. The second needs the first one's result built in, and the jars themselves,
// or hollow ones with the same entries: JARS has those of some of the releases, as NAME-VERSION.SHA1.jar with the first
// ten digits of the SHA-1; ADDONS a folder per Hadoop release with what brings Azure to the Sparks that ship it;
// LIBRARIES a folder hadoop-RELEASE for each Hadoop that is exchanged for a Spark's own. JARS of the third has
// spark-kubernetes_SCALA-RELEASE.jar of each release.
if (args.Length < 3 || !DateOnly.TryParseExact(args[^1], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
{
    return Usage();
}

var output = Console.Out;
output.NewLine = "\n";
switch (args)
{
    case ["spark-jars", var lists, var day]:
        SparkJarsTable.Write(lists, day, output);
        return 0;
    case ["class-owners", var lists, var jars, var addOns, var libraries, var day]:
        ClassOwnersTable.Write(JarSets.Read(lists, jars, addOns, libraries), day, output);
        return 0;
    case ["kubernetes-keys", var jars, var day]:
        KubernetesKeysTable.Write(jars, day, output);
        return 0;
    default:
        return Usage();
}

static int Usage()
{
    Console.Error.WriteLine("usage: ReleaseTables spark-jars <lists> <day of reading, as 2026-11-29>");
    Console.Error.WriteLine("       ReleaseTables class-owners <lists> <jars> <add-ons> <libraries> <day of reading>");
    Console.Error.WriteLine("       ReleaseTables kubernetes-keys <jars> <day of reading>");
    return 2;
}
