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

    // Those of spark-docker that begin with the image spark as Docker Hub has it.
    private bool StandsOnPublished => Base.StartsWith("spark:", StringComparison.Ordinal);

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

    /// <summary>
    /// How far a file is from this release: what it lacks counts one by one, what it has besides as much as the release
    /// itself brings, so that a few lines that share a package with a release are none of it.
    /// </summary>
    public int WeightOf(DockerfileShape shape)
    {
        var shared = PackageList.Intersect(shape.Packages).Count();
        var more = shape.Packages.Except(PackageList).Count(p => p != EditNames.Nss);
        var weight = PackageList.Count - shared + ((more + shared - 1) / Math.Max(1, shared));
        weight += shape.Commands.LinksLoader == LinksLoader ? 0 : 1;
        weight += shape.EqualsForm == EqualsForm ? 0 : 1;
        weight += shape.Counts.Any(c => c.Value > CountsByName.GetValueOrDefault(c.Key)) ? 1 : 0;
        weight += CountsByName.Count(c => c.Value > shape.Counts.GetValueOrDefault(c.Key));
        if (BasePatterns.Any(p => p.IsMatch(shape.BaseImage)))
        {
            return weight;
        }

        // One of few lines that begins with another image is derived from that.
        return weight + (StandsOnPublished ? DockerfileReleases.MostDifferences + 1 : 1);
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
    /// <summary>
    /// A file that is farther than this from every release, or has none of its packages, is not one of Spark's that
    /// somebody changed.
    /// </summary>
    internal const int MostDifferences = 3;

    // Source: the release tags of apache/spark up to 3.5.6, 4.0.0 and 4.1.0
    // (resource-managers/kubernetes/docker/src/main/dockerfiles/spark), and apache/spark-docker at 7f2e1f0 of 2026-06-25,
    // whose template has libjemalloc2 since that day (SPARK-57701). Releases whose files differ in comments only share a
    // row, as do 3.0.0 and 3.0.1, whose `sed` differs. Of Spark's own 3.5.7-3.5.9, 4.0.1-4.0.4 and 4.1.1-4.1.3 no file
    // was read: they have the rows of their series, as no change is known of what is counted here (SPARK-56583 is one of
    // pip's options). Of 4.2.0 the changes were read (SPARK-56128, SPARK-55327, SPARK-57700). 2026-11-29.
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
        new("3.4.4, 3.5.2-3.5.9", SparkDockerfileKind.Spark, "eclipse-temurin:17-jammy", "bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:2 RUN:3 COPY:9 ENV:1 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:17"),
        new("4.0.0-4.0.4", SparkDockerfileKind.Spark, "azul/zulu-openjdk:21", "bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools logrotate libssl-dev", LinksLoader: true, EqualsForm: true, "FROM:1 LABEL:4 ARG:2 RUN:4 COPY:10 ENV:1 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:18"),
        new("4.1.0-4.1.3", SparkDockerfileKind.Spark, "azul/zulu-openjdk:21", "bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools logrotate libssl-dev", LinksLoader: true, EqualsForm: true, "FROM:1 LABEL:4 ARG:3 RUN:4 COPY:9 ENV:1 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:18"),
        new("4.2.0", SparkDockerfileKind.Spark, "azul/zulu-openjdk:21-jre", "bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools logrotate libssl-dev libjemalloc2", LinksLoader: true, EqualsForm: true, "FROM:1 LABEL:4 ARG:3 RUN:4 COPY:9 ENV:1 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:18"),
        new("spark-docker 3.3.0-3.3.2", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:1 RUN:6 COPY:1 ENV:2 WORKDIR:1 ENTRYPOINT:1 shell:43"),
        new("spark-docker 3.3.0-3.3.2 (python3)", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu python3 python3-pip", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:1 RUN:6 COPY:1 ENV:2 WORKDIR:1 ENTRYPOINT:1 shell:47"),
        new("spark-docker 3.3.0-3.3.2 (r)", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu r-base r-base-dev", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:1 RUN:6 COPY:1 ENV:3 WORKDIR:1 ENTRYPOINT:1 shell:45"),
        new("spark-docker 3.3.0-3.3.2 (python3-r)", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu python3 python3-pip r-base r-base-dev", LinksLoader: true, EqualsForm: false, "FROM:1 ARG:1 RUN:6 COPY:1 ENV:3 WORKDIR:1 ENTRYPOINT:1 shell:49"),
        new("spark-docker 3.3.3", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu libnss-wrapper", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:1 RUN:3 COPY:1 ENV:2 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:40"),
        new("spark-docker 3.4.0-3.4.3, 3.5.0-3.5.2", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal eclipse-temurin:17-jammy", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu libnss-wrapper", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:1 RUN:3 COPY:1 ENV:2 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:41"),
        new("spark-docker 3.4.4, 3.5.3-3.5.4", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal eclipse-temurin:17-jammy", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu libnss-wrapper", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:1 RUN:3 COPY:1 ENV:2 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:42"),
        new("spark-docker 3.5.5-3.5.8, 4.0.0-4.1.2", SparkDockerfileKind.Spark, "eclipse-temurin:11-jre-focal eclipse-temurin:*-jammy", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu libnss-wrapper", LinksLoader: false, EqualsForm: true, "FROM:1 ARG:1 RUN:3 COPY:1 ENV:2 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:42"),
        new("spark-docker 4.2.0", SparkDockerfileKind.Spark, "eclipse-temurin:*-jammy", "gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu libnss-wrapper libjemalloc2", LinksLoader: false, EqualsForm: true, "FROM:1 ARG:1 RUN:3 COPY:1 ENV:2 WORKDIR:1 ENTRYPOINT:1 USER:1 shell:42"),
        new("2.4.0-2.4.4", SparkDockerfileKind.Python, "", "python python3", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:1 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 shell:8"),
        new("2.4.5-2.4.8", SparkDockerfileKind.Python, "", "python python-pip python3 python3-pip", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:1 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 shell:7"),
        new("3.0.0-3.0.3", SparkDockerfileKind.Python, "", "python python-pip python3 python3-pip", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:2 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:8"),
        new("3.1.1-3.3.4", SparkDockerfileKind.Python, "", "python3 python3-pip", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:2 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:6"),
        new("3.4.0-3.5.9", SparkDockerfileKind.Python, "", "python3 python3-pip", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:2 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:7"),
        new("4.0.0-4.1.3", SparkDockerfileKind.Python, "spark", "python3 python3-pip", LinksLoader: false, EqualsForm: false, "FROM:1 LABEL:4 ARG:2 RUN:2 COPY:2 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:7"),
        new("spark-docker 3.3.3-4.2.0 (python3)", SparkDockerfileKind.Python, "spark:*", "python3 python3-pip", LinksLoader: false, EqualsForm: false, "FROM:1 RUN:1 USER:2 shell:4"),
        new("spark-docker 3.3.3-3.5.4 (python3-r)", SparkDockerfileKind.Python, "spark:*", "python3 python3-pip r-base r-base-dev", LinksLoader: false, EqualsForm: false, "FROM:1 RUN:1 ENV:1 USER:2 shell:5"),
        new("spark-docker 3.5.5-4.2.0 (python3-r)", SparkDockerfileKind.Python, "spark:*", "python3 python3-pip r-base r-base-dev", LinksLoader: false, EqualsForm: true, "FROM:1 RUN:1 ENV:1 USER:2 shell:5"),
        new("2.4.0-2.4.4", SparkDockerfileKind.R, "", "R R-dev", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:1 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 shell:2"),
        new("2.4.5-2.4.8", SparkDockerfileKind.R, "", "r-base r-base-dev", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:1 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 shell:3"),
        new("3.0.0-3.0.1, 3.1.3-3.3.4", SparkDockerfileKind.R, "", "r-base r-base-dev", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:4"),
        new("3.0.2-3.1.1", SparkDockerfileKind.R, "", "gnupg r-base r-base-dev", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:8"),
        new("3.1.2", SparkDockerfileKind.R, "", "gnupg r-base r-base-dev", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:9"),
        new("3.4.0-3.5.9", SparkDockerfileKind.R, "", "r-base r-base-dev", LinksLoader: false, EqualsForm: false, "FROM:1 ARG:2 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:5"),
        new("4.0.0-4.1.3", SparkDockerfileKind.R, "spark", "r-base r-base-dev", LinksLoader: false, EqualsForm: true, "FROM:1 LABEL:4 ARG:2 RUN:2 COPY:1 ENV:1 WORKDIR:2 ENTRYPOINT:1 USER:2 shell:5"),
        new("spark-docker 3.3.3-3.5.4 (r)", SparkDockerfileKind.R, "spark:*", "r-base r-base-dev", LinksLoader: false, EqualsForm: false, "FROM:1 RUN:1 ENV:1 USER:2 shell:4"),
        new("spark-docker 3.5.5-4.2.0 (r)", SparkDockerfileKind.R, "spark:*", "r-base r-base-dev", LinksLoader: false, EqualsForm: true, "FROM:1 RUN:1 ENV:1 USER:2 shell:4"),
    ];

    /// <summary>
    /// The release that a file is nearest to, and what was changed in it by hand; none when it is far from all.
    /// </summary>
    /// <param name="shape">The file.</param>
    /// <param name="original">
    /// The file before the procedure's edits, where it was kept: between releases that differ in those edits alone, as
    /// 2.4.0 and 2.4.1 in nss, only it can tell.
    /// </param>
    internal static (string? Releases, IReadOnlyList<string> Differences) Classify(
        DockerfileShape shape, DockerfileShape? original = null)
    {
        var known = original is null ? null : Nearest(original, preferred: null)?.Releases;
        var nearest = Nearest(shape, known);
        if (nearest is null)
        {
            return (null, []);
        }

        return (nearest.Releases, nearest.DifferencesOf(shape));
    }

    private static DockerfileRelease? Nearest(DockerfileShape shape, string? preferred) =>
        All.Where(r => r.Kind == shape.Kind && r.PackageList.Intersect(shape.Packages).Any())
            .Select(r => (Release: r, Weight: r.WeightOf(shape)))
            .Where(r => r.Weight <= MostDifferences)
            .OrderBy(r => (r.Weight, r.Release.Releases != preferred, r.Release.PackageDistance(shape)))
            .FirstOrDefault()
            .Release;
}
