using SparkAzure.Core.Text;


namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>A Dockerfile as Spark released it, by what tells it apart. The next release is a row here.</summary>
/// <param name="Releases">The releases that have this file.</param>
/// <param name="Kind">Which image it makes.</param>
/// <param name="Base">
/// Its base image with the defaults of its build arguments; <c>*</c> for any text, alternatives parted by a blank.
/// </param>
/// <param name="Packages">The packages it installs, in order.</param>
/// <param name="LinksLoader">Whether it links /lib64 to /lib.</param>
/// <param name="EqualsForm">Whether its ENV is written <c>ENV name=value</c> (SPARK-48899).</param>
/// <param name="Counts">
/// How often each instruction stands in it, and how many shell commands: <c>ARG:3 RUN:1 shell:11</c>.
/// </param>
internal sealed record DockerfileRelease(
    string Releases,
    SparkDockerfileKind Kind,
    string Base,
    string Packages,
    bool LinksLoader,
    bool EqualsForm,
    string Counts)
{
    /// <summary>The packages, one by one.</summary>
    public IReadOnlyList<string> PackageList { get; } = Packages.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The counts by name.</summary>
    public IReadOnlyDictionary<string, int> CountsByName { get; } = Counts.Split(' ')
        .Select(c => c.Split(':'))
        .ToDictionary(
            c => c[0], c => int.Parse(c[1], System.Globalization.CultureInfo.InvariantCulture), StringComparer.Ordinal);

    private IReadOnlyList<GlobPattern> BasePatterns { get; } = [.. Base.Split(' ').Select(b => new GlobPattern(b))];

    /// <summary>
    /// What a file has otherwise than this release, in words; nss and LD_LIBRARY_PATH, the procedure's own edits, do
    /// not count.
    /// </summary>
    public IReadOnlyList<string> DifferencesOf(DockerfileShape shape)
    {
        var found = new List<string>();
        if (!BasePatterns.Any(p => p.IsMatch(shape.BaseImage)))
        {
            found.Add($"base image {Named(shape.BaseImage)} instead of {Named(Base)}");
        }

        AddWords(found, "installs also", shape.Packages.Except(PackageList).Where(p => p != EditNames.Nss));
        AddWords(found, "does not install", PackageList.Except(shape.Packages));
        if (shape.Commands.LinksLoader != LinksLoader)
        {
            found.Add(LinksLoader ? "does not link /lib64 to /lib" : "links /lib64 to /lib");
        }

        if (shape.EqualsForm != EqualsForm)
        {
            found.Add(EqualsForm
                ? "ENV with a blank instead of an equals sign"
                : "ENV with an equals sign instead of a blank");
        }

        AddWords(found, "", OtherCounts(shape));
        return found;
    }

    private IEnumerable<string> OtherCounts(DockerfileShape shape)
    {
        foreach (var name in shape.Counts.Keys.Union(CountsByName.Keys))
        {
            var has = shape.Counts.GetValueOrDefault(name);
            var released = CountsByName.GetValueOrDefault(name);
            if (has != released)
            {
                var what = name == DockerfileShape.ShellCount ? "shell commands" : name;
                yield return $"{has} {what} instead of {released}";
            }
        }
    }

    /// <summary>How far the packages are from this release's, nss included: it tells 2.4.0 from 2.4.1.</summary>
    public int PackageDistance(DockerfileShape shape) =>
        shape.Packages.Except(PackageList).Count() + PackageList.Except(shape.Packages).Count();

    private static string Named(string image)
    {
        if (image.Length == 0)
        {
            return "from a build argument";
        }

        return image;
    }

    private static void AddWords(List<string> found, string what, IEnumerable<string> words)
    {
        var list = string.Join(", ", words);
        if (list.Length > 0)
        {
            found.Add($"{what} {list}".TrimStart());
        }
    }
}

/// <summary>Every Dockerfile that Spark released, and the one that a file is or was.</summary>
internal static class DockerfileReleases
{
    // A file with more differences than this from every release, or with none of its packages, is not one of Spark's
    // that somebody changed.
    private const int MostDifferences = 3;

