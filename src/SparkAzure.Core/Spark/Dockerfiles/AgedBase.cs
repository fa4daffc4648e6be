using System.Globalization;
using System.Text.RegularExpressions;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>Base images on which a Dockerfile no longer builds, or not what it did.</summary>
/// <param name="Rule">The name of the problem (<see cref="DockerfileProblems"/>).</param>
/// <param name="Since">The day since when it is so.</param>
/// <param name="Image">The images, as a reference without digest.</param>
/// <param name="Source">Where that is known from.</param>
internal sealed record AgedBase(string Rule, string Since, Regex Image, string Source);

/// <summary>
/// What has become of base images. Every row has a day, because what they say ages too: read 2026-11-27.
/// </summary>
internal static class AgedBases
{
    internal const string ArchivedDebian = "archived-debian";
    internal const string ExpiredDebian = "expired-debian";
    internal const string MovedTemurin = "temurin-noble";
    internal const string ArchivedUbuntu = "archived-ubuntu";
    internal const string ArchivedCentos = "archived-centos";
    internal const string DeletedOpenJdk = "deleted-openjdk";

    // The releases of Java that Temurin has on Ubuntu 22.04, to which a base image can move without another Java.
    private static readonly string[] TemurinReleases = ["8", "11", "17", "21"];

    // Temurin's tags with a whole version stand since they were made; these are the first that are not on Ubuntu 22.04.
    // Source: library/eclipse-temurin of docker-library/official-images at 00257ae, where 8u412, 11.0.23 and 17.0.11 are
    // on 22.04 and 21.0.4 is on 24.04; its #17224 and #17235. Of 22, the last on 22.04 is not known.
    private static readonly Dictionary<int, int> FirstOnNoble = new() { [8] = 422, [11] = 24, [17] = 12, [21] = 4 };

    internal static readonly AgedBase[] All =
    [
        new(ArchivedDebian, "2025-07-15", Image(@"[:.-](?:wheezy|jessie|stretch|buster)\b|(?:^|/)debian:(?:[789]|10)(?:[.-]|$)"), "ontop/ontop#883, gigascience/gigadb-website#2406, debuerreotype/docker-debian-artifacts#245: Debian 10 went to the archive in July 2025"),
        new(ExpiredDebian, "2026-09-07", Image(@"[:.-](?:bullseye|oldoldstable)\b|(?:^|/)debian:11(?:[.-]|$)"), "docker-library/official-images#22244, virtualcell/vcell#2075, rehlds/ReHLDS#1201"),
        new(ArchivedUbuntu, "2026-01-15", Image(@"[:-](?:artful|cosmic|disco|eoan|groovy|hirsute|impish|kinetic|lunar|mantic|oracular|plucky)\b|(?:^|/)ubuntu:(?:17|19|21|23)\.|(?:^|/)ubuntu:(?:(?:18|20|22|24)\.10|25\.04)"), "ubuntu.com/about/release-cycle: nine months for each of them; tianon/docker-brew-ubuntu-core#245, bambulab/BambuStudio#9431, docker/docs#24073: the last of them here, 25.04, ended in January 2026"),
        new(ArchivedCentos, "2024-07-01", Image(@"(?:^|/)centos(?::(?:centos)?[678](?:[.-]|$)|:latest|$)"), "smoogespace.blogspot.com, 2024-05-14: 7 ends on 2024-06-30, and its packages go to vault.centos.org; CentOS/sig-cloud-instance-images#190, #202: 8, which latest is"),
    ];

    // openjdk's images on Debian have no suite in most tags: they went from one to the next, and the last is Debian 11.
    private static readonly Regex OpenJdk = Image(
        @"^(?<registry>.*/)?openjdk:(?<release>\d+)(?![^:]*(?:alpine|oracle|windows|nano|bookworm|trixie))(?<rest>[^:]*)$");

    // Tags of openjdk on Docker Hub that name no single build; those that do, and early access, were left.
    // Source: docker-library/openjdk#550, 2025-11-03: "anything that isn't obviously either an old explicit historical
    // version ... or clearly Early Access/pre-release"; adoptium/adoptium-support#1374.
    private static readonly Regex Deleted = Image(
        @"^(?:docker\.io/)?(?:library/)?openjdk(?:$|:(?!\d+(?:u\d|\.\d|-ea|-rc))(?:(?<release>\d+)(?=$|-))?(?<rest>.*)$)");

    // The last that 8-alpine was, by its own name (docker-library/official-images#5861; #363 and #368 of openjdk: there is
    // none after it).
    private static readonly Regex LastOnAlpine = Image("^-(?:jdk-|jre-)?alpine(?:3\\.9)?$");

