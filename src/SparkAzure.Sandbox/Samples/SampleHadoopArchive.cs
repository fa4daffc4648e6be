using System.Formats.Tar;
using System.IO.Compression;

namespace SparkAzure.Sandbox.Samples;

/// <summary>What is wrong with a sample archive.</summary>
public enum SampleArchiveDefect
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The second half of the file is missing.</summary>
    CutInTheMiddle,

    /// <summary>One byte of the compressed content is another one.</summary>
    FlippedByte,

    /// <summary>An entry's name leads outside with <c>..</c>.</summary>
    EntryOutside,

    /// <summary>An entry's name is absolute.</summary>
    AbsoluteEntry,

    /// <summary>A symbolic link leads outside, and an entry is written through it.</summary>
    LinkOutside,

    /// <summary>It is a readable tar.gz without a single Hadoop jar.</summary>
    WithoutHadoop,
}

/// <summary>What sort of sample archive to write.</summary>
public sealed record SampleHadoopArchiveOptions
{
    /// <summary>The Hadoop line of the content, 2 or 3.</summary>
    public int HadoopVersion { get; init; } = 2;

    /// <summary>The release of the Hadoop jars in place of the line's usual one: that of another DSS.</summary>
    public string? HadoopRelease { get; init; }

    /// <summary>The DSS version in the file's name.</summary>
    public string DssVersion { get; init; } = "5.1.3";

    /// <summary>
    /// The file's name in place of the one Dataiku gives it: wrong archives are often right ones with a wrong name.
    /// </summary>
    public string? FileName { get; init; }

    /// <summary>
    /// True adds <c>hadoop-annotations-2.7.3.jar</c>, which <c>hadoop-*3.*</c> matches though it belongs to neither
    /// set.
    /// </summary>
    public bool WithStrayAnnotations { get; init; }

    /// <summary>What is wrong with it.</summary>
    public SampleArchiveDefect Defect { get; init; }
}

/// <summary>
/// An archive of DSS's standalone Hadoop libraries, with the two leading path parts that dssadmin strips. Of the
/// content only those jars are known that the howto and DSS's own scripts name; some more stand for the rest.
/// </summary>
public sealed class SampleHadoopArchive
{
    private static readonly string[] HadoopModules =
    [
        "annotations:40", "auth:96", "aws:80", "azure:120", "azure-datalake:30", "client:26", "common:360", "hdfs:200", "hdfs-client:300",
        "mapreduce-client-common:78", "mapreduce-client-core:152", "mapreduce-client-jobclient:62",
        "yarn-api:210", "yarn-client:130", "yarn-common:165", "yarn-server-common:64", "yarn-registry:50",
    ];

    // Versions: the poms of hadoop-azure, hadoop-azure-datalake and hadoop-aws of each release.
    private static readonly Dictionary<int, (string Release, string Others)> Lines = new()
    {
        [2] = ("2.8.5", """
            org.apache.htrace:htrace-core4:4.0.1-incubating:150
            com.microsoft.azure:azure-storage:2.2.0:100
            com.microsoft.azure:azure-data-lake-store-sdk:2.2.3:30
            com.amazonaws:aws-java-sdk-core:1.10.6:80
            com.amazonaws:aws-java-sdk-kms:1.10.6:40
            com.amazonaws:aws-java-sdk-s3:1.10.6:90
            com.google.guava:guava:11.0.2:160
            com.google.protobuf:protobuf-java:2.5.0:70
            commons-configuration:commons-configuration:1.6:90
            org.mortbay.jetty:jetty-util:6.1.26:34
            org.slf4j:slf4j-api:1.7.10:30
            """),
        [3] = ("3.2.0", """
            org.apache.htrace:htrace-core4:4.1.0-incubating:150
            com.fasterxml.woodstox:woodstox-core:5.0.3:90
            org.codehaus.woodstox:stax2-api:3.1.4:40
            org.apache.commons:commons-configuration2:2.1.1:110
            com.google.re2j:re2j:1.1:30
            com.microsoft.azure:azure-storage:7.0.0:120
            com.microsoft.azure:azure-keyvault-core:1.0.0:10
            com.microsoft.azure:azure-data-lake-store-sdk:2.2.9:32
            com.amazonaws:aws-java-sdk-bundle:1.11.375:500
            org.wildfly.openssl:wildfly-openssl:1.0.4.Final:60
            org.eclipse.jetty:jetty-util:9.3.24.v20180605:90
            com.google.guava:guava:11.0.2:160
            com.google.protobuf:protobuf-java:2.5.0:70
            org.slf4j:slf4j-api:1.7.25:30
            """),
    };

