using System.Security.Cryptography;
using System.Text.Json;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Images;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Oci.Registry;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Images;

/// <summary>The engine Registry runs nothing, and yet an image of it must be what a real daemon builds from the same Dockerfile.</summary>
[TakesLong(seconds: 60)]
public sealed class EngineEqualityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("2.4.0", true)]
    [InlineData("3.5.0", false)]
    public async Task Images_of_a_sample_distribution_are_those_that_a_real_daemon_builds(string version, bool isAlpine)
    {
        TestTime.SkipWhenShort();
        await ContainerTools.SkipWithoutDockerAsync();
        await using var real = await RealRegistry.StartOrSkipAsync();
        var reference = $"{real.Host}/base/{version}:1";
        await RealBase.PushOrSkipAsync(reference, isAlpine);
        var spark = SampleSpark.Create(_folder["opt"], new SampleSparkOptions { SparkVersion = version, WithR = true, BaseImage = reference });
        var caller = new RecordingCaller();

        var made = await PublishAsync(spark.Home, real.Host + "/registry", reference, SparkImageEngine.Registry, ["spark", "spark-py", "spark-r"], caller);
        var built = await PublishAsync(spark.Home, real.Host + "/docker", reference, SparkImageEngine.Docker, ["spark", "spark-py", "spark-r"]);

        Assert.All(made, i => Assert.Empty(i.UnverifiedInstructions));
        Assert.Empty(caller.Warnings);
        await AssertEqualAsync(built, made);

        // It starts, by its own entry point and user.
        var output = await ContainerTools.RunAsync("docker", ["run", "--rm", "--network", "none", made[1].Reference, "/bin/sh", "-c", "id -u; cat /opt/spark/RELEASE; ls /opt/spark/jars > /dev/null; cat /opt/spark/python/lib/pyspark.zip > /dev/null"]);
        Assert.StartsWith(version.StartsWith('2') ? "0\n" : "185\nSpark 3.5.0", output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task So_are_those_of_a_dockerfile_with_all_that_is_carried_out_natively()
    {
        TestTime.SkipWhenShort();
        await ContainerTools.SkipWithoutDockerAsync();
        await using var real = await RealRegistry.StartOrSkipAsync();
        using var spark = new SparkHomeFixture();
        var reference = $"{real.Host}/base/debian:1";
        await RealBase.PushOrSkipAsync(reference, isAlpine: false);
        File.SetUnixFileMode(spark.Home("RELEASE"), (UnixFileMode)0x1A0);
        spark.Write("bin/nested/deep/tool", "x");
        File.SetUnixFileMode(spark.Home("bin", "nested"), (UnixFileMode)0x1C8);
        File.CreateSymbolicLink(spark.Home("bin", "link"), "nested/deep");
        spark.WriteDockerfile($$"""
            FROM {{reference}}
            ARG where=/opt/made
            ENV SPARK_HOME=/opt/spark COMBINED="$where and more"
            WORKDIR /srv/app/deep
            RUN set -e; mkdir -p a/b "with blank" ${where}/x $where/y; mkdir -m 700 secret; touch a/one a/two .dot; umaskless=1; echo "$umaskless $COMBINED $where" > a/three; echo -n tail >> a/three
            RUN chmod -R g+w,o-rx a && chmod u=rwx,go=rX "with blank" && chmod 1777 secret && chown -R 185:0 a && chown spark secret && chgrp -R sparks ${where}
            RUN ln -s ../two a/b/up && ln -sf /etc/passwd a/b/up && ln -s a/one /srv/app/deep/a/two link-dir-target secret/ || true
            RUN ln -sfn /opt/owned current && ln -s nowhere dangling && mkdir /shared/inherits && touch /shared/file
            RUN rm -rf /opt/owned/deep && mkdir /opt/owned/deep && touch /opt/owned/deep/new && rm -f /opt/owned/.h* /none/* a/t*
            RUN ["mkdir", "-p", "/json form/x"]
            RUN cd /tmp && mkdir -p relative && chmod a+t relative && true || mkdir not-made
            RUN rm /bin/sh && ln -sv /bin/bash /bin/sh && echo "auth required" >> /etc/pam.d/su && chgrp root /etc/passwd && chmod ug+rw /etc/passwd
            RUN set -ex && sed -i 's/http:\/\/deb.\(.*\)/https:\/\/deb.\1/g' /etc/apt/sources.list && apt-get update
            COPY jars /opt/spark/jars
            COPY --chown=185:1186 bin /lib/through-a-link/bin
            COPY --chown=spark:sparks RELEASE new-name
            COPY --chown=1185 RELEASE made/for/a/file/
            COPY RELEASE /bin/
            COPY jars/part1-2.4.0.jar jars/part2-2.4.0.jar ./two/
            ADD kubernetes/dockerfiles/spark/entrypoint.sh /opt/
            COPY RELEAS[E] $SPARK_HOME/RELEASE
            COPY bin /srv/app/deep
            RUN ln -s $(basename ${SPARK_HOME}/jars/spark-core_*.jar) ${SPARK_HOME}/jars/core.jar && chmod a+x /opt/entrypoint.sh && chmod 600 /opt/spark/jars/part1-2.4.0.jar
            WORKDIR relative/path
            EXPOSE 7077
            VOLUME /data
            ENTRYPOINT ["/opt/entrypoint.sh"]
            CMD ["driver"]
            USER spark
            """);
        var caller = new RecordingCaller();

        var made = await PublishAsync(spark.Path, real.Host + "/registry", reference, SparkImageEngine.Registry, ["spark"], caller);
        var built = await PublishAsync(spark.Path, real.Host + "/docker", reference, SparkImageEngine.Docker, ["spark"]);

        Assert.All(made, i => Assert.Empty(i.UnverifiedInstructions));
        await AssertEqualAsync(built, made);
    }

    [SkippableFact]
    public async Task So_are_those_that_copy_from_stages_and_other_images()
    {
        TestTime.SkipWhenShort();
        await ContainerTools.SkipWithoutDockerAsync();
        await using var real = await RealRegistry.StartOrSkipAsync();
        using var spark = new SparkHomeFixture();
        var (reference, tools) = ($"{real.Host}/base/debian:1", $"{real.Host}/other/tools:2");
        await RealBase.PushOrSkipAsync(reference, isAlpine: false);
        await PushToolsAsync(tools, reference);
        File.SetUnixFileMode(spark.Home("RELEASE"), (UnixFileMode)0x9ED);
        spark.WriteDockerfile($$"""
            ARG tools={{tools}}
            FROM {{reference}} AS Prepared
            ENV WHERE=/opt/prepared
            WORKDIR $WHERE
            COPY jars jars
            COPY --chown=185:1186 bin bin
            RUN ln -s ../jars bin/jars && chmod 700 bin/spark-submit && mkdir -m 711 empty && chown spark empty && echo made > made && chmod 640 made
            COPY --from={{tools}} /t/plain .
            FROM prepared AS more
            COPY --from=0 /opt/prepared/jars/part1-2.4.0.jar /opt/more/
            RUN echo later >> /opt/prepared/made
            FROM scratch AS files
            COPY RELEASE /r/
            FROM ${tools} AS tools
            COPY --from=more /opt/prepared/made /t/dir/made
            USER 7
            FROM {{reference}}
            ENV SPARK_HOME=/opt/spark
            RUN mkdir -p -m 700 /standing/dir && ln -s /srv /standing/link && ln -s /opt/owned /standing/a && mkdir /standing/plain
            COPY --from=prepared /opt/prepared /opt/spark
            COPY --from=MORE /opt/more/*.jar /opt/prepared/m?de /opt/two/
            COPY --from=2 r /r
            COPY --from=files --chown=spark:sparks /r/RELEASE /owned/by/
            COPY --from=tools t /standing
            COPY --from=tools t/dir rel
            COPY --from=tools --chown=185 /t /given/deep
            COPY --from=tools /t/to-dir /through
            COPY --from=tools /t/to-file /one
            COPY --from=tools /t/to-file /one-in/
            COPY --from={{tools}} /t/d* /t/pl*n /wild/
            COPY --from={{tools}} /t/dir/f /t/dir/h /parted/
            COPY --from={{tools}} ["/t/with blank/x y", "/blank/"]
            COPY --from={{tools}} /etc/passwd /etc/passwd
            COPY --chown=moved:4001 --from={{tools}} /t/plain /by-new-passwd
            COPY kubernetes/dockerfiles/spark/entrypoint.sh /opt/
            RUN chmod u+x /standing/plain && rm /standing/dir/h && ln -s x /wild/link
            ENTRYPOINT ["/opt/entrypoint.sh"]
            """);

        var made = await PublishAsync(spark.Path, real.Host + "/registry", reference, SparkImageEngine.Registry, ["spark"]);
        var built = await PublishAsync(spark.Path, real.Host + "/docker", reference, SparkImageEngine.Docker, ["spark"]);

        Assert.All(made, i => Assert.Empty(i.UnverifiedInstructions));
        await AssertEqualAsync(built, made);
        var output = await ContainerTools.RunAsync("docker", ["run", "--rm", "--network", "none", made[0].Reference, "/bin/sh", "-c", "cat /opt/two/made /standing/a/x"]);
        Assert.Equal("made\nlater\nin a\n", output);

        var again = await PublishAsync(spark.Path, real.Host + "/registry", reference, SparkImageEngine.Registry, ["spark"]);
        Assert.Equal((made[0].Digest, false), (again[0].Digest, again[0].Changed));
    }

    [SkippableFact]
    public async Task So_are_those_that_unpack_archives()
    {
        TestTime.SkipWhenShort();
        await ContainerTools.SkipWithoutDockerAsync();
        await using var real = await RealRegistry.StartOrSkipAsync();
        using var spark = new SparkHomeFixture();
        var reference = $"{real.Host}/base/debian:1";
        await RealBase.PushOrSkipAsync(reference, isAlpine: false);
        await ArchivesAsync(spark);
        spark.WriteDockerfile($$"""
            FROM {{reference}}
            ENV SPARK_HOME=/opt/spark
            RUN mkdir -p -m 700 /standing/dir && mkdir -m 700 /standing/implied && ln -s /srv /standing/to-dir && echo old > /standing/a && mkdir /standing/file
            COPY jars /opt/spark/jars
            ADD packed/a.tar /new/deep/
            ADD --chown=spark:sparks packed/zipped.data /owned
            ADD packed/a.tar packed/implied.tar /standing/
            ADD packed/no.tar packed/empty.tar packed/text.gz /as-is/
            ADD packed /folder
            ADD packed/implied.t* ./
            COPY packed/a.tar /copied
            COPY kubernetes/dockerfiles/spark/entrypoint.sh /opt/
            ENTRYPOINT ["/opt/entrypoint.sh"]
            """);

        var made = await PublishAsync(spark.Path, real.Host + "/registry", reference, SparkImageEngine.Registry, ["spark"]);
        var built = await PublishAsync(spark.Path, real.Host + "/docker", reference, SparkImageEngine.Docker, ["spark"]);
        await AssertEqualAsync(built, made);

        var again = await PublishAsync(spark.Path, real.Host + "/registry", reference, SparkImageEngine.Registry, ["spark"]);
        Assert.Equal((made[0].Digest, false), (again[0].Digest, again[0].Changed));

        // The image that the daemon built, brought up to an archive with another content.
        await File.WriteAllTextAsync(spark.Home("packed", "tree", "dir", "f"), "changed");
        await RepackAsync(spark);
        var patched = await PublishAsync(spark.Path, real.Host + "/docker", $"{real.Host}/docker/spark:v1", SparkImageEngine.Registry, ["spark"]);
        var output = await ContainerTools.RunAsync("docker", ["run", "--rm", "--network", "none", patched[0].Reference, "/bin/sh", "-c", "cat /new/deep/dir/f /new/deep/dir/h /owned/z"]);
        Assert.StartsWith("changedchangedchanged", output, StringComparison.Ordinal);
        Assert.False((await PublishAsync(spark.Path, real.Host + "/docker", $"{real.Host}/docker/spark:v1", SparkImageEngine.Registry, ["spark"]))[0].Changed);
    }

    [SkippableFact]
    public async Task On_a_base_image_in_zstd_the_layers_are_those_on_the_same_in_gzip()
    {
        TestTime.SkipWhenShort();
        await ContainerTools.SkipWithoutDockerAsync();
        Skip.IfNot(ContainerTools.Has("skopeo"), "skopeo is not installed");
        await using var real = await RealRegistry.StartOrSkipAsync();
        using var spark = new SparkHomeFixture();
        var (gzip, zstd) = ($"{real.Host}/base/debian:gzip", $"{real.Host}/packed/debian:1");
        await RealBase.PushOrSkipAsync(gzip, isAlpine: false);

        // By a layout on disk: to a registry that has the same content in gzip, skopeo sends nothing else.
        await ContainerTools.RunAsync("skopeo", ["copy", "--quiet", "--src-tls-verify=false", "--dest-compress-format", "zstd", $"docker://{gzip}", $"oci:{_folder["layout"]}:x"]);
        await ContainerTools.RunAsync("skopeo", ["copy", "--quiet", "--dest-tls-verify=false", "--preserve-digests", $"oci:{_folder["layout"]}:x", $"docker://{zstd}"]);

        var layers = new List<string>();
        foreach (var reference in new[] { gzip, zstd })
        {
            spark.WriteDockerfile($"FROM x\nENV SPARK_HOME=/opt/spark\nCOPY jars /opt/spark/jars\nRUN chmod 600 /etc/passwd\nCOPY --from={reference} /opt /copied\nCOPY kubernetes/dockerfiles/spark/entrypoint.sh /opt/\nENTRYPOINT [\"/opt/entrypoint.sh\"]");
            var image = Assert.Single(await PublishAsync(spark.Path, real.Host + "/made", reference, SparkImageEngine.Registry, ["spark"]));
            Assert.Empty(image.UnverifiedInstructions);
            using var config = JsonDocument.Parse(await ContainerTools.RunAsync("skopeo", ["inspect", "--config", "--tls-verify=false", $"docker://{image.Reference}"]));
            layers.Add(config.RootElement.GetProperty("rootfs").GetProperty("diff_ids").GetRawText());
            layers.Add(await ContainerTools.RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", $"docker://{image.Reference}"]));
        }

        Assert.Equal(layers[0], layers[2]);
        Assert.DoesNotContain("zstd", layers[1], StringComparison.Ordinal);
        Assert.Contains("zstd", layers[3], StringComparison.Ordinal);
    }

    private static async Task ArchivesAsync(SparkHomeFixture spark)
    {
        spark.Write("packed/tree/dir/f", "content of f");
        spark.Write("packed/tree/dir/sub/x", "x");
        spark.Write("packed/tree/file", "a file over a folder");
        spark.Write("packed/tree/to-dir/in", "a folder over a link");
        spark.Write("packed/tree/a/b", "a folder over a file");
        spark.Write($"packed/tree/{new string('l', 130)}", "long");
        spark.Write("packed/implied/implied/deep/x", "folders that the archive does not name");
        spark.Write("packed/no.tar", new string('t', 2000));
        spark.Write("packed/text", "no archive");
        var tree = spark.Home("packed", "tree");
        await ContainerTools.RunAsync("sh", ["-c", "cd \"$1\" && ln dir/f dir/h && ln dir/f z && ln -s f dir/link && ln -s /etc/passwd absolute && ln -s ../../../out up && mkfifo ../fifo && rm ../fifo && chmod 700 . && chown 5:6 dir dir/f dir/sub dir/sub/x && chmod 2750 dir/sub && chown -h 7:8 up && chmod 4711 dir/f && chmod 1777 a", "sh", tree]);
        await RepackAsync(spark);
    }

    private static async Task RepackAsync(SparkHomeFixture spark) => await ContainerTools.RunAsync("sh", ["-c", """
        cd "$1" && tar -cf a.tar -C tree . && gzip -c a.tar > zipped.data && tar -cf empty.tar -T /dev/null && gzip -c text > text.gz && tar -cf implied.tar -C implied implied/deep/x
        """, "sh", spark.Home("packed")]);

    // Two layers with what a copy could get wrong: owners, marks, links of both kinds, names.
    private async Task PushToolsAsync(string reference, string below)
    {
        var root = Directory.CreateDirectory(_folder["tools"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(root, "Dockerfile"), $$"""
            FROM {{below}}
            RUN mkdir -p /t/dir/sub /t/a "/t/with blank" && echo plain > /t/plain && echo f > /t/dir/f && /bin/busybox ln /t/dir/f /t/dir/h && /bin/busybox ln /t/dir/f /t/z && echo "in a" > /t/a/x && /bin/busybox ln /t/a/x /t/a-b
            RUN chmod 4755 /t/dir/f && chmod 2750 /t/dir/sub && chown 5:6 /t/dir/f /t/dir /t/plain && echo xy > "/t/with blank/x y" && ln -s dir /t/to-dir && ln -s /t/dir/f /t/to-file && ln -s nowhere /t/dir/dangling && touch /t/empty && chmod 1777 /t/a
            RUN /bin/busybox dd if=/dev/zero of=/t/dir/sub/{{new string('n', 120)}} bs=1024 count=200 && /bin/busybox ln /t/dir/sub/n* /t/dir/sub/again && rm /t/empty && echo "moved:x:4000:4001::/:/bin/sh" >> /etc/passwd
            """);
        await ContainerTools.RunAsync("docker", ["build", "-q", "-t", reference, root], new() { ["DOCKER_BUILDKIT"] = "0" });
        await ContainerTools.RunAsync("docker", ["push", reference]);
    }

    [SkippableFact]
    public async Task An_image_that_a_daemon_built_is_patched_to_what_the_daemon_would_build_now()
    {
        TestTime.SkipWhenShort();
        await ContainerTools.SkipWithoutDockerAsync();
        await using var real = await RealRegistry.StartOrSkipAsync();
        var reference = $"{real.Host}/base/debian:1";
        await RealBase.PushOrSkipAsync(reference, isAlpine: false);
        var spark = SampleSpark.Create(_folder["opt"], new SampleSparkOptions { SparkVersion = "3.5.0", BaseImage = reference });
        string[] images = ["spark", "spark-py"];
        await PublishAsync(spark.Home, real.Host + "/was", reference, SparkImageEngine.Docker, images);
        File.Delete(Path.Combine(spark.JarsFolder, "guava-14.0.1.jar"));
        await File.WriteAllTextAsync(Path.Combine(spark.JarsFolder, "guava-27.0-jre.jar"), "other version");
        await File.WriteAllTextAsync(Path.Combine(spark.JarsFolder, "snappy-java-1.1.10.3.jar"), "other bytes");
        await File.AppendAllTextAsync(Path.Combine(spark.Home, "kubernetes", "dockerfiles", "spark", "entrypoint.sh"), "# changed\n");

        var patched = await PublishAsync(spark.Home, real.Host + "/is", $"{real.Host}/was/spark:v1", SparkImageEngine.Registry, images);
        var built = await PublishAsync(spark.Home, real.Host + "/built", reference, SparkImageEngine.Docker, images);

        await AssertEqualAsync(built, patched);
        Assert.All(patched, i => Assert.Empty(i.UnverifiedInstructions));
    }

    [SkippableFact]
    public async Task After_a_swap_a_daemon_pushes_the_exchanged_jars_again_and_not_the_others()
    {
        TestTime.SkipWhenShort();
        await ContainerTools.SkipWithoutDockerAsync();
        await using var real = await RealRegistry.StartOrSkipAsync();
        var reference = $"{real.Host}/base/debian:1";
        await RealBase.PushOrSkipAsync(reference, isAlpine: false);
        var spark = SampleSpark.Create(_folder["opt"], new SampleSparkOptions { SparkVersion = "3.5.0", BaseImage = reference });
        foreach (var jar in new[] { "large-a-1.jar", "large-b-1.jar", "large-c-1.jar", "large-d-1.jar", "large-e-1.jar" })
        {
            await File.WriteAllBytesAsync(Path.Combine(spark.JarsFolder, jar), RandomNumberGenerator.GetBytes(5 << 20));
        }

        var first = await PublishAsync(spark.Home, real.Host + "/docker", reference, SparkImageEngine.Docker, ["spark"]);
        await File.WriteAllTextAsync(Path.Combine(spark.JarsFolder, "hadoop-exchanged-3.3.4.jar"), "exchanged");
        var second = await PublishAsync(spark.Home, real.Host + "/docker", reference, SparkImageEngine.Docker, ["spark"]);
        var made = await PublishAsync(spark.Home, real.Host + "/registry", reference, SparkImageEngine.Registry, ["spark"]);

        await AssertEqualAsync(second, made);
        Assert.InRange(first[0].BytesUploaded!.Value, 25 << 20, long.MaxValue);
        Assert.InRange(second[0].BytesUploaded!.Value, 1, 5 << 20);
    }

    private async Task<List<SparkImage>> PublishAsync(string home, string registry, string reference, SparkImageEngine engine, string[] images, ICaller? caller = null) =>
        await SparkHomeFixture.PublishAsync(
            new PublishOptions
            {
                SparkHome = home,
                Registry = registry,
                Tag = "v1",
                Images = images,
                Engine = engine,
                BaseImage = engine == SparkImageEngine.Registry ? reference : null,
                CacheFolder = _folder["cache"],
                IndexFolder = _folder["classes"],
                Access = new RegistryAccess { DockerConfigFolder = Directory.CreateDirectory(_folder["docker"]).FullName },
            },
            caller);

    private static async Task AssertEqualAsync(List<SparkImage> built, List<SparkImage> made)
    {
        foreach (var (expected, actual) in built.Zip(made))
        {
            var (docker, registry) = (await ExportedImage.PullAsync(expected.Reference), await ExportedImage.PullAsync(actual.Reference));

            Assert.True(docker.Tree.Count > 50, $"only {docker.Tree.Count} paths");
            Assert.Empty(ExportedImage.Differences(docker, registry));
            Assert.Equal(docker.Configuration, registry.Configuration);
        }
    }
}
