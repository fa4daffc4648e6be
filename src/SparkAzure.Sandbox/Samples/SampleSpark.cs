using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace SparkAzure.Sandbox.Samples;

/// <summary>What sort of sample distribution to lay out.</summary>
public sealed record SampleSparkOptions
{
    /// <summary>2.4.0 (split Hadoop jars, Alpine image) or 3.5.0 (shaded Hadoop client, Ubuntu image).</summary>
    public string SparkVersion { get; init; } = "2.4.0";

    /// <summary>The release of the Hadoop jars; null for what the official distribution has.</summary>
    public string? HadoopRelease { get; init; }

    /// <summary>True for a distribution built with R.</summary>
    public bool WithR { get; init; }

    /// <summary>What stands behind FROM in place of the official base image.</summary>
    public string? BaseImage { get; init; }
}

/// <summary>
/// A sample Spark distribution on disk: the official one's layout, real zip files for jars, no code that runs jobs.
/// </summary>
public sealed class SampleSpark
{
    // Names, versions and flags of the official binary distributions; what is not needed to tell jars apart is left
    // out. Sources: dev/deps/spark-deps-hadoop-* and dev/create-release/release-build.sh of the release commits.
    private static readonly Shape[] Shapes =
    [
        new(
            "2.4.0",
            "2.11.12",
            "2.7.3",
            "hadoop2.7",
            "openjdk:8-alpine",
            "py4j-0.10.7-src.zip",
            "-B -Pmesos -Pyarn -Pkubernetes -Pflume -Psparkr -Pkafka-0-8 -Phadoop-2.7 -Phive -Phive-thriftserver -DzincPort=3036",
            """
            org.apache.hadoop:hadoop-annotations:@HADOOP@:40
            org.apache.hadoop:hadoop-auth:@HADOOP@:94
            org.apache.hadoop:hadoop-client:@HADOOP@:25
            org.apache.hadoop:hadoop-common:@HADOOP@:340
            org.apache.hadoop:hadoop-hdfs:@HADOOP@:420
            org.apache.hadoop:hadoop-mapreduce-client-app:@HADOOP@:53
            org.apache.hadoop:hadoop-mapreduce-client-common:@HADOOP@:77
            org.apache.hadoop:hadoop-mapreduce-client-core:@HADOOP@:150
            org.apache.hadoop:hadoop-mapreduce-client-jobclient:@HADOOP@:61
            org.apache.hadoop:hadoop-mapreduce-client-shuffle:@HADOOP@:47
            org.apache.hadoop:hadoop-yarn-api:@HADOOP@:202
            org.apache.hadoop:hadoop-yarn-client:@HADOOP@:125
            org.apache.hadoop:hadoop-yarn-common:@HADOOP@:160
            org.apache.hadoop:hadoop-yarn-server-common:@HADOOP@:60
            org.apache.hadoop:hadoop-yarn-server-web-proxy:@HADOOP@:38
            org.apache.parquet:parquet-hadoop:1.10.0:60
            com.twitter:parquet-hadoop-bundle:1.6.0:80
            org.apache.htrace:htrace-core:3.1.0-incubating:90
            org.apache.httpcomponents:httpclient:4.5.6:150
            org.apache.httpcomponents:httpcore:4.4.10:64
            commons-httpclient:commons-httpclient:3.1:60
            org.xerial.snappy:snappy-java:1.1.7.1:190
            org.iq80.snappy:snappy:0.2:12
            com.google.guava:guava:14.0.1:210
            com.fasterxml.jackson.core:jackson-annotations:2.6.7:10
            com.fasterxml.jackson.core:jackson-core:2.6.7:50
            com.fasterxml.jackson.core:jackson-databind:2.6.7.1:110
            org.codehaus.jackson:jackson-core-asl:1.9.13:46
            org.codehaus.jackson:jackson-mapper-asl:1.9.13:76
            org.mortbay.jetty:jetty:6.1.26:54
            org.mortbay.jetty:jetty-util:6.1.26:34
            org.glassfish.jersey.bundles.repackaged:jersey-guava:2.22.2:90
            io.fabric8:kubernetes-client:3.0.0:120
            io.fabric8:kubernetes-model:2.0.0:200
            log4j:log4j:1.2.17:48
            org.slf4j:slf4j-api:1.7.16:40
            org.slf4j:slf4j-log4j12:1.7.16:10
            javax.xml.stream:stax-api:1.0-2:23
            stax:stax-api:1.0.1:26
            commons-configuration:commons-configuration:1.6:90
            commons-codec:commons-codec:1.10:60
            commons-io:commons-io:2.4:60
            commons-lang:commons-lang:2.6:60
            commons-logging:commons-logging:1.1.3:20
            com.google.code.findbugs:jsr305:1.3.9:30
            com.google.protobuf:protobuf-java:2.5.0:70
            com.squareup.okhttp3:okhttp:3.8.1:80
            com.squareup.okio:okio:1.13.0:30
            io.airlift:aircompressor:0.10:50
            io.netty:netty-all:4.1.17.Final:190
            net.sf.py4j:py4j:0.10.7:40
            org.spark-project.hive:hive-exec:1.2.1.spark2:260
            org.spark-project.hive:hive-metastore:1.2.1.spark2:180
            org.scala-lang:scala-library:2.11.12:260
            org.scala-lang:scala-reflect:2.11.12:160
            org.apache.spark:spark-catalyst_2.11:2.4.0:200
            org.apache.spark:spark-core_2.11:2.4.0:260
            org.apache.spark:spark-graphx_2.11:2.4.0:8
            org.apache.spark:spark-hive_2.11:2.4.0:60
            org.apache.spark:spark-hive-thriftserver_2.11:2.4.0:8
            org.apache.spark:spark-kubernetes_2.11:2.4.0:80
            org.apache.spark:spark-kvstore_2.11:2.4.0:8
            org.apache.spark:spark-launcher_2.11:2.4.0:20
            org.apache.spark:spark-mesos_2.11:2.4.0:8
            org.apache.spark:spark-mllib_2.11:2.4.0:8
            org.apache.spark:spark-mllib-local_2.11:2.4.0:8
            org.apache.spark:spark-network-common_2.11:2.4.0:80
            org.apache.spark:spark-network-shuffle_2.11:2.4.0:8
            org.apache.spark:spark-repl_2.11:2.4.0:8
            org.apache.spark:spark-sketch_2.11:2.4.0:8
            org.apache.spark:spark-sql_2.11:2.4.0:220
            org.apache.spark:spark-streaming_2.11:2.4.0:8
            org.apache.spark:spark-tags_2.11:2.4.0:8
            org.apache.spark:spark-unsafe_2.11:2.4.0:12
            org.apache.spark:spark-yarn_2.11:2.4.0:60
            org.apache.zookeeper:zookeeper:3.4.6:80
            """),
        new(
            "3.5.0",
            "2.12.18",
            "3.3.4",
            "hadoop3",
            "eclipse-temurin:${java_image_tag}",
            "py4j-0.10.9.7-src.zip",
            "-B -Pmesos -Pyarn -Pkubernetes -Psparkr -Pscala-2.12 -Phadoop-3 -Phive -Phive-thriftserver",
            """
            org.apache.hadoop:hadoop-client-api:@HADOOP@:420
            org.apache.hadoop:hadoop-client-runtime:@HADOOP@:460
            org.apache.hadoop:hadoop-yarn-server-web-proxy:@HADOOP@:40
            org.apache.hadoop.thirdparty:hadoop-shaded-guava:1.1.1:160
            org.apache.httpcomponents:httpclient:4.5.14:150
            org.apache.httpcomponents:httpcore:4.4.16:64
            org.xerial.snappy:snappy-java:1.1.10.3:200
            com.google.guava:guava:14.0.1:210
            com.fasterxml.jackson.core:jackson-databind:2.15.2:120
            io.fabric8:kubernetes-client:6.7.2:160
            org.apache.logging.log4j:log4j-core:2.20.0:160
            org.scala-lang:scala-library:2.12.18:260
            org.apache.spark:spark-core_2.12:3.5.0:280
            org.apache.spark:spark-kubernetes_2.12:3.5.0:90
            org.apache.spark:spark-sql_2.12:3.5.0:240
            """),
    ];

