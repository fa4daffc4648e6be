using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SparkAzure.Sandbox.DssApi;

namespace SparkAzure.QuickStart;

/// <summary>
/// Looks at the work from the other side: the files on disk, the images as a node pulls them, the settings as DSS
/// serves them. Uses nothing of the module but what it said it did.
/// </summary>
internal sealed class OtherSide(Scene scene, Outcome outcome)
{
    public int Failures { get; private set; }

    public async Task CheckAsync(JsonNode settingsBefore, DssApiStandIn? api, CancellationToken cancellationToken)
    {
        CheckJars();
        CheckDockerfile();
        CheckHost();
        foreach (var image in outcome.Images)
        {
            await CheckImageAsync(image, cancellationToken);
        }

        await CheckSettingsAsync(settingsBefore, api, cancellationToken);
    }

    public void Check(bool passed, string text)
    {
        Failures += passed ? 0 : 1;
        Page.Check(passed, text);
    }

    private void CheckJars()
    {
        var jars = Path.Combine(scene.SparkHome, "jars");
        var sources = new[] { outcome.Hadoop.LibraryPath, outcome.Hadoop.CompanionPath };
        var wrong = outcome.Jars.Added
            .Where(name => !sources
                .Select(s => Path.Combine(s, name))
                .Any(s => File.Exists(s) && HashOf(s) == HashOf(Path.Combine(jars, name))))
            .ToList();
        Check(
            wrong.Count == 0,
            wrong.Count == 0
                ? $"{outcome.Jars.Added.Count} jars in {jars} are byte for byte those of DSS"
                : $"not those of DSS: {string.Join(", ", wrong)}");

        var left = outcome.Jars.Removed
            .Except(outcome.Jars.Added)
            .Where(name => File.Exists(Path.Combine(jars, name)))
            .ToList();
        var common = Directory.GetFiles(jars, "hadoop-common-*.jar").Select(Path.GetFileName).ToList();
        Check(
            left.Count == 0 && common is [var one] && one == $"hadoop-common-{outcome.Hadoop.HadoopRelease}.jar",
            $"Spark has one Hadoop, {string.Join(" and ", common)}, and nothing of the old " +
            $"one{(left.Count == 0 ? "" : $" but {string.Join(", ", left)}")}");
        var snappy = Directory.GetFiles(jars, "snappy-java-*.jar").Length;
        Check(
            snappy == 1,
            $"Spark has one snappy-java, not the two that the procedure leaves " +
            $"behind{(snappy == 1 ? "" : $": {snappy}")}");
    }

    private void CheckDockerfile()
    {
        var lines = File.ReadAllLines(outcome.Dockerfile.Path);
        foreach (var edit in outcome.Dockerfile.Edits.Where(e => e.Needed))
        {
            Check(
                edit.After.Split('\n').All(line => lines.Contains(line.TrimEnd('\r'))),
                $"the Dockerfile has the edit {edit.Name}: {edit.After.Trim()}");
        }
    }

    private void CheckHost()
    {
        var hadoop = File.ReadAllText(Path.Combine(scene.DataDirectory, "bin", "env-hadoop.sh"));
        Check(
            hadoop.Contains("DKU_HADOOP_ENABLED=true", StringComparison.Ordinal),
            "bin/env-hadoop.sh enables Hadoop in DSS");
        var spark = File.ReadAllText(Path.Combine(scene.DataDirectory, "bin", "env-spark.sh"));
        Check(
            spark.Contains($"DKU_SPARK_HOME='{scene.SparkHome}'", StringComparison.Ordinal),
            "bin/env-spark.sh names the Spark home");
    }

