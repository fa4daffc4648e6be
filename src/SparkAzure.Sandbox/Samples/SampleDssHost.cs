using System.Globalization;

namespace SparkAzure.Sandbox.Samples;

/// <summary>Where dssadmin unpacks the Hadoop libraries.</summary>
public enum SampleLibraryLayout
{
    /// <summary><c>hadoop-standalone-libs/generic-hadoop3/</c>, as DSS 5.1 does.</summary>
    Flavour,

    /// <summary><c>hadoop-standalone-libs/</c> itself, as DSS 8.0 and later do.</summary>
    Flat,
}

/// <summary>What sort of DSS host to lay out.</summary>
public sealed record SampleDssHostOptions
{
    /// <summary>The version of the data directory.</summary>
    public string Version { get; init; } = "5.1.3";

    /// <summary>The version of the kit; null for the same. Another one is an upgrade that was not finished.</summary>
    public string? KitVersion { get; init; }

    /// <summary>Where dssadmin unpacks; null for what the version does.</summary>
    public SampleLibraryLayout? Layout { get; init; }

    /// <summary>True when user isolation (impersonation) is on.</summary>
    public bool UserIsolation { get; init; }

    /// <summary>design, automation or api.</summary>
    public string NodeType { get; init; } = "design";

    /// <summary>The base port; the backend's is the next one.</summary>
    public int BasePort { get; init; } = 11200;

    /// <summary>True leaves the tree to root when root lays it out, which dssadmin then refuses.</summary>
    public bool OwnedByRoot { get; init; }
}

/// <summary>
/// A sample DSS host: a kit and a data directory with the files DSS keeps there, and a dssadmin that does what DSS's
/// does. Laid out by root, the tree belongs to the account nobody, because dssadmin refuses root.
/// </summary>
public sealed class SampleDssHost
{
    private const uint Nobody = 65534;

    private static readonly string[] CompanionsOf5 =
    [
        "org.xerial.snappy:snappy-java:1.0.5:180",
        "org.apache.httpcomponents:httpclient:4.5.2:140",
        "org.apache.httpcomponents:httpcore:4.4.4:62",
    ];

    private static readonly string[] CompanionsOf9 =
    [
        "org.xerial.snappy:snappy-java:1.1.7.3:190",
        "org.apache.httpcomponents:httpclient:4.5.10:150",
        "org.apache.httpcomponents:httpcore:4.4.12:64",
    ];

    private static readonly string[] CompanionsOfAll =
    [
        "commons-httpclient:commons-httpclient:3.1:60",
        "com.google.guava:guava:27.0-jre:240",
        "com.google.code.findbugs:jsr305:3.0.2:20",
        "com.google.guava:failureaccess:1.0.1:8",
        "com.google.guava:listenablefuture:9999.0-empty-to-avoid-conflict-with-guava:4",
        "org.checkerframework:checker-qual:2.5.2:30",
        "com.google.errorprone:error_prone_annotations:2.2.0:14",
        "com.google.j2objc:j2objc-annotations:1.1:10",
        "org.codehaus.mojo:animal-sniffer-annotations:1.17:6",
        "org.slf4j:slf4j-api:1.7.25:40",
    ];

    private SampleDssHost(string kit, string data, string version)
    {
        KitDirectory = kit;
        DataDirectory = data;
        Version = version;
    }

    /// <summary>The kit: <c>dataiku-dss-VERSION</c>.</summary>
    public string KitDirectory { get; }

    /// <summary>The data directory.</summary>
    public string DataDirectory { get; }

    /// <summary>The version of the data directory.</summary>
    public string Version { get; }

    /// <summary>The folder of the companion jars.</summary>
    public string CompanionPath => Path.Combine(KitDirectory, "lib", "ivy", "backend-run");

    /// <summary><c>bin/dssadmin</c>.</summary>
    public string DssAdmin => Path.Combine(DataDirectory, "bin", "dssadmin");

    /// <summary><c>config/general-settings.json</c>.</summary>
    public string GeneralSettings => Path.Combine(DataDirectory, "config", "general-settings.json");

    /// <summary><c>config/connections.json</c>.</summary>
    public string Connections => Path.Combine(DataDirectory, "config", "connections.json");

    /// <summary>Lays a host out below <paramref name="folder"/>: a kit folder and <c>dss-data</c>.</summary>
    public static SampleDssHost Create(string folder, SampleDssHostOptions? options = null)
    {
        options ??= new SampleDssHostOptions();
        folder = Path.GetFullPath(folder);
        var kitVersion = options.KitVersion ?? options.Version;
        var major = int.Parse(options.Version.Split('.')[0], CultureInfo.InvariantCulture);
        var host = new SampleDssHost(
            Path.Combine(folder, $"dataiku-dss-{kitVersion}"), Path.Combine(folder, "dss-data"), options.Version);
        var layout = options.Layout ?? (major < 8 ? SampleLibraryLayout.Flavour : SampleLibraryLayout.Flat);

        host.LayOutKit(kitVersion, major);
        host.LayOutData(options, layout, major);
        if (!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess && !options.OwnedByRoot)
        {
            SampleFiles.Give(host.KitDirectory, Nobody, Nobody);
            SampleFiles.Give(host.DataDirectory, Nobody, Nobody);
        }

        SampleFiles.MakeReachable(folder);
        return host;
    }

