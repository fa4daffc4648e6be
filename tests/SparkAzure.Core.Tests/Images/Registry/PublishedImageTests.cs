using System.Text.Json;
using System.Text.RegularExpressions;
using SparkAzure.Core.Tests.Oci.Registry;

namespace SparkAzure.Core.Tests.Images.Registry;

/// <summary>What engine Registry made, in the hands of others: a real registry holds it, a real daemon runs it, skopeo reads and copies it.</summary>
public sealed class PublishedImageTests : IDisposable
{
    private readonly SparkHomeFixture _spark = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _spark.Dispose();
        _folder.Dispose();
    }

    [SkippableTheory]
    [InlineData("v2s2", "application/vnd.docker.distribution.manifest.v2+json")]
    [InlineData("oci", "application/vnd.oci.image.manifest.v1+json")]
    public async Task Docker_runs_it_and_skopeo_reads_and_copies_it(string format, string mediaType)
    {
        await ContainerTools.SkipWithoutDockerAsync();
        Skip.IfNot(ContainerTools.Has("skopeo"), "skopeo is not installed");
        await using var real = await RealRegistry.StartOrSkipAsync();
        var baseImage = $"{real.Host}/base/busybox:1";
        await SkopeoAsync("copy", "--dest-tls-verify=false", "--format", format, $"docker-daemon:{ContainerTools.BaseImage}", $"docker://{baseImage}");
        _spark.WriteDockerfile("""
            FROM sparkazure-test/base:1
            ARG spark_uid=185
            RUN mkdir -p /opt/spark/work-dir
            COPY jars /opt/spark/jars
            COPY bin /opt/spark/bin
            COPY kubernetes/dockerfiles/spark/entrypoint.sh /opt/
            ENV SPARK_HOME /opt/spark
            ENV GREETING="two words"
            WORKDIR /opt/spark/work-dir
            ENTRYPOINT [ "/opt/entrypoint.sh" ]
            USER ${spark_uid}
            """);
        File.CreateSymbolicLink(_spark.Home("bin", "submit"), "spark-submit");
        _spark.Write("bin/private.sh", "#!/bin/sh\n");
        File.SetUnixFileMode(_spark.Home("bin", "private.sh"), (UnixFileMode)0b111_101_000);
        File.WriteAllBytes(_spark.Home("jars", "empty-1.0.jar"), []);
        _spark.Write($"bin/{new string('n', 120)}", "a long name");

        var images = await SparkHomeFixture.PublishAsync(_spark.Options(real.Host, SparkImageEngine.Registry) with { BaseImage = baseImage });

        try
        {
            foreach (var image in images)
            {
                await ContainerTools.RunAsync("docker", ["pull", "--quiet", image.Reference]);
                var seen = await ContainerTools.RunAsync("docker", ["run", "--rm", "--network", "none", image.Reference, "sh", "-c",
                    "id -u; pwd; echo $GREETING; echo $SPARK_HOME; ls -ln $SPARK_HOME/bin $SPARK_HOME/jars; cat $SPARK_HOME/bin/nnn*; sha256sum $SPARK_HOME/jars/*.jar"]);
                Assert.StartsWith("185\n/opt/spark/work-dir\ntwo words\n/opt/spark\n", seen, StringComparison.Ordinal);
                Assert.True(Regex.IsMatch(seen, @"-rwxr-xr-x +1 0 +0 .*spark-submit\n"), seen);
                Assert.True(Regex.IsMatch(seen, @"-rwxr-x--- +1 0 +0 .*private\.sh\n"), seen);
                Assert.True(Regex.IsMatch(seen, @"lrwxrwxrwx +1 0 +0 .*submit -> spark-submit\n"), seen);
                Assert.Contains("a long name", seen, StringComparison.Ordinal);
                foreach (var jar in Directory.GetFiles(_spark.Home("jars")))
                {
                    var hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(jar))).ToLowerInvariant();
                    Assert.Contains($"{hash}  /opt/spark/jars/{Path.GetFileName(jar)}", seen, StringComparison.Ordinal);
                }

                using var inspected = JsonDocument.Parse(await SkopeoAsync("inspect", "--tls-verify=false", $"docker://{image.Reference}"));
                Assert.Equal(image.Digest, inspected.RootElement.GetProperty("Digest").GetString());
                using var manifest = JsonDocument.Parse(await SkopeoAsync("inspect", "--raw", "--tls-verify=false", $"docker://{image.Reference}"));
                Assert.Equal(mediaType, manifest.RootElement.GetProperty("mediaType").GetString());
                using var config = JsonDocument.Parse(await SkopeoAsync("inspect", "--config", "--tls-verify=false", $"docker://{image.Reference}"));
                Assert.Equal("185", config.RootElement.GetProperty("config").GetProperty("User").GetString());

                // A copy to a folder verifies every digest, also of what is compressed.
                await SkopeoAsync("copy", "--src-tls-verify=false", $"docker://{image.Reference}", $"dir:{_folder[image.Name]}");
                await SkopeoAsync("copy", "--src-tls-verify=false", $"docker://{image.Reference}", $"oci:{_folder["layout"]}:{image.Name}");
            }
        }
        finally
        {
            await ContainerTools.TryRunAsync("docker", ["rmi", "-f", .. images.Select(i => i.Reference)]);
        }
    }

    private static Task<string> SkopeoAsync(params string[] arguments) => ContainerTools.RunAsync("skopeo", ["--insecure-policy", .. arguments]);
}