    private SampleHadoopArchive(string path, string release, IReadOnlyList<SampleJar> jars)
    {
        Path = path;
        HadoopRelease = release;
        Jars = jars;
    }

    /// <summary>The archive.</summary>
    public string Path { get; }

    /// <summary>The Hadoop release of its content.</summary>
    public string HadoopRelease { get; }

    /// <summary>The jars in it.</summary>
    public IReadOnlyList<SampleJar> Jars { get; }

    /// <summary>Writes an archive into a folder.</summary>
    public static SampleHadoopArchive Create(string folder, SampleHadoopArchiveOptions? options = null)
    {
        options ??= new SampleHadoopArchiveOptions();
        var (usual, others) = Lines[options.HadoopVersion];
        var release = options.HadoopRelease ?? usual;
        var jars = HadoopModules.Select(m => SampleJar.Parse(
            $"org.apache.hadoop:hadoop-{m.Replace(":", $":{release}:", StringComparison.Ordinal)}"))
            .Concat(others
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(SampleJar.Parse))
            .Where(j => options.Defect != SampleArchiveDefect.WithoutHadoop || j.GroupId != "org.apache.hadoop")
            .ToList();
        if (options.WithStrayAnnotations)
        {
            jars.Add(SampleJar.Parse("org.apache.hadoop:hadoop-annotations:2.7.3:40"));
        }

        Directory.CreateDirectory(folder);
        var line = options.HadoopVersion == 2 ? "hadoop" : "hadoop3";
        var path = System.IO.Path.Combine(
            System.IO.Path.GetFullPath(folder), options.FileName
                ?? $"dataiku-dss-{line}-standalone-libs-generic-{options.DssVersion}.tar.gz");
        var bytes = Tar(jars, options.HadoopVersion == 2 ? "generic" : "generic-hadoop3", options.Defect);
        SampleFiles.Write(path, options.Defect switch
        {
            SampleArchiveDefect.CutInTheMiddle => bytes[..(bytes.Length / 2)],
            SampleArchiveDefect.FlippedByte => Flip(bytes),
            _ => bytes,
        });
        SampleFiles.MakeReachable(folder);
        return new SampleHadoopArchive(path, release, jars);
    }

    private static byte[] Tar(IEnumerable<SampleJar> jars, string flavour, SampleArchiveDefect defect)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Gnu))
        {
            var root = $"hadoop-standalone-libs/{flavour}/";
            Folder(tar, "hadoop-standalone-libs/");
            Folder(tar, root);
            foreach (var jar in jars)
            {
                File(tar, root + jar.FileName, jar.ToBytes());
            }

            var stray = "somebody else's file\n"u8.ToArray();
            switch (defect)
            {
                case SampleArchiveDefect.EntryOutside:
                    File(tar, root + "../../../../outside.txt", stray);
                    break;
                case SampleArchiveDefect.AbsoluteEntry:
                    File(tar, "/tmp/sparkazure-sample/generic/outside.txt", stray);
                    break;
                case SampleArchiveDefect.LinkOutside:
                    tar.WriteEntry(new GnuTarEntry(TarEntryType.SymbolicLink, root + "link") { LinkName = "../../.." });
                    File(tar, root + "link/outside.txt", stray);
                    break;
                default:
                    break;
            }
        }

        return memory.ToArray();
    }

    private static void Folder(TarWriter tar, string name) => tar.WriteEntry(
        new GnuTarEntry(TarEntryType.Directory, name) { Mode = SampleFiles.Executable, ModificationTime = new DateTimeOffset(
            2019,
            5,
            20,
            12,
            0,
            0,
            TimeSpan.Zero) });

    private static void File(TarWriter tar, string name, byte[] content) => tar.WriteEntry(
        new GnuTarEntry(TarEntryType.RegularFile, name)
        {
            Mode = SampleFiles.Regular,
            ModificationTime = new DateTimeOffset(2019, 5, 20, 12, 0, 0, TimeSpan.Zero),
            DataStream = new MemoryStream(content),
        });

    private static byte[] Flip(byte[] bytes)
    {
        bytes[bytes.Length / 2] ^= 0x55;
        return bytes;
    }
}
