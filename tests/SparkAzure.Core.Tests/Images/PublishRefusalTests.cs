using SparkAzure.Core.Images;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Dss;


namespace SparkAzure.Core.Tests.Images;

/// <summary>What is refused before an image is made, and files that change while one is made.</summary>
public sealed class PublishRefusalTests : IDisposable
{
    private readonly SparkHomeFixture _spark = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _spark.Dispose();
    }

    [Fact]
    public async Task An_image_that_Spark_does_not_have()
    {
        await Refusal.IsAsync(
            "ImageNameUnknown", ErrorKind.InvalidArgument, "no Spark image 'spark-scala'", "spark, spark-py, spark-r",
            () => SparkHomeFixture.PublishAsync(Options with { Images = ["spark", "spark-scala"] }));
    }

    [Fact]
    public async Task A_Spark_without_client_mode_unless_it_is_meant()
    {
        OtherRelease.Of(_spark.Path, "2.3.4");
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var options = _spark.Options(registry.Host, SparkImageEngine.Registry) with { Images = ["spark"] };

        await Refusal.IsAsync(
            "SparkClientModeMissing",
            ErrorKind.NotSupported,
            $"The Spark 2.3.4 at '{_spark.Path}' has no client mode on Kubernetes",
            "Use Spark 2.4.0 or later",
            () => SparkHomeFixture.PublishAsync(options));
        Assert.DoesNotContain(registry.Requests, r => r.Method is not ("GET" or "HEAD"));

        var caller = new RecordingCaller();
        Assert.True(Assert.Single(await SparkHomeFixture.PublishAsync(options with { Force = true }, caller)).Changed);
        Assert.Contains(caller.Warnings, w => w.Contains("no client mode", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("amd64")]
    [InlineData("Linux/amd64")]
    [InlineData("linux/arm64/v8/x")]
    public async Task A_platform_that_is_none(string platform)
    {
        await Refusal.IsAsync(
            "PlatformInvalid",
            ErrorKind.InvalidArgument,
            $"'{platform}' is not a platform",
            "os/architecture[/variant]",
            () => SparkHomeFixture.PublishAsync(Options with { Platform = platform }));
    }

    [Fact]
    public async Task An_option_for_an_image_that_is_not_asked_for()
    {
        var requirements = _folder.Write("requirements.txt", "pandas==2.2.3\n");
        (string Option, string Image, PublishOptions Options)[] all =
        [
            ("-PythonRequirements", "spark-py", Options with { Images = ["spark"], PythonRequirements = requirements }),
            ("-PythonDockerfile", "spark-py", Options with { Images = ["spark"], PythonDockerfile = requirements }),
            ("-RPackage", "spark-r", Options with { RPackages = ["dplyr"] }),
            ("-RDockerfile", "spark-r", Options with { RDockerfile = requirements }),
        ];
        foreach (var (option, image, options) in all)
        {
            await Refusal.IsAsync(
                "OptionWithoutImage",
                ErrorKind.InvalidArgument,
                $"{option} is for {image}",
                $"Add {image} to -Image",
                () => SparkHomeFixture.PublishAsync(options));
        }
    }

    [Fact]
    public async Task A_user_for_images_that_run_as_root()
    {
        await Refusal.IsAsync(
            "BuildArgumentNotDeclared",
            ErrorKind.InvalidArgument,
            "-SparkUid sets the build argument spark_uid, which is not declared in",
            "images of Spark 2 run as root", () => SparkHomeFixture.PublishAsync(Options with { SparkUid = 185 }));
    }

    [Theory]
    [InlineData("-r other.txt\n", "line 1 names another file", "Write what that file holds")]
    [InlineData("numpy\n./mine.whl\n", "line 2 names another file", "Write what that file holds")]
    [InlineData("--index-url https://me:pl4nted@pypi.example/\nx\n", "line 1 has a login in a URL", "without a login")]
    [InlineData("# nothing yet\n\n", "it names no package", "Leave -PythonRequirements out")]
    [InlineData(null, "it is not there", "Give the path")]
    public async Task Requirements_that_cannot_become_part_of_an_image(string? text, string says, string remedy)
    {
        var path = _folder["requirements.txt"];
        if (text is not null)
        {
            await File.WriteAllTextAsync(path, text);
        }

        var failure = await Refusal.IsAsync(
            "RequirementsUnusable",
            ErrorKind.InvalidData,
            says,
            remedy,
            () => SparkHomeFixture.PublishAsync(Options with { PythonRequirements = path }));

        Assert.DoesNotContain("pl4nted", failure.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Requirements_that_cannot_be_read()
    {
        // Nobody, root included, reads a process's memory from its start.
        const string Unreadable = "/proc/self/mem";
        Skip.IfNot(File.Exists(Unreadable), "Only Linux has a file that even root cannot read.");

        await Refusal.IsAsync(
            "DiskFailed", ErrorKind.OperationFailed, $"an error of the disk or file system at '{Unreadable}'", "Look into the kernel's log",
            () => SparkHomeFixture.PublishAsync(Options with { PythonRequirements = Unreadable }));
    }

    [Theory]
    [InlineData("dplyr\"); system(\"id")]
    [InlineData("x")]
    [InlineData("data.table.")]
    public async Task A_name_that_no_R_package_can_have(string name)
    {
        _spark.Write("kubernetes/dockerfiles/spark/bindings/R/Dockerfile", "ARG base_img\nFROM $base_img\n");

        await Refusal.IsAsync(
            "RPackageNameInvalid",
            ErrorKind.InvalidArgument,
            $"'{name}' is not the name of an R package",
            "begins with a letter",
            () => SparkHomeFixture.PublishAsync(Options with { Images = ["spark-r"], RPackages = ["dplyr", name] }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_jar_that_changes_while_the_image_is_made_from_it(bool isDeleted)
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var jar = _spark.Home("jars", "part1-2.4.0.jar");
        var meddler = new InterferingCaller(() =>
        {
            if (isDeleted)
            {
                File.Delete(jar);
            }
            else
            {
                File.AppendAllText(jar, "more");
            }
        });

        await Refusal.IsAsync(
            "BuildSourceChanged", ErrorKind.Busy, $"'{jar}' changed", "Let nothing else work on the Spark home",
            () => SparkHomeFixture.PublishAsync(_spark.Options(registry.Host, SparkImageEngine.Registry), meddler));

        Assert.Null(registry.Manifest("spark", "v1"));
    }

    [Fact]
    public async Task A_login_whose_keeper_is_not_on_this_host()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var config = Path.Combine(_spark.DockerConfig, "config.json");
        await File.WriteAllTextAsync(config, """{"credsStore":"sparkazure-nowhere"}""");

        var failure = await Refusal.IsAsync(
            "CredentialHelperFailed",
            ErrorKind.AuthenticationFailed,
            "'docker-credential-sparkazure-nowhere' keeps the registry's login, but it is not in the folders of PATH",
            "give -Credential",
            () => SparkHomeFixture.PublishAsync(_spark.Options(registry.Host, SparkImageEngine.Registry)));

        Assert.Contains(config, failure.Message, StringComparison.Ordinal);
        Assert.Empty(registry.Requests);
    }

    [SkippableTheory]
    [InlineData("echo the vault is sealed; exit 3", "it ended with 3: the vault is sealed")]
    [InlineData("echo '{\"Username\":\"me\",\"Secret\":\"pl4nted\"'; exit 3", "it ended with 3.")]
    [InlineData("echo '{\"Username\":\"me\",\"Password\":\"pl4nted\"}'", "it printed no login")]
    public async Task A_login_whose_keeper_fails(string script, string says)
    {
        Skip.If(OperatingSystem.IsWindows(), "The program is a shell script.");
        var program = _folder.Write("docker-credential-broken", $"#!/bin/sh\ncat > /dev/null\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _folder.Write("config.json", """{"credHelpers":{"acr.example":"broken"}}""");
        string? Variable(string name) => name == "PATH" ? _folder.Path : null;

        var failure = await Refusal.IsAsync(
            "CredentialHelperFailed", ErrorKind.AuthenticationFailed, says, "Install or mend that program",
            () => DockerConfigFile.FindLoginAsync(_folder.Path, "acr.example", Variable, CancellationToken.None));

        Assert.DoesNotContain("pl4nted", failure.ToString(), StringComparison.Ordinal);
    }

    // Nothing listens there: what is refused is refused before anybody is asked.
    private PublishOptions Options => _spark.Options("127.0.0.1:1");
}