    private async Task CheckImageAsync(SparkImage image, CancellationToken cancellationToken)
    {
        PulledImage? pulled;
        try
        {
            pulled = await PulledImage.PullAsync(image, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or InvalidDataException)
        {
            Check(false, $"{image.TagReference} cannot be pulled: {exception.Message}");
            return;
        }

        if (pulled is null)
        {
            Page.Note($"{image.TagReference} was not pulled: the registry wants a sign-in.");
            return;
        }

        Check(
            pulled.Digest == image.Digest,
            $"{image.TagReference} was pulled: {pulled.Layers} layers, every digest right, {pulled.Digest[..19]}");
        var inImage = pulled.Files
            .Where(f => f.Key.StartsWith("opt/spark/jars/", StringComparison.Ordinal))
            .ToDictionary(f => f.Key[15..], f => f.Value);
        var onHost = Directory.GetFiles(Path.Combine(scene.SparkHome, "jars")).ToDictionary(
            f => Path.GetFileName(f)!, HashOf);
        Check(
            inImage.Count == onHost.Count && onHost.All(f => inImage.GetValueOrDefault(f.Key) == f.Value),
            $"its /opt/spark/jars holds the {inImage.Count} jars that the driver has on the host");
        var environment = pulled.Configuration.TryGetProperty("Env", out var env)
            ? env.EnumerateArray().Select(e => e.GetString()).ToList()
            : [];
        if (outcome.Dockerfile.Edits.Any(e => e is { Needed: true, Name: "LD_LIBRARY_PATH" }))
        {
            Check(environment.Contains("LD_LIBRARY_PATH=/lib64"), "its environment has LD_LIBRARY_PATH=/lib64");
        }

        Check(
            environment.Contains("SPARK_HOME=/opt/spark") && pulled.Files.ContainsKey("opt/entrypoint.sh"),
            "its SPARK_HOME and entry point are Spark's");
    }

    private async Task CheckSettingsAsync(JsonNode before, DssApiStandIn? api, CancellationToken cancellationToken)
    {
        // Where the files were edited, DSS reads them when it starts: the stand-in starts on a copy of them.
        await using var started = api is null ? await StartOnCopyAsync(cancellationToken) : null;
        var dss = api ?? started!;
        using var http = new HttpClient { BaseAddress = new Uri(dss.Uri, "public/api/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{dss.ApiKey}:")));
        var settings = JsonNode.Parse(await http.GetStringAsync(
            "admin/general-settings", cancellationToken))!.AsObject();
        var config = settings["sparkSettings"]!["executionConfigs"]!
            .AsArray()
            .Single(c => (string?)c!["name"] == outcome.Config.Name)!;
        var served = config["conf"]!
            .AsArray()
            .GroupBy(c => (string)c!["key"]!)
            .ToDictionary(g => g.Key, g => g.Select(c => c!["value"]!.ToString()).ToList());

        void CheckValue(string key, Func<string, bool> fits) => Check(
            served.TryGetValue(key, out var values)
                && values.Count == 1
                && fits(values[0]), $"DSS serves {key} = {string.Join(" and ", served.GetValueOrDefault(key) ?? ["nothing"])}");
        CheckValue("spark.master", v => v == outcome.ApiServer.SparkMaster);
        CheckValue(
            "spark.kubernetes.container.image", v => v == outcome.Images.First(i => i.Name == "spark-py").Reference);
        if (outcome.Hadoop.HadoopVersion == 3)
        {
            var old = before["sparkSettings"]?["executionConfigs"]?.AsArray().FirstOrDefault(c =>
                (string?)c!["name"] == outcome.Config.Name)?["conf"]?.AsArray()
                .FirstOrDefault(c => (string?)c!["key"] == "spark.executor.extraJavaOptions")?["value"]?.ToString()
                    ?? "";
            CheckValue(
                "spark.executor.extraJavaOptions",
                v => v.Contains("-Dorg.wildfly.openssl.path=/dev/null", StringComparison.Ordinal)
                    && v.Contains(old, StringComparison.Ordinal));
        }

        var others = before.AsObject().Where(p => p.Key != "sparkSettings").ToList();
        var lost = others.Where(p => !JsonNode.DeepEquals(p.Value, settings[p.Key])).Select(p => p.Key).ToList();
        Check(
            lost.Count == 0,
            lost.Count == 0
                ? $"the other {others.Count} groups of settings are as they were"
                : $"settings that differ: {string.Join(", ", lost)}");

        var connection = JsonNode.Parse(await http.GetStringAsync(
            $"admin/connections/{outcome.Connection.Name}", cancellationToken))!;
        var conf = connection["params"]!["extraConf"]!.AsArray();
        Check(
            (string?)connection["type"] == "HDFS" && (string?)connection["params"]!["root"] == outcome.Connection.Root
                && outcome.Connection.Property.All(name => conf.Any(c => (string?)c!["name"] == name)),
            $"DSS serves the connection {outcome.Connection.Name} to {outcome.Connection.Root}");
    }

    private async Task<DssApiStandIn> StartOnCopyAsync(CancellationToken cancellationToken)
    {
        var copy = Directory.CreateDirectory(Path.Combine(scene.Folder, "served", "config")).FullName;
        foreach (var name in new[] { "general-settings.json", "connections.json" })
        {
            File.Copy(Path.Combine(scene.DataDirectory, "config", name), Path.Combine(copy, name), overwrite: true);
        }

        return await DssApiStandIn.StartAsync(
            new DssApiOptions { DataDirectory = Path.GetDirectoryName(copy), Version = outcome.Dss.Version },
            cancellationToken);
    }

    private static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(stream));
    }
}