    // Source: the release tags of apache/spark (resource-managers/kubernetes/docker/src/main/dockerfiles/spark) and
    // apache/spark-docker up to 4.2.0-preview5. Releases whose files differ in comments only share a row, as do 3.0.0
    // and 3.0.1, whose `sed` differs.
    internal static readonly DockerfileRelease[] All =
    [
        new("2.3.0-2.3.4", SparkDockerfileKind.Spark, "openjdk:8-alpine", "bash tini libc6-compat", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:1 COPY:7 ENV:1 WORKDIR:1 ENTRYPOINT:1 shell:9"),
        new("2.4.0", SparkDockerfileKind.Spark, "openjdk:8-alpine", "bash tini libc6-compat linux-pam", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:3 RUN:1 COPY:7 ENV:1 WORKDIR:1 ENTRYPOINT:1 shell:11"),
        new("2.4.1-2.4.3", SparkDockerfileKind.Spark, "openjdk:8-alpine", "bash tini libc6-compat linux-pam nss", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:3 RUN:1 COPY:7 ENV:1 WORKDIR:1 ENTRYPOINT:1 shell:11"),
        new("2.4.4", SparkDockerfileKind.Spark, "openjdk:8-alpine", "bash tini libc6-compat linux-pam nss", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:3 RUN:1 COPY:7 ENV:1 WORKDIR:1 ENTRYPOINT:1 shell:12"),
        new("2.4.5-2.4.8", SparkDockerfileKind.Spark, "openjdk:8-jdk-slim", "bash tini libc6 libpam-modules libnss3", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:3 RUN:1 COPY:7 ENV:1 WORKDIR:1 ENTRYPOINT:1 shell:13"),
        new("3.0.0-3.0.1", SparkDockerfileKind.Spark, "openjdk:8-jre-slim", "bash tini libc6 libpam-modules krb5-user libnss3", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:7 ENV:1 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:16"),
        new("3.0.2-3.0.3", SparkDockerfileKind.Spark, "openjdk:11-jre-slim", "bash tini libc6 libpam-modules krb5-user libnss3", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:7 ENV:1 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:16"),
        new("3.1.1-3.3.3", SparkDockerfileKind.Spark, "openjdk:11-jre-slim", "bash tini libc6 libpam-modules krb5-user libnss3 procps", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:2 RUN:3 COPY:8 ENV:1 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:17"),
        new("3.3.4", SparkDockerfileKind.Spark, "openjdk:11-jre-slim", "bash tini libc6 libpam-modules krb5-user libnss3 procps", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:2 RUN:3 COPY:9 ENV:1 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:17"),
        new("3.3.0-3.3.4 (Dockerfile.java17)", SparkDockerfileKind.Spark, "debian:bullseye-slim", "bash tini libc6 libpam-modules krb5-user libnss3 procps openjdk-17-jre", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:1 RUN:3 COPY:8 ENV:1 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:16"),
        new("3.4.0-3.4.1", SparkDockerfileKind.Spark, "eclipse-temurin:17-jre", "bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:2 RUN:3 COPY:8 ENV:1 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:17"),
        new("3.4.2-3.4.3, 3.5.0-3.5.1", SparkDockerfileKind.Spark, "eclipse-temurin:17-jre", "bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:2 RUN:3 COPY:9 ENV:1 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:17"),
        new("3.4.4, 3.5.2-3.5.6", SparkDockerfileKind.Spark, "eclipse-temurin:17-jammy", "bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:2 RUN:3 COPY:9 ENV:1 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:17"),
        new("4.0.0", SparkDockerfileKind.Spark, "azul/zulu-openjdk:21", "bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools logrotate libssl-dev", LinksLoader: true, EqualsForm: true, "FROM:1 LABEL:4 ARG:2 RUN:4 COPY:10 ENV:1 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:18"),
        new("4.1.0", SparkDockerfileKind.Spark, "azul/zulu-openjdk:21", "bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools logrotate libssl-dev", LinksLoader: true, EqualsForm: true, "FROM:1 LABEL:4 ARG:3 RUN:4 COPY:9 ENV:1 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:18"),
        new("spark-docker 3.3.0-3.3.2", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:1 RUN:6 COPY:1 ENV:2 WORKDIR:1 ENTRYPOINT:1 shell:43"),
        new("spark-docker 3.3.0-3.3.2 (python3)", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu python3 python3-pip", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:1 RUN:6 COPY:1 ENV:2 WORKDIR:1 ENTRYPOINT:1 shell:47"),
        new("spark-docker 3.3.0-3.3.2 (r)", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu r-base r-base-dev", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:1 RUN:6 COPY:1 ENV:3 WORKDIR:1 ENTRYPOINT:1 shell:45"),
        new("spark-docker 3.3.0-3.3.2 (python3-r)", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu python3 python3-pip r-base r-base-dev", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:1 RUN:6 COPY:1 ENV:3 WORKDIR:1 ENTRYPOINT:1 shell:49"),
        new("spark-docker 3.3.3", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu libnss-wrapper", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:1 RUN:3 COPY:1 ENV:2 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:40"),
        new("spark-docker 3.4.0-3.4.3, 3.5.0-3.5.2", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal eclipse-temurin:17-jammy", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu libnss-wrapper", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:1 RUN:3 COPY:1 ENV:2 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:41"),
        new("spark-docker 3.4.4, 3.5.3-3.5.4", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal eclipse-temurin:17-jammy", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu libnss-wrapper", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:1 RUN:3 COPY:1 ENV:2 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:42"),
        new("spark-docker 3.5.5-4.2.0", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal eclipse-temurin:*-jammy", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu libnss-wrapper", LinksLoader: false, EqualsForm: true, "FROM:1 ARG:1 RUN:3 COPY:1 ENV:2 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:42"),
        new("2.4.0-2.4.4", SparkDockerfileKind.Python, "", "python python3", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:1 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 shell:8"),
        new("2.4.5-2.4.8", SparkDockerfileKind.Python, "", "python python-pip python3 python3-pip", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:1 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 shell:7"),
        new("3.0.0-3.0.3", SparkDockerfileKind.Python, "", "python python-pip python3 python3-pip", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:2 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:8"),
        new("3.1.1-3.3.4", SparkDockerfileKind.Python, "", "python3 python3-pip", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:2 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:6"),
        new("3.4.0-3.5.6", SparkDockerfileKind.Python, "", "python3 python3-pip", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:2 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:7"),
        new("4.0.0-4.1.0", SparkDockerfileKind.Python, "spark", "python3 python3-pip", LinksLoader: false, EqualsForm: false, "FROM:1 LABEL:4 ARG:2 RUN:2 COPY:2 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:7"),
        new("spark-docker 3.3.3-4.2.0 (python3)", SparkDockerfileKind.Python, "spark:*", "python3 python3-pip", LinksLoader: false, EqualsForm: false, "FROM:1 RUN:1 USER:2 shell:4"),
        new("spark-docker 3.3.3-3.5.4 (python3-r)", SparkDockerfileKind.Python, "spark:*", "python3 python3-pip r-base r-base-dev", LinksLoader: false, EqualsForm: false, "FROM:1 RUN:1 ENV:1 USER:2 shell:5"),
        new("spark-docker 3.5.5-4.2.0 (python3-r)", SparkDockerfileKind.Python, "spark:*", "python3 python3-pip r-base r-base-dev", LinksLoader: false, EqualsForm: true, "FROM:1 RUN:1 ENV:1 USER:2 shell:5"),
        new("2.4.0-2.4.4", SparkDockerfileKind.R, "", "R R-dev", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:1 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 shell:2"),
        new("2.4.5-2.4.8", SparkDockerfileKind.R, "", "r-base r-base-dev", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:1 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 shell:3"),
        new("3.0.0-3.0.1, 3.1.3-3.3.4", SparkDockerfileKind.R, "", "r-base r-base-dev", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:4"),
        new("3.0.2-3.1.1", SparkDockerfileKind.R, "", "gnupg r-base r-base-dev", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:8"),
        new("3.1.2", SparkDockerfileKind.R, "", "gnupg r-base r-base-dev", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:9"),
        new("3.4.0-3.5.6", SparkDockerfileKind.R, "", "r-base r-base-dev", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:5"),
        new("4.0.0-4.1.0", SparkDockerfileKind.R, "spark", "r-base r-base-dev", LinksLoader: false, EqualsForm: true, "FROM:1 LABEL:4 ARG:2 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:5"),
        new("spark-docker 3.3.3-3.5.4 (r)", SparkDockerfileKind.R, "spark:*", "r-base r-base-dev", LinksLoader: false, EqualsForm: false, "FROM:1 RUN:1 ENV:1 USER:2 shell:4"),
        new("spark-docker 3.5.5-4.2.0 (r)", SparkDockerfileKind.R, "spark:*", "r-base r-base-dev", LinksLoader: false, EqualsForm: true, "FROM:1 RUN:1 ENV:1 USER:2 shell:4"),
    ];

    /// <summary>
    /// The release that a file is nearest to, and what was changed in it by hand; none when it is far from all.
    /// </summary>
    internal static (string? Releases, IReadOnlyList<string> Differences) Classify(DockerfileShape shape)
    {
        var nearest = All.Where(r => r.Kind == shape.Kind && r.PackageList.Intersect(shape.Packages).Any())
            .Select(r => (r.Releases, Differences: r.DifferencesOf(shape), Distance: r.PackageDistance(shape)))
            .OrderBy(r => (r.Differences.Count, r.Distance))
            .FirstOrDefault();
        if (nearest.Differences?.Count <= MostDifferences)
        {
            return (nearest.Releases, nearest.Differences);
        }

        return (null, []);
    }
}