    private static readonly Regex Temurin = Image(
        @"^(?<registry>.*/)?eclipse-temurin(?:$|:(?<tag>latest|(?<release>\d+)(?:(?:\.0\.|u)(?<update>\d+)(?:\.\d+)*(?:[_-]b?\d+)?)?(?:-jre|-jdk)?)$)");

    private static readonly Regex Debian = Image(@"^(?<registry>.*/)?debian:");
    private static readonly Regex JavaPackage = Image(@"^openjdk-(?<release>\d+)-(?<kind>jre|jdk)");

    // What a file says of Debian beyond its base: names of suites, versions of its packages, its own hosts.
    private static readonly Regex DebianAlone = Image(
        @"\b(?:stretch|buster|bullseye)\b|[+~]deb\d+|\bsecurity\.debian\.org\b|/usr/local/openjdk-\d");

    /// <summary>What has become of an image; null where nothing is known against it.</summary>
    public static string? RuleOf(string image)
    {
        var name = WithoutDigest(image);
        if (All.FirstOrDefault(a => a.Image.IsMatch(name)) is { } aged)
        {
            return aged.Rule;
        }

        if (OpenJdk.Match(name) is { Success: true } openJdk && IsOnDebian11(openJdk))
        {
            return ExpiredDebian;
        }

        if (Deleted.IsMatch(name))
        {
            return DeletedOpenJdk;
        }

        return Temurin.Match(name) is { Success: true } temurin && HasMoved(temurin) ? MovedTemurin : null;
    }

    /// <summary>An image that is alive and has what an aged one had; null where none is known.</summary>
    /// <param name="image">The aged image.</param>
    /// <param name="shape">The file: what it installs and says of its system decides.</param>
    public static string? Successor(string image, DockerfileShape shape)
    {
        var name = WithoutDigest(image);
        if (Temurin.Match(name) is { Success: true } temurin)
        {
            var isOnJammy = TemurinReleases.Contains(temurin.Groups["release"].Value);
            return isOnJammy ? $"{name}-jammy" : null;
        }

        if (Deleted.Match(name) is { Success: true } deleted && LastOnAlpine.IsMatch(deleted.Groups["rest"].Value))
        {
            return deleted.Groups["release"].Value == "8" ? name.Replace("openjdk:8-", "openjdk:8u212-", StringComparison.Ordinal) : null;
        }

        // From Debian to Ubuntu: what is of Debian alone would not be found there.
        var isOfDebian = shape.Instructions.Any(
            i => DebianAlone.IsMatch(i.ToString()) || i.Heredocs.Any(h => DebianAlone.IsMatch(h.Body)));
        if (isOfDebian)
        {
            return null;
        }

        if (OpenJdk.Match(name) is { Success: true } openJdk)
        {
            var isRuntime = openJdk.Groups["rest"].Value.Contains("jre", StringComparison.Ordinal);
            return Jammy(openJdk, openJdk.Groups["release"].Value, isRuntime);
        }

        if (Debian.Match(name) is { Success: true } debian
            && shape.Packages.Select(p => JavaPackage.Match(p)).FirstOrDefault(m => m.Success) is { } java)
        {
            return Jammy(debian, java.Groups["release"].Value, java.Groups["kind"].Value == "jre");
        }

        return null;
    }

    // Whether somebody's own registry has the other image, nobody knows.
    private static string? Jammy(Match image, string release, bool isRuntime)
    {
        var registry = image.Groups["registry"].Value;
        var isHub = registry is "" or "docker.io/" or "docker.io/library/" or "library/";
        if (!isHub || !TemurinReleases.Contains(release))
        {
            return null;
        }

        var kind = isRuntime ? "jre" : "jdk";
        return $"eclipse-temurin:{release}-{kind}-jammy";
    }

    // Without "slim" they are Oracle's Linux from Java 12 on (library/openjdk of docker-library/official-images). With it
    // a release is made until the next one is out, and Debian 12 came between those of Java 20 and 21.
    private static bool IsOnDebian11(Match openJdk)
    {
        var release = int.Parse(openJdk.Groups["release"].ValueSpan, CultureInfo.InvariantCulture);
        var isSlim = openJdk.Groups["rest"].Value.Contains("slim", StringComparison.Ordinal);
        return release < (isSlim ? 21 : 12);
    }

    private static bool HasMoved(Match temurin)
    {
        if (!temurin.Groups["update"].Success)
        {
            return true;
        }

        var release = int.Parse(temurin.Groups["release"].ValueSpan, CultureInfo.InvariantCulture);
        var update = int.Parse(temurin.Groups["update"].ValueSpan, CultureInfo.InvariantCulture);
        return update >= FirstOnNoble.GetValueOrDefault(release, release > 22 ? 0 : int.MaxValue);
    }

    private static string WithoutDigest(string image) => image.Split('@')[0];

    private static Regex Image(string pattern) =>
        new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(PatternLimit.Milliseconds));
}
