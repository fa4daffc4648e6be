using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Images;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Images.Docker;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Registry;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace SparkAzure.Core.Tests.Images.AcrTask;

public sealed class AcrTaskEngineTests : IAsyncLifetime, IDisposable
{
    private readonly SparkHomeFixture _spark = new();
    private readonly RecordingCaller _caller = new();
    private AzureStandIn _azure = null!;
    private RegistryStandIn _images = null!;
    private HttpMessageHandler _handler = null!;
    private StandInSubscription _subscription = null!;

    public async Task InitializeAsync()
    {
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _handler = _azure.Certificate.CreateTrustingHandler();
        _subscription = _azure.AddSubscription("Data platform");
        _azure.AddSubscription("Empty");
        _images = await SparkHomeFixture.RegistryAsync(new RegistryOptions { Authentication = RegistryAuthentication.AcrToken, EntraAccessToken = "none", ArmAccessToken = _azure.AccessToken });
        _spark.WriteDockerfile($$"""
            FROM {{_images.Host}}/base/jre:8
            ARG spark_jars=jars
            ARG greeting=none
            RUN mkdir -p /opt/spark/work-dir
            COPY ${spark_jars} /opt/spark/jars
            COPY bin /opt/spark/bin
            COPY kubernetes/dockerfiles/spark/entrypoint.sh /opt/
            COPY RELEAS[E] /opt/spark/RELEASE
            ENV SPARK_HOME /opt/spark
            ENV GREETING ${greeting}
            USER 185
            ENTRYPOINT [ "/opt/entrypoint.sh" ]
            """);
    }

    public async Task DisposeAsync()
    {
        await _images.DisposeAsync();
        await _azure.DisposeAsync();
    }

    public void Dispose()
    {
        _handler.Dispose();
        _spark.Dispose();
    }

    [Fact]
    public async Task One_run_builds_and_pushes_all_images_and_a_second_publish_needs_none()
    {
        var acr = Registry();
        var first = await SparkHomeFixture.PublishAsync(Options("/team"), _caller);
        _azure.AnswerNext(500, "{}", target: "scheduleRun");
        var second = await SparkHomeFixture.PublishAsync(Options("/team"));

        Assert.Equal(["spark", "spark-py"], first.Select(i => i.Name));
        Assert.All(first, i => Assert.True(i is { Changed: true, Planned: false, Engine: SparkImageEngine.AcrTask }));
        Assert.True(first[0].BytesUploaded > 210_000 && first[1].BytesUploaded == 0);
        Assert.All(first, i => Assert.Equal(_images.Manifest(i.Repository, "v1")!.Value.Digest, i.Digest));
        Assert.All(first, i => Assert.EndsWith($"{i.Repository}@{i.Digest}", i.Reference, StringComparison.Ordinal));
        Assert.Equal(first.Select(i => i.Digest), second.Select(i => i.Digest));
        Assert.All(second, i => Assert.True(i is { Changed: false, BytesUploaded: 0 }));

        // Only what is copied went up, and the log came back.
        var run = Assert.Single(acr.Runs);
        Assert.Contains("jars/part1-2.4.0.jar", run.SourceFiles);
        Assert.Contains("python/lib/pyspark.zip", run.SourceFiles);
        Assert.DoesNotContain(run.SourceFiles, f => f.Contains("examples", StringComparison.Ordinal) || f.Contains("secret", StringComparison.Ordinal));
        Assert.Contains(_caller.VerboseLines, l => l.StartsWith("Step 1/", StringComparison.Ordinal));
        Assert.Contains(_caller.VerboseLines, l => l.Contains("was successful", StringComparison.Ordinal));

        // spark-py has the layers of spark below its own.
        Assert.Equal(Layers(first[0]), Layers(first[1]).Take(Layers(first[0]).Count));
    }

    [Fact]
    public async Task Only_what_changed_is_built_again()
    {
        var acr = Registry();
        var first = await SparkHomeFixture.PublishAsync(Options());
        _spark.Write("python/lib/pyspark.zip", "another zip");
        var second = await SparkHomeFixture.PublishAsync(Options());
        _spark.Write("jars/part1-2.4.0.jar", "another jar");
        var third = await SparkHomeFixture.PublishAsync(Options());

        Assert.Equal([false, true], second.Select(i => i.Changed));
        Assert.Equal(first[0].Digest, second[0].Digest);
        Assert.DoesNotContain(acr.Runs.ElementAt(1).SourceFiles, f => f.StartsWith("jars", StringComparison.Ordinal));
        Assert.All(third, i => Assert.True(i.Changed));
        Assert.Equal(3, acr.Runs.Count);
    }

