using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>What somebody who changes a Spark configuration is told.</summary>
internal static class SparkConfigReport
{
    /// <summary>Tells of a change.</summary>
    /// <param name="before">The configuration as it was.</param>
    /// <param name="edit">The change.</param>
    /// <param name="desired">What was wanted.</param>
    /// <param name="release">What is known of DSS.</param>
    /// <param name="caller">Is told.</param>
    public static void Tell(
        StoredSparkConfig before,
        SparkConfigEdit edit,
        DesiredSparkConfig desired,
        DssRelease release,
        ICaller caller)
    {
        TellOfRepeated(before, edit, caller);
        foreach (var change in edit.Changes)
        {
            caller.Verbose($"{change.Key}: {change.Before ?? "(absent)"} -> {change.After ?? "(removed)"}");
        }

        if (!desired.Force)
        {
            TellOfEncrypted(edit, desired, caller);
        }

        var spark = ReleaseNumber.TryParse(release.SparkVersion);
        foreach (var (key, why) in desired.NotHeeded(spark).Where(n => edit.Changes.Any(c => c.Key == n.Key)))
        {
            caller.Warning($"'{key}' has no effect: {why}.");
        }

        foreach (var note in SparkConfigLimits.WarningsFor(before, edit.Current, release))
        {
            caller.Warning(note);
        }
    }

    private static void TellOfRepeated(StoredSparkConfig before, SparkConfigEdit edit, ICaller caller)
    {
        foreach (var key in before.Repeated)
        {
            if (edit.Changes.Any(c => c.Key == key))
            {
                caller.Verbose($"'{key}' stands several times; one entry of it stays at most.");
            }
            else
            {
                caller.Warning(
                    $"'{key}' stands several times in this configuration, and which one DSS takes is not known. It " +
                    "was left as it is; set it or remove it to have one.");
            }
        }
    }

    private static void TellOfEncrypted(SparkConfigEdit edit, DesiredSparkConfig desired, ICaller caller)
    {
        var encrypted = edit.Current.Items
            .Where(p => p.Encrypted)
            .Select(p => p.Name)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var key in desired.Settings.Select(s => s.Key).Distinct().Where(encrypted.Contains))
        {
            caller.Warning(
                $"'{key}' is stored encrypted and cannot be compared; it was left as it is. Use -Force to write it.");
        }
    }
}
