namespace SparkAzure.Core.Dss;

/// <summary>The station that points DSS's Spark at the cluster and the image (howto 3.4 and 4.4).</summary>
public static class SparkConfig
{
    private const string MasterKey = "spark.master";
    private const string ImageKey = "spark.kubernetes.container.image";

    /// <summary>Sets keys of a Spark configuration of DSS.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="options">What is to stand there.</param>
    /// <param name="operator">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>The configuration as it stands afterwards, or, in a rehearsal, as it would.</returns>
    public static async Task<DssSparkConfig> SetAsync(DssAddress dss, SparkConfigOptions options, IOperator @operator, CancellationToken cancellationToken)
    {
        var wish = SparkConfigWish.Of(options);
        using var settings = DssSettings.Open(dss, @operator);
        var document = await settings.ReadGeneralSettingsAsync(cancellationToken).ConfigureAwait(false);
        var edit = SparkConfigEdit.Make(document, options.Name, wish, options.Force);
        Tell(edit, wish, @operator);

        var result = new DssSparkConfig
        {
            DataDirectory = dss.DataDirectory is null ? null : settings.Place,
            Uri = dss.Uri,
            Name = options.Name,
            SparkMaster = edit.Property.GetValueOrDefault(MasterKey),
            Image = edit.Property.GetValueOrDefault(ImageKey),
            Property = edit.Property,
            Changes = edit.Changes,
        };
        if (!edit.Needed)
        {
            return result;
        }

        var keys = string.Join(", ", edit.Changes.Select(c => c.Key));
        if (!await @operator.ShouldProcessAsync($"Spark configuration '{options.Name}' of DSS at {settings.Place}", $"Set {keys}", cancellationToken)
            .ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        await settings.SaveGeneralSettingsAsync(document, edit.After, cancellationToken).ConfigureAwait(false);
        return result with { Changed = true, RestartRequired = settings.NeedsRestart };
    }

    /// <summary>The names of the Spark configurations in a data directory, for completion at a prompt; empty when they cannot be read.</summary>
    public static IReadOnlyList<string> NamesIn(string dataDirectory)
    {
        try
        {
            var path = DssDataDirectory.Open(dataDirectory).GeneralSettings;
            return SparkConfigEdit.NamesIn(JsonText.Parse(File.ReadAllBytes(path), path));
        }
        catch (Exception exception) when (exception is SparkAzureException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static void Tell(SparkConfigEdit edit, IReadOnlyList<SparkSetting> wish, IOperator @operator)
    {
        foreach (var key in edit.Repeated)
        {
            @operator.Verbose(wish.Any(s => s.Key == key)
                ? $"'{key}' stands several times in '{edit.Name}'; the first stays, the others go"
                : $"'{key}' stands several times in '{edit.Name}'; which one DSS takes is not known");
        }

        foreach (var change in edit.Changes)
        {
            @operator.Verbose($"{change.Key}: {change.Before ?? "(absent)"} -> {change.After}");
        }

        foreach (var key in edit.NotCompared(wish))
        {
            @operator.Warning($"'{key}' is stored encrypted and cannot be compared; it was left as it is. Use -Force to write it.");
        }

        if (edit.Managed)
        {
            @operator.Warning($"'{edit.Name}' has managed Spark on Kubernetes switched on: DSS sets master and image itself. Switch it off in Administration, Settings, Spark, or name another configuration.");
        }
    }
}