    private void LayOutKit(string version, int major)
    {
        SampleFiles.Write(
            Path.Combine(KitDirectory, "dss-version.json"),
            $$"""{"product_version": "{{version}}", "product_commitid": ""}""" + "\n");
        foreach (var jar in (major < 6 ? CompanionsOf5 : CompanionsOf9).Concat(CompanionsOfAll).Select(SampleJar.Parse))
        {
            SampleFiles.Write(Path.Combine(CompanionPath, jar.FileName), jar.ToBytes());
        }

        SampleFiles.Write(
            Path.Combine(KitDirectory, "lib", "ivy", "parquet-run", "parquet-hadoop-1.10.0.jar"),
            SampleJar.Parse("org.apache.parquet:parquet-hadoop:1.10.0:30").ToBytes());
    }

    private void LayOutEnvironment(SampleDssHostOptions options)
    {
        string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

        var ports = options.NodeType is "design" or "automation"
            ? $"""
                export DKU_BACKEND_PORT="{Number(options.BasePort + 1)}"
                export DKU_IPYTHON_PORT="{Number(options.BasePort + 2)}"
                export DKU_HPROXY_PORT="{Number(options.BasePort + 3)}"
                export DKU_EVENTSERVER_PORT="{Number(options.BasePort + 4)}"

                """
            : "";
        SampleFiles.Write(Path.Combine(DataDirectory, "bin", "env-default.sh"), $"""
            # Generated by the installer: do not edit, use env-site.sh
            export DKUINSTALLDIR="{KitDirectory}"
            export DKU_NODE_TYPE="{options.NodeType}"
            export DKU_BASE_PORT="{Number(options.BasePort)}"
            export DKU_NGINX_PORT="{Number(options.BasePort)}"
            {ports}export DKUJAVABIN="/usr/bin/java"
            export DKU_BACKEND_JAVA_OPTS="-Xmx2g"

            """);
    }

    private void LayOutData(SampleDssHostOptions options, SampleLibraryLayout layout, int major)
    {
        string At(params string[] parts) => Path.Combine([DataDirectory, .. parts]);
        string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

        // Before 6.0 conf_version was a small number of its own, then the version's digits.
        var conf = major < 6 ? "24" : options.Version.Replace(".", "", StringComparison.Ordinal) + "0";
        SampleFiles.Write(At("dss-version.json"), $$"""
            {
              "conf_version": "{{conf}}",
              "product_version": "{{options.Version}}",
              "product_commitid": "0123456789abcdef"
            }

            """);
        SampleFiles.Write(At("install.ini"), $"""
            [general]
            nodetype = {options.NodeType}
            installid = sAmPlEiNsTaLlId012345678
            nodeid =

            [server]
            port = {Number(options.BasePort)}

            [javaopts]
            backend.xmx = 2g

            """);

        LayOutEnvironment(options);
        SampleFiles.Write(At("bin", "env-site.sh"), "# Local changes of the environment go here\n");
        SampleFiles.Write(
            At("bin", "dssadmin"),
            SampleFiles.Text(
                "dss/dssadmin",
                ("LAYOUT", layout == SampleLibraryLayout.Flat ? "flat" : "flavour"),
                ("SPARKS", major < 9 ? "2.[0-4].* 1.[56].*" : "3.0.* 2.[0-4].* 1.[56].*")),
            executable: true);
        SampleFiles.Write(At("bin", "dss"), SampleFiles.Text("dss/dss"), executable: true);
        SampleFiles.Write(GeneralSettings, SampleFiles.Text(
            "dss/general-settings.json",
            ("PORT", Number(options.BasePort)),
            ("ISOLATION", options.UserIsolation ? "true" : "false")));
        SampleFiles.Write(Connections, SampleFiles.Text("dss/connections.json"));
        if (!OperatingSystem.IsWindows())
        {
            // Both hold secrets; whoever replaces them has to keep them closed.
            File.SetUnixFileMode(GeneralSettings, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetUnixFileMode(Connections, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        SampleFiles.Write(At("config", "license.json"), "{\"license\": {\"kind\": \"sample\"}}\n");
        SampleFiles.Write(At("run", "backend.log"), "");
        SampleFiles.Write(At("install-support", "expected-dip-home.txt"), DataDirectory + "\n");
    }
}
