using SparkAzure.Core.Hosting;
using SparkAzure.Core.Images;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images;

/// <summary>A small Spark home whose images can be built from a base that exists on this machine, and calls that publish it.</summary>
internal sealed class SparkHomeFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SparkHomeFixture()
    {
        _folder.Write("home/RELEASE", "Spark 2.4.0 built for Hadoop 2.7.3\n");
        for (var i = 0; i < 3; i++)
        {
            _folder.Write($"home/jars/{(i == 0 ? "spark-core_2.11" : "part" + i)}-2.4.0.jar", new string((char)('a' + i), 70_000));
        }

        _folder.Write("home/bin/spark-submit", "#!/bin/sh\n");
        File.SetUnixFileMode(Home("bin", "spark-submit"), (UnixFileMode)0b111_101_101);
        _folder.Write("home/python/lib/pyspark.zip", "zip");
        _folder.Write("home/examples/big.txt", "never copied");
        _folder.Write("home/.sparkazure/store/secret.jar", "never copied");
        _folder.Write("home/kubernetes/dockerfiles/spark/entrypoint.sh", "#!/bin/sh\nexec \"$@\"\n");
        File.SetUnixFileMode(Home("kubernetes", "dockerfiles", "spark", "entrypoint.sh"), (UnixFileMode)0b111_101_101);
        WriteDockerfile("""
            # the shape of Spark 2.4's own
            FROM sparkazure-test/base:1
            ARG spark_jars=jars
            ARG img_path=kubernetes/dockerfiles
            RUN set -ex && \
                # a comment inside
                mkdir -p /opt/spark/work-dir
            COPY ${spark_jars} /opt/spark/jars
            COPY bin /opt/spark/bin
            COPY ${img_path}/spark/entrypoint.sh /opt/
            COPY RELEAS[E] /opt/spark/RELEASE
            ENV SPARK_HOME /opt/spark
            WORKDIR /opt/spark/work-dir
            ENTRYPOINT [ "/opt/entrypoint.sh" ]
            """);
        _folder.Write("home/kubernetes/dockerfiles/spark/bindings/python/Dockerfile", """
            ARG base_img
            FROM $base_img
            COPY python/lib ${SPARK_HOME}/python/lib
            ENV PYTHONPATH ${SPARK_HOME}/python/lib/pyspark.zip
            WORKDIR /opt/spark/work-dir
            ENTRYPOINT [ "/opt/entrypoint.sh" ]
            """);
    }

    public string Path => Home();

    /// <summary>A folder for docker's config.json: empty, so that this machine's own logins stay out.</summary>
    public string DockerConfig => Directory.CreateDirectory(_folder["docker"]).FullName;

    public string Home(params string[] parts) => _folder[["home", .. parts]];

    public void WriteDockerfile(string content) => _folder.Write("home/kubernetes/dockerfiles/spark/Dockerfile", content + "\n");

    public void Write(string relative, string content) => _folder.Write("home/" + relative, content);

    public void WriteLogin(string host, string entry) =>
        File.WriteAllText(System.IO.Path.Combine(DockerConfig, "config.json"), $"{{\"auths\":{{\"{host}\":{entry}}}}}");

    public PublishOptions Options(string registry, SparkImageEngine engine = SparkImageEngine.Docker) => new()
    {
        SparkHome = Path,
        Registry = registry,
        Tag = "v1",
        Engine = engine,
        BaseImage = engine == SparkImageEngine.Registry ? $"{registry.Split('/')[0]}/base/jre:8" : null,
        Access = new RegistryAccess { DockerConfigFolder = DockerConfig },
        CacheFolder = _folder["cache"],
        IndexFolder = _folder["classes"],
    };

    public static async Task<List<SparkImage>> PublishAsync(PublishOptions options, ICaller? caller = null, CancellationToken cancellationToken = default)
    {
        var images = new List<SparkImage>();
        await foreach (var image in SparkImagePublisher.PublishAsync(options, caller ?? new RecordingCaller(), cancellationToken))
        {
            images.Add(image);
        }

        return images;
    }

    public Task<SparkImageComparison> CompareAsync(string image, ICaller? caller = null) => SparkImageComparer.CompareAsync(
        new CompareOptions { Image = image, SparkHome = Path, CacheFolder = _folder["cache"], IndexFolder = _folder["classes"], Access = new RegistryAccess { DockerConfigFolder = DockerConfig } },
        caller ?? new RecordingCaller(),
        CancellationToken.None);

    public static Task<SparkAzureException> RefusedAsync(PublishOptions options, ICaller? caller = null) =>
        Assert.ThrowsAsync<SparkAzureException>(() => PublishAsync(options, caller));

    /// <summary>A registry with a base image in it, and nothing in its list of requests.</summary>
    public static async Task<RegistryStandIn> RegistryAsync(RegistryOptions? options = null, bool oci = false, bool index = false)
    {
        var registry = await RegistryStandIn.StartAsync(options);
        registry.SeedBaseImage("base/jre", "8", oci, index);
        return registry;
    }

    public void Dispose() => _folder.Dispose();
}
