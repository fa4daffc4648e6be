using System.IO.Enumeration;
using System.Text.Json;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Dss;

/// <summary>The station that points DSS's Spark at the cluster and the image (howto 3.4 and 4.4).</summary>
public static class SparkConfig
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly char[] Wildcards = ['*', '?'];

    /// <summary>Reads Spark configurations of DSS.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="names">Their names; * and ? stand for any characters and any one. None for all.</param>
    /// <param name="operator">Is told.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The configurations in DSS's order.</returns>
    /// <exception cref="SparkAzureException">SparkConfigNotFound for a name without wildcards that DSS has not; what reading throws.</exception>
    public static async Task<IReadOnlyList<DssSparkConfig>> GetAsync(DssAddress dss, IReadOnlyList<string> names, IOperator @operator, CancellationToken cancellationToken)
    {
        using var settings = DssSettings.Open(dss, @operator);
        var document = await settings.ReadGeneralSettingsAsync(cancellationToken).ConfigureAwait(false);
        _ = SparkConfigPart.Settings(document);
        var release = await settings.ReadReleaseAsync(cancellationToken).ConfigureAwait(false);
        var there = SparkConfigPart.NamesIn(document);
        var missing = names.FirstOrDefault(n => n.IndexOfAny(Wildcards) < 0 && !there.Contains(n));
        return missing is not null
            ? throw DssSettingsErrors.SparkConfigNotFound(missing, there)
            : [.. there.Distinct()
                .Where(n => names.Count == 0 || names.Any(wanted => wanted == n || (wanted.IndexOfAny(Wildcards) >= 0 && FileSystemName.MatchesSimpleExpression(wanted, n))))
                .Select(n => View(new SparkConfigPart(document, n), release, dss, settings))];
    }

    /// <summary>Sets and removes keys of a Spark configuration of DSS.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="options">What is to stand there.</param>
    /// <param name="operator">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>The configuration as it stands afterwards, or, in a rehearsal, as it would.</returns>
    public static async Task<DssSparkConfig> SetAsync(DssAddress dss, SparkConfigOptions options, IOperator @operator, CancellationToken cancellationToken)
    {
        // Once before anything is read, for what cannot be meant; once more with what DSS says of its Spark.
        _ = SparkConfigWish.Of(options, new DssRelease(null, null, null));
        var saved = options.FromFile is { } file ? await ReadSavedAsync(file, cancellationToken).ConfigureAwait(false) : null;
        using var settings = DssSettings.Open(dss, @operator);
        var document = await settings.ReadGeneralSettingsAsync(cancellationToken).ConfigureAwait(false);
        var release = await ReleaseOfAsync(settings, options.SparkVersion, cancellationToken).ConfigureAwait(false);
        var wish = SparkConfigWish.Of(options, release);

        var creates = (options.Create || saved is not null) && !SparkConfigPart.IsIn(document, options.Name);
        var start = creates ? SparkConfigEdit.Add(document, options.Name, saved) : document;
        var before = new SparkConfigPart(start, options.Name);
        if (options.SparkMaster is { } master && master != before[SparkKeys.Master])
        {
            SparkConfigWish.CheckMaster(master);
        }

        var edit = SparkConfigEdit.Make(start, options.Name, wish);
        SparkConfigLimits.CheckCores(edit.Current);
        Tell(before, edit, wish, release, @operator);

        var result = View(edit.Current, release, dss, settings) with { Changes = edit.Changes };
        return await ApplyAsync(
            settings,
            new Change(document, edit.After, options.Name, creates ? "Create it" : "", edit.Changes, dss.Restart),
            result,
            null,
            @operator,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a Spark configuration of DSS, or keys of it.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="options">What is to go.</param>
    /// <param name="operator">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>
    /// The configuration as it was, with what was removed among its changes; of one that is not there, one without keys.
    /// </returns>
    public static async Task<DssSparkConfig> RemoveAsync(DssAddress dss, SparkConfigRemoval options, IOperator @operator, CancellationToken cancellationToken)
    {
        using var settings = DssSettings.Open(dss, @operator);
        var document = await settings.ReadGeneralSettingsAsync(cancellationToken).ConfigureAwait(false);
        var release = await settings.ReadReleaseAsync(cancellationToken).ConfigureAwait(false);
        if (!SparkConfigPart.IsIn(document, options.Name))
        {
            @operator.Verbose($"DSS has no Spark configuration '{options.Name}'; it has: {string.Join(", ", SparkConfigPart.NamesIn(document))}");
            return new DssSparkConfig { DataDirectory = dss.DataDirectory is null ? null : settings.Place, Uri = dss.Uri, Name = options.Name, DssVersion = release.Version };
        }

        var before = new SparkConfigPart(document, options.Name);
        var whole = options.Property.Count == 0;
        if (whole && !options.Force && Users(before, options.Name) is { Count: > 0 } users)
        {
            throw DssSettingsErrors.SparkConfigInUse(options.Name, users);
        }

        var edit = whole ? null : SparkConfigEdit.Make(document, options.Name, new SparkConfigWish([], options.Property, Force: true));
        var changes = edit?.Changes ?? [.. before.Items.Select(p => new DssSparkConfigChange(p.Name, SparkSecrets.Shown(p), null))];
        var backup = options.BackupPath ?? (dss.DataDirectory is { } folder ? DssDataDirectory.Open(folder).SparkConfigRestorePointFor(options.Name, DateTimeOffset.UtcNow) : null);
        var result = View(edit?.Current ?? before, release, dss, settings) with { Changes = changes, BackupPath = edit is { Needed: false } ? null : backup };
        return await ApplyAsync(
            settings,
            new Change(document, edit?.After ?? SparkConfigEdit.Remove(before), options.Name, whole ? "Remove it" : "", changes, dss.Restart),
            result,
            backup is null ? null : () => SaveAsync(before, backup, cancellationToken),
            @operator,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The names of the Spark configurations in a data directory, for completion at a prompt; empty when they cannot be read.</summary>
    public static IReadOnlyList<string> NamesIn(string dataDirectory)
    {
        try
        {
            var path = DssDataDirectory.Open(dataDirectory).GeneralSettings;
            return SparkConfigPart.NamesIn(JsonText.Parse(File.ReadAllBytes(path), path));
        }
        catch (Exception exception) when (exception is SparkAzureException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static async Task<DssSparkConfig> ApplyAsync(
        IDssSettings settings, Change change, DssSparkConfig result, Func<Task>? backUp, IOperator @operator, CancellationToken cancellationToken)
    {
        if (change.Before.SameBytes(change.After))
        {
            return result;
        }

        var target = $"Spark configuration '{change.Name}' of DSS at {settings.Place}";
        if (!await @operator.ShouldProcessAsync(target, change.Action, cancellationToken).ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        if (backUp is not null)
        {
            await backUp().ConfigureAwait(false);
        }

        await settings.SaveGeneralSettingsAsync(change.Before, change.After, cancellationToken).ConfigureAwait(false);
        return result with { Changed = true, RestartRequired = settings.NeedsRestart };
    }

    private static DssSparkConfig View(SparkConfigPart part, DssRelease release, DssAddress dss, IDssSettings settings) =>
        part.View(release) with { DataDirectory = dss.DataDirectory is null ? null : settings.Place, Uri = dss.Uri };

    private static async Task<DssRelease> ReleaseOfAsync(IDssSettings settings, string? sparkVersion, CancellationToken cancellationToken)
    {
        var release = await settings.ReadReleaseAsync(cancellationToken).ConfigureAwait(false);
        return release with { SparkVersion = sparkVersion ?? release.SparkVersion };
    }

    private static void Tell(SparkConfigPart before, SparkConfigEdit edit, SparkConfigWish wish, DssRelease release, IOperator @operator)
    {
        foreach (var key in before.Repeated)
        {
            if (edit.Changes.Any(c => c.Key == key))
            {
                @operator.Verbose($"'{key}' stands several times; one entry of it stays at most");
            }
            else
            {
                @operator.Warning($"'{key}' stands several times in this configuration, and which one DSS takes is not known. It was left as it is; set it or remove it to have one.");
            }
        }

        foreach (var change in edit.Changes)
        {
            @operator.Verbose($"{change.Key}: {change.Before ?? "(absent)"} -> {change.After ?? "(removed)"}");
        }

        foreach (var key in wish.Force ? [] : wish.Settings.Select(s => s.Key).Distinct().Where(key => edit.Current.Items.Any(p => p.Name == key && p.Encrypted)))
        {
            @operator.Warning($"'{key}' is stored encrypted and cannot be compared; it was left as it is. Use -Force to write it.");
        }

        foreach (var (key, why) in wish.NotHeeded(ReleaseNumber.TryParse(release.SparkVersion)).Where(n => edit.Changes.Any(c => c.Key == n.Key)))
        {
            @operator.Warning($"'{key}' has no effect: {why}.");
        }

        // Said when the configuration first goes to Kubernetes, and not at every run after that.
        var known = SparkConfigLimits.WarningsFor(before, release).ToHashSet();
        foreach (var note in SparkConfigLimits.WarningsFor(edit.Current, release).Where(n => edit.Current.Managed || !known.Contains(n)))
        {
            @operator.Warning(note);
        }
    }

    // Recipes and notebooks name "default" where nobody chose another one.
    private static IReadOnlyList<string> Users(SparkConfigPart part, string name) =>
        name == "default" ? [.. part.UsedBy, "every recipe and notebook that names no other"] : part.UsedBy;

    private static async Task SaveAsync(SparkConfigPart part, string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            throw DssSettingsErrors.BackupAlreadyExists(path);
        }

        DssSettingsFiles.MakeFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await AtomicFile.WriteAsync(path, part.Document.Extract(part.Part, path).Bytes, OwnerOnly, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<JsonText> ReadSavedAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var saved = JsonText.Parse(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), path);
            return saved.Root.Kind != JsonValueKind.Object ? throw DssSettingsErrors.SparkConfigFileInvalid(path, "it is not an object")
                : saved.Root["conf"] is not { Kind: JsonValueKind.Array } ? throw DssSettingsErrors.SparkConfigFileInvalid(path, "it has no list 'conf'")
                : saved;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw File.Exists(path) ? HostErrors.CannotRead(path, exception) : DssSettingsErrors.SparkConfigFileInvalid(path, "it does not exist");
        }
    }

    private sealed record Change(JsonText Before, JsonText After, string Name, string What, IReadOnlyList<DssSparkConfigChange> Keys, bool Restart)
    {
        public string Action
        {
            get
            {
                var set = string.Join(", ", Keys.Where(k => k.After is not null).Select(k => k.Key));
                var removed = string.Join(", ", Keys.Where(k => k.After is null).Select(k => k.Key));
                string[] parts = [What, set.Length > 0 ? $"Set {set}" : "", removed.Length > 0 && What != "Remove it" ? $"Remove {removed}" : "", Restart ? "Restart DSS if it runs" : ""];
                return string.Join("; ", parts.Where(p => p.Length > 0));
            }
        }
    }
}