    [Fact]
    public async Task A_base_image_that_moved_is_a_change()
    {
        Registry();
        await SparkHomeFixture.PublishAsync(Options());
        _images.SeedBaseImage("base/jre", "8", oci: true);

        Assert.All(await SparkHomeFixture.PublishAsync(Options()), i => Assert.True(i.Changed));
    }

    [Fact]
    public async Task Packages_platform_cache_and_awkward_build_arguments_reach_the_build()
    {
        var acr = Registry();
        const string Awkward = "it's \"a\" $HOME $Registry {{.Run.ID}} # b";
        var requirements = Path.Combine(_spark.DockerConfig, "requirements.txt");
        await File.WriteAllTextAsync(requirements, "pandas==2.2.3\n");

        var images = await SparkHomeFixture.PublishAsync(
            Options() with { BuildArguments = new Dictionary<string, string> { ["greeting"] = Awkward }, PythonRequirements = requirements, NoCache = true, Platform = "linux/amd64", TimeoutSeconds = 600 }, _caller);

        var run = Assert.Single(acr.Runs);
        Assert.Equal($"GREETING={Awkward}", Config(images[0]).GetProperty("Env").EnumerateArray().Last().GetString());
        Assert.Contains(_caller.VerboseLines, l => l.Contains("pip3 install", StringComparison.Ordinal));
        Assert.Contains(".sparkazure/requirements.txt", run.SourceFiles);
        Assert.Contains("--no-cache", run.Task, StringComparison.Ordinal);
        Assert.Contains("--platform linux/amd64", run.Task, StringComparison.Ordinal);
        Assert.Contains("stepTimeout: 600", run.Task, StringComparison.Ordinal);
        Assert.Equal("185", Config(images[1]).GetProperty("User").GetString());
    }

