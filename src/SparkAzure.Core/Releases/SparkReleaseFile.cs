using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Releases;

/// <summary>What the file RELEASE at the root of a Spark distribution states.</summary>
/// <param name="Version">The Spark version; null where it states none.</param>
/// <param name="Revision">
/// The revision of Spark's sources, as official builds have it; null where it states none.
/// </param>
internal sealed partial record SparkReleaseFile(string? Version, string? Revision)
{
    private static readonly SparkReleaseFile Nothing = new(null, null);

    /// <summary>Where the file stands in a distribution.</summary>
    /// <param name="sparkHome">The Spark home.</param>
    public static string PathIn(string sparkHome) => Path.Combine(sparkHome, "RELEASE");

    /// <summary>Reads the file of a distribution; one that is not there states nothing.</summary>
    /// <param name="sparkHome">The Spark home.</param>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read it.</exception>
    public static SparkReleaseFile Read(string sparkHome)
    {
        var path = PathIn(sparkHome);
        if (!File.Exists(path))
        {
            return Nothing;
        }

        using var reader = new StreamReader(RegularFile.OpenStream(path));
        var first = reader.ReadLine() ?? "";
        var match = FirstLine().Match(first);
        if (!match.Success)
        {
            return Nothing;
        }

        var revision = match.Groups["revision"];
        return new SparkReleaseFile(match.Groups["version"].Value, revision.Success ? revision.Value : null);
    }

    // "Spark 2.4.0 built for Hadoop 2.7.3", with "(git revision …)" after the version in official builds.
    [GeneratedRegex(
        @"^Spark (?<version>\d+\.\d+\.\d+\S*)(?: \(git revision (?<revision>[0-9a-f]+)\))?",
        RegexOptions.CultureInvariant)]
    private static partial Regex FirstLine();
}