    private SampleSpark(string home, IReadOnlyList<SampleJar> jars)
    {
        Home = home;
        Jars = jars;
    }

    /// <summary>SPARK_HOME: a folder named as the official archive unpacks.</summary>
    public string Home { get; }

    /// <summary>The jars folder.</summary>
    public string JarsFolder => Path.Combine(Home, "jars");

    /// <summary>The base image's Dockerfile.</summary>
    public string Dockerfile => Path.Combine(Home, "kubernetes", "dockerfiles", "spark", "Dockerfile");

    /// <summary>What lies in the jars folder.</summary>
    public IReadOnlyList<SampleJar> Jars { get; }

    /// <summary>Lays a distribution out in a folder of its own below <paramref name="folder"/>.</summary>
    public static SampleSpark Create(string folder, SampleSparkOptions? options = null)
    {
        options ??= new SampleSparkOptions();
        var shape = Shapes.Single(s => s.SparkVersion == options.SparkVersion);
        var hadoop = options.HadoopRelease ?? shape.HadoopRelease;
        var home = Path.Combine(Path.GetFullPath(folder), $"spark-{shape.SparkVersion}-bin-{shape.Name}");
        var jars = shape.Jars.Replace("@HADOOP@", hadoop, StringComparison.Ordinal)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(SampleJar.Parse)
            .ToList();
        foreach (var jar in jars)
        {
            SampleFiles.Write(Path.Combine(home, "jars", jar.FileName), jar.ToBytes());
        }

        LayOutPrograms(home, shape, hadoop, options);
        LayOutDockerfiles(home, shape, options);
        LayOutRest(home, shape, options);
        DateAsReleased(home);
        SampleFiles.MakeReachable(home);
        return new SampleSpark(home, jars);
    }

