using System.Globalization;

namespace SparkAzure.QuickStart;

/// <summary>What each station returned, as a person wants to read it.</summary>
internal static class Show
{
    public static void Installation(DssInstallation dss)
    {
        Page.Facts(
            ("Version", dss.Version + (dss.UpgradePending ? $" (kit: {dss.KitVersion})" : "")),
            ("Data directory", dss.DataDirectory),
            ("Kit", dss.KitDirectory),
            ("Node", $"{dss.NodeType}, port {dss.Port}, owned by {dss.Owner}"),
            ("User isolation", dss.UserIsolation),
            ("Hadoop, Spark", $"{(dss.HadoopIntegration ? dss.HadoopVersionString : "none")}, " +
                $"{dss.SparkVersion ?? "none"}"));
        foreach (var note in dss.Notes)
        {
            Page.Note(note);
        }
    }

    public static void Hadoop(DssHadoopIntegration hadoop) => Page.Facts(
        ("Hadoop", $"{hadoop.HadoopRelease}, {hadoop.JarCount} jars"),
        ("Libraries", hadoop.LibraryPath),
        ("Companions", hadoop.CompanionPath),
        ("Changed", hadoop.Changed));

    public static void Jars(SparkJarUpdate jars)
    {
        Page.Facts(
            ("Spark", $"{jars.SparkVersion} at {jars.SparkHome}"),
            ("Jars", $"{jars.Removed.Count} removed, {jars.Added.Count} added, {jars.Kept} kept"),
            ("Restore point", jars.RestorePoint),
            ("Changed", jars.Changed));
        foreach (var group in jars.Changes.GroupBy(c => (c.Action, c.Reason)))
        {
            Page.Facts(($"{(group.Key.Action == SparkJarAction.Add ? "+" : "-")} {group.Count(),2}", $"{group.Key.Reason}: {string.Join(
                ", ", group.Select(c => Path.GetFileNameWithoutExtension(c.Name)))}"));
        }
    }

    public static void Dockerfile(SparkDockerfile file)
    {
        Page.Facts(
            ("Dockerfile", file.Path),
            ("Base image", $"{file.BaseImage} ({file.Platform})"),
            ("Changed", file.Changed));
        Page.Facts([.. file.Edits.Select(
            e => (e.Name, (object?)$"{(e.Needed ? $"line {e.Line}" : "not needed")}: {e.Reason}"))]);
        if (file.Diff.Length > 0)
        {
            Page.Lines(file.Diff);
        }
    }

    public static void Images(IReadOnlyList<SparkImage> images) => Page.Table(
        ["Image", "Tag", "Digest", "Uploaded", "Changed"],
        images.Select(i => new[]
        {
            $"{i.Registry}/{i.Repository}",
            i.Tag,
            i.Digest?[..19] ?? "",
            i.BytesUploaded is { } bytes
                ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MB")
                : "?",
            i.Changed ? "yes" : "no",
        }));

    public static void Spark(DssSparkIntegration spark) =>
        Page.Facts(("Spark", $"{spark.SparkVersion} at {spark.SparkHome}"), ("Changed", spark.Changed));

    public static void ApiServer(AksApiServer server) => Page.Facts(
        ("Cluster", server.ClusterName + (server.KubernetesVersion is { } version ? $", Kubernetes {version}" : "")),
        ("Spark master", server.SparkMaster),
        ("Found in", server.Source));

    public static void Config(DssSparkConfig config)
    {
        Page.Facts(
            ("Configuration", $"{config.Name} in {Place(config.DataDirectory, config.Uri)}"),
            ("Changed", config.Changed),
            ("Restart DSS", config.RestartRequired));
        Page.Facts([.. config.Changes.Select(c => (c.Key, (object?)(c.Before is null
            ? c.After
            : $"{c.After} (was {c.Before})")))]);
    }

    public static void Connection(DssConnection connection) => Page.Facts(
        ("Connection", $"{connection.Name} ({connection.Type}) in {Place(connection.DataDirectory, connection.Uri)}"),
        ("Root", connection.Root),
        ("Signs in by", connection.Authentication),
        ("Properties", string.Join(", ", connection.Property)),
        ("Changed", connection.Changed));

    public static void Checks(IReadOnlyList<SparkAzureCheck> checks)
    {
        Page.Table(
            ["State", "Check", "Evidence"],
            checks.Select(c => new[] { $"{c.State}", c.Id, c.Evidence.Length <= 60 ? c.Evidence : c.Evidence[..59] + "…" }));
        Page.Note(
            "On a host with a cluster it goes on from here: Test-SparkAzureSetup -FromCluster looks from inside it, and " +
            "Invoke-SparkSmokeTest runs a real job as DSS would start it.");
    }

    private static string Place(string? dataDirectory, Uri? uri) => uri?.ToString() ?? dataDirectory ?? "";
}