    [Fact]
    public async Task A_large_context_goes_up_in_blocks_and_no_secret_shows()
    {
        Registry();
        File.WriteAllBytes(_spark.Home("jars", "large-1.0.jar"), RandomNumberGenerator.GetBytes(20_000_000));

        await SparkHomeFixture.PublishAsync(Options(), _caller);

        var source = Assert.Single(_azure.Blobs, b => b.Path.StartsWith("source/", StringComparison.Ordinal));
        Assert.Equal(3, source.Blocks);
        var seen = string.Join('\n', [.. _caller.VerboseLines, .. _caller.ProgressRecords.Select(p => p.ToString())]);
        Assert.DoesNotContain("sig=", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(_azure.AccessToken, seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rehearsal_plans_and_sends_no_write()
    {
        var acr = Registry();
        var rehearsal = RecordingCaller.WhatIf();

        var images = await SparkHomeFixture.PublishAsync(Options(), rehearsal);

        Assert.All(images, i => Assert.True(i is { Planned: true, Changed: false, Digest: null, Engine: SparkImageEngine.AcrTask }));
        Assert.Equal(2, rehearsal.Asked.Count);
        Assert.Empty(rehearsal.Warnings);
        Assert.Empty(acr.Runs);
        Assert.All(_azure.Requests, r => Assert.Equal("GET", r.Method));
    }

    [Fact]
    public async Task A_failed_build_is_one_error_with_the_logs_last_lines_and_leaves_the_tags()
    {
        Registry();
        var before = await SparkHomeFixture.PublishAsync(Options());
        _spark.WriteDockerfile($"FROM {_images.Host}/base/jre:8\nRUN echo the-reason && false");

        var failure = await SparkHomeFixture.RefusedAsync(Options());

        Assert.Equal(("AcrRunFailed", ErrorKind.OperationFailed), (failure.Id, failure.Kind));
        Assert.Contains("the-reason", failure.Message, StringComparison.Ordinal);
        Assert.Contains("non-zero code: 1", failure.Message, StringComparison.Ordinal);
        Assert.All(before, i => Assert.Equal(i.Digest, _images.Manifest(i.Repository, "v1")!.Value.Digest));
    }

    [Theory]
    [InlineData("listLogSasUrl")]
    [InlineData("scheduleRun")]
    public async Task Stopping_cancels_the_run_even_one_that_is_just_being_started(string asked)
    {
        var acr = Registry(r => r with { HoldRuns = new TaskCompletionSource() });
        using var stop = new CancellationTokenSource();
        var publishing = SparkHomeFixture.PublishAsync(Options(), _caller, stop.Token);
        while (!_azure.Requests.Any(r => r.Target.Contains(asked, StringComparison.Ordinal)))
        {
            await Task.Delay(5);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);

        var run = Assert.Single(acr.Runs);
        for (var look = 0; look < 100 && run.Status is "Queued" or "Running"; look++)
        {
            await Task.Delay(20);
        }

        Assert.Equal("Canceled", run.Status);
        Assert.Null(_images.Manifest("spark", "v1"));
    }

    public static TheoryData<string, string, string> Refusals => new()
    {
        { "free", "AcrTasksNotAllowed", "pay-as-you-go" },
        { "role", "AcrTasksAccessDenied", "Container Registry Tasks Contributor" },
        { "other", "AcrNotFound", "-SubscriptionId" },
        { "timeout", "AcrRunFailed", "-TimeoutSeconds" },
        { "error", "AcrRunFailed", "later" },
        { "firewall", "AcrTaskNetworkRefused", "bypass" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_Azure_refuses_is_said_plainly_with_the_remedy(string scene, string id, string remedy)
    {
        await using var other = await RegistryStandIn.StartAsync();
        Registry(r => scene switch
        {
            "free" => r with { AllowsTasks = false },
            "role" => r with { CallerIsContributor = false },
            "other" => r with { Images = other },
            "timeout" => r with { RunsEnd = "Timeout" },
            "error" => r with { RunsEnd = "Error" },
            _ => r with { RunsEnd = "Failed", DefaultAction = "Deny" },
        });

        var refusal = await SparkHomeFixture.RefusedAsync(Options(), _caller);

        Assert.Equal(id, refusal.Id);
        Assert.Contains(remedy, refusal.Remedy, StringComparison.Ordinal);
        Assert.Null(_images.Manifest("spark", "v1"));
    }

    [Fact]
    public async Task A_registry_in_abac_mode_gets_the_callers_identity_and_a_resource_group_narrows_the_search()
    {
        Registry(r => r with { RoleAssignmentMode = "AbacRepositoryPermissions" });

        Assert.All(await SparkHomeFixture.PublishAsync(Options() with { ResourceGroupName = "rg-data", Access = Access() with { SubscriptionId = "Data platform" } }), i => Assert.True(i.Changed));
        Assert.Contains(_azure.Requests, r => r.Target.Contains("/resourceGroups/rg-data/providers/Microsoft.ContainerRegistry/registries?", StringComparison.Ordinal));
        Assert.Equal("AcrNotFound", (await SparkHomeFixture.RefusedAsync(Options() with { Tag = "v2", ResourceGroupName = "rg-other", Access = Access() with { SubscriptionId = "Data platform" } })).Id);
    }

    [Fact]
    public async Task A_base_image_in_another_registry_is_pulled_with_this_accounts_login_for_it()
    {
        await using var other = await SparkHomeFixture.RegistryAsync(new RegistryOptions { Authentication = RegistryAuthentication.Basic, Password = "0ther/s3cret+" });
        Registry(r => r with { Reachable = [other] });
        _spark.WriteDockerfile($"FROM {other.Host}/base/jre:8\nCOPY jars /opt/spark/jars\nENV SPARK_HOME /opt/spark");

        var without = await SparkHomeFixture.RefusedAsync(Options(), _caller);
        _spark.WriteLogin(other.Host, $$"""{"auth":"{{Convert.ToBase64String("sandbox:0ther/s3cret+"u8)}}"}""");
        var images = await SparkHomeFixture.PublishAsync(Options(), _caller);

        Assert.Equal("AcrRunFailed", without.Id);
        Assert.Contains("unauthorized: authentication required", without.Message, StringComparison.Ordinal);
        Assert.All(images, i => Assert.True(i.Changed));
        var seen = string.Join('\n', [.. _caller.VerboseLines, .. _caller.ProgressRecords.Select(p => p.ToString()), .. _azure.Requests.Select(r => r.Target)]);
        Assert.Contains($"The run signs in to {other.Host}", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("0ther", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_pool_carries_the_run_out_also_where_the_network_keeps_azures_own_agents_out()
    {
        var acr = Registry(r => r with { AgentPools = ["inside"], DefaultAction = "Deny" });

        var refused = await SparkHomeFixture.RefusedAsync(Options() with { AgentPool = "typo" });
        var images = await SparkHomeFixture.PublishAsync(Options() with { Engine = SparkImageEngine.Auto, AgentPool = "inside" });

        Assert.Contains("agentPools/typo", refused.Message, StringComparison.Ordinal);
        Assert.All(images, i => Assert.True(i is { Changed: true, Engine: SparkImageEngine.AcrTask }));
        Assert.Equal("inside", Assert.Single(acr.Runs).AgentPool);
        Assert.Equal("OptionNotForEngine", (await SparkHomeFixture.RefusedAsync(Options() with { Engine = SparkImageEngine.Docker, AgentPool = "inside" })).Id);
    }

    [Fact]
    public async Task A_broken_upload_and_a_broken_poll_are_tried_again()
    {
        Registry();
        _azure.AnswerNext(503, "", method: "PUT", target: "/blobs/source");
        _azure.AnswerNext(503, "{}", method: "GET", target: "/runs/");

        Assert.All(await SparkHomeFixture.PublishAsync(Options()), i => Assert.True(i.Changed));
    }

    // What Azure would do with the task, done by this host's shell and docker: the one thing that the stand-in could misread as its author did.
    [SkippableFact]
    public async Task The_steps_of_the_task_are_what_a_shell_and_docker_understand()
    {
        await ContainerTools.SkipWithoutDockerAsync();
        const string Awkward = "it's \"a\" $HOME \\ `id` {{x}} # b";
        var acr = Registry();
        var baseImage = $"{_images.Host}/base/jre:8";
        _spark.WriteDockerfile($"FROM {baseImage}\nARG greeting=none\nENV GREETING ${{greeting}}\nCOPY jars /opt/spark/jars\nENV SPARK_HOME /opt/spark");
        var images = await SparkHomeFixture.PublishAsync(Options() with { BuildArguments = new Dictionary<string, string> { ["greeting"] = Awkward } });
        using var folder = new TemporaryFolder();
        await using (var source = new GZipStream(new MemoryStream(_azure.Blobs.Single(b => b.Path.StartsWith("source/", StringComparison.Ordinal)).Content), CompressionMode.Decompress))
        {
            await TarFile.ExtractToDirectoryAsync(source, folder.Path, overwriteFiles: false);
        }

        await ContainerTools.RunAsync("docker", ["tag", ContainerTools.BaseImage, baseImage]);
        try
        {
            var yaml = Assert.Single(acr.Runs).Task.Replace("{{`{{`}}", "{{", StringComparison.Ordinal).Replace("$$", "$", StringComparison.Ordinal);
            foreach (var step in new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build().Deserialize<TaskDocument>(yaml).Steps.Where(s => s.Build is not null))
            {
                // As builder/context.go of Azure/acr-builder puts it together; the daemon has a base image of its own under that name.
                var line = $"cd {folder.Path} && env {string.Join(' ', step.Env ?? [])} DOCKER_BUILDKIT=0 docker build {step.Build!.Replace("--pull", "", StringComparison.Ordinal)}";
                await ContainerTools.RunAsync("/bin/sh", ["-c", line]);
            }

            foreach (var image in images)
            {
                var built = JsonDocument.Parse(await ContainerTools.RunAsync("docker", ["image", "inspect", image.TagReference])).RootElement[0].GetProperty("Config");
                Assert.Contains($"GREETING={Awkward}", built.GetProperty("Env").EnumerateArray().Select(e => e.GetString()));
                Assert.Equal(Labels(Config(image)), Labels(built));
            }
        }
        finally
        {
            // The tag alone: the image under it is every test's.
            await ContainerTools.TryRunAsync("docker", ["rmi", baseImage]);
            await DockerEngineTests.ForgetAsync(_images.Host);
        }
    }

    private StandInContainerRegistry Registry(Func<StandInContainerRegistry, StandInContainerRegistry>? change = null)
    {
        var registry = new StandInContainerRegistry(_subscription, "rg-data", "dataplatform", _images);
        return _azure.AddRegistry(change?.Invoke(registry) ?? registry);
    }

    private RegistryAccess Access() => new()
    {
        DockerConfigFolder = _spark.DockerConfig,
        ResourceManagerEndpoint = _azure.Endpoint,
        Azure = new AzureAccess { AccessToken = new NetworkCredential("", _azure.AccessToken).SecurePassword, Handler = _handler },
    };

    private PublishOptions Options(string prefix = "") => _spark.Options(_images.Host + prefix, SparkImageEngine.AcrTask) with { Access = Access() };

    private List<string?> Layers(SparkImage image) =>
        [.. _images.Manifest(image.Repository, image.Digest!)!.Value.Content.RootElement.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("digest").GetString())];

    private static SortedDictionary<string, string> Labels(JsonElement config) => new(config.GetProperty("Labels").Deserialize<Dictionary<string, string>>()!);

    private JsonElement Config(SparkImage image)
    {
        var digest = _images.Manifest(image.Repository, image.Digest!)!.Value.Content.RootElement.GetProperty("config").GetProperty("digest").GetString()!;
        using var blob = _images.OpenBlob(image.Repository, digest)!;
        return JsonDocument.Parse(blob).RootElement.GetProperty("config");
    }

    private sealed class TaskDocument
    {
        public string Version { get; set; } = "";

        public int StepTimeout { get; set; }

        public List<StepDocument> Steps { get; set; } = [];
    }

    private sealed class StepDocument
    {
        public string Id { get; set; } = "";

        public string? Build { get; set; }

        public List<string>? Env { get; set; }

        public List<string>? Push { get; set; }

        public List<string>? When { get; set; }
    }
}