    private static void LayOutPrograms(string home, Shape shape, string hadoop, SampleSparkOptions options)
    {
        string At(params string[] parts) => Path.Combine([home, .. parts]);
        string Text(string name) => SampleFiles.Text(
            name,
            ("SPARK", shape.SparkVersion),
            ("SCALA", shape.ScalaVersion),
            ("BASE", options.BaseImage ?? shape.BaseImage));

        SampleFiles.Write(
            At("RELEASE"), $"Spark {shape.SparkVersion} built for Hadoop {hadoop}\nBuild flags: {shape.BuildFlags}\n");
        SampleFiles.Write(At("bin", "spark-submit"), Text("spark-submit"), executable: true);
        foreach (var program in new[] { "pyspark", "spark-class", "spark-shell" })
        {
            SampleFiles.Write(
                At("bin", program),
                "#!/usr/bin/env bash\nexec \"$(dirname \"${BASH_SOURCE[0]}\")/spark-submit\" \"$@\"\n",
                executable: true);
        }

        foreach (var program in new[] { "start-all.sh", "stop-all.sh" })
        {
            SampleFiles.Write(At("sbin", program), "#!/usr/bin/env bash\necho 'sample'\n", executable: true);
        }
    }

    private static void LayOutDockerfiles(string home, Shape shape, SampleSparkOptions options)
    {
        string At(params string[] parts) => Path.Combine([home, .. parts]);
        string Text(string name) => SampleFiles.Text(
            name,
            ("SPARK", shape.SparkVersion),
            ("SCALA", shape.ScalaVersion),
            ("BASE", options.BaseImage ?? shape.BaseImage));

        var docker = $"spark-{shape.SparkVersion}";
        SampleFiles.Write(At("kubernetes", "dockerfiles", "spark", "Dockerfile"), Text($"{docker}/Dockerfile"));
        SampleFiles.Write(
            At("kubernetes", "dockerfiles", "spark", "entrypoint.sh"),
            Text($"{docker}/entrypoint.sh"),
            executable: true);
        SampleFiles.Write(
            At("kubernetes", "dockerfiles", "spark", "bindings", "python", "Dockerfile"),
            Text($"{docker}/Dockerfile.python"));
        SampleFiles.Write(
            At("kubernetes", "dockerfiles", "spark", "bindings", "R", "Dockerfile"), Text($"{docker}/Dockerfile.r"));
        if (shape.SparkVersion != "2.4.0")
        {
            SampleFiles.Write(At("kubernetes", "dockerfiles", "spark", "decom.sh"), "#!/usr/bin/env bash\nexit 0\n");
        }
    }

    private static void LayOutRest(string home, Shape shape, SampleSparkOptions options)
    {
        string At(params string[] parts) => Path.Combine([home, .. parts]);

        SampleFiles.Write(At("kubernetes", "tests", "pyfiles.py"), "print('sample test')\n");
        SampleFiles.Write(At("python", "lib", shape.Py4J), Zip("py4j/__init__.py", "# sample\n"));
        SampleFiles.Write(At("python", "lib", "pyspark.zip"), Zip("pyspark/__init__.py", "# sample\n"));
        SampleFiles.Write(At("python", "pyspark", "__init__.py"), "# sample\n");
        SampleFiles.Write(At("examples", "src", "main", "python", "pi.py"), "print('Pi is roughly 3.14')\n");
        SampleFiles.Write(
            At("examples", "jars", $"spark-examples_{shape.ScalaVersion[..4]}-{shape.SparkVersion}.jar"),
            new SampleJar(
                "org.apache.spark", $"spark-examples_{shape.ScalaVersion[..4]}", shape.SparkVersion, 60).ToBytes());
        SampleFiles.Write(At("data", "mllib", "sample_libsvm_data.txt"), "0 1:51 2:159\n1 1:0 2:253\n");
        SampleFiles.Write(At("conf", "spark-defaults.conf.template"), "# spark.master  spark://master:7077\n");
        SampleFiles.Write(
            At("README.md"),
            "# Sample Spark distribution\n\nThe layout of the official one, with jars that hold no code.\n");
        if (options.WithR)
        {
            SampleFiles.Write(
                At("R", "lib", "SparkR", "DESCRIPTION"), $"Package: SparkR\nVersion: {shape.SparkVersion}\n");
        }
    }

    /// <summary>
    /// Copies a real distribution, so that it can be worked on and the original stays: files, links, modes and times.
    /// </summary>
    /// <param name="sparkHome">The distribution.</param>
    /// <param name="folder">Where the copy goes, under the distribution's own name.</param>
    /// <returns>The copy.</returns>
    public static string Copy(string sparkHome, string folder)
    {
        var from = new DirectoryInfo(Path.TrimEndingDirectorySeparator(Path.GetFullPath(sparkHome)));
        var to = Path.Combine(Path.GetFullPath(folder), from.Name);
        Copy(from, to);
        SampleFiles.MakeReachable(to);
        return to;
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in from.EnumerateFileSystemInfos())
        {
            var path = Path.Combine(to, entry.Name);
            if (entry.LinkTarget is { } target)
            {
                File.CreateSymbolicLink(path, target);
            }
            else if (entry is DirectoryInfo folder)
            {
                Copy(folder, path);
            }
            else
            {
                // Brings mode and time of the original along.
                File.Copy(entry.FullName, path);
            }
        }
    }

    // An unpacked archive has the times of its build; half of a second shows who keeps them exactly.
    private static void DateAsReleased(string home)
    {
        var time = DateTime.Parse(
            "2018-10-29T06:22:10.5Z", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        foreach (var file in Directory.EnumerateFiles(
            home, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            File.SetLastWriteTimeUtc(file, time);
            time = time.AddSeconds(1);
        }
    }

    private static byte[] Zip(string name, string text)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry(name);
            entry.LastWriteTime = new DateTimeOffset(2018, 10, 29, 6, 0, 0, TimeSpan.Zero);
            using var stream = entry.Open();
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return memory.ToArray();
    }

    private sealed record Shape(
        string SparkVersion, string ScalaVersion, string HadoopRelease, string Name, string BaseImage, string Py4J, string BuildFlags, string Jars);
}
