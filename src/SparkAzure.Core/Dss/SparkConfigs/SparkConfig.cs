using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;


namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>The station that points DSS's Spark at the cluster and the image (howto 3.4 and 4.4).</summary>
public static class SparkConfig
{
    private const string Kept = "spark-configs";

    /// <summary>Reads Spark configurations of DSS.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="names">Their names; * and ? stand for any characters and any one. None for all.</param>
    /// <param name="caller">Is told.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The configurations in DSS's order.</returns>
    /// <exception cref="SparkAzureException">
    /// SparkConfigNotFound for a name without wildcards that DSS has not; what reading throws.
    /// </exception>
    public static async Task<IReadOnlyList<DssSparkConfig>> GetAsync(
        DssAddress dss, IReadOnlyList<string> names, ICaller caller, CancellationToken cancellationToken)
    {
        using var settings = DssSettings.Open(dss, caller);
        var document = await settings.ReadGeneralSettingsAsync(cancellationToken).ConfigureAwait(false);
        _ = StoredSparkConfig.Settings(document);
        var release = await settings.ReadReleaseAsync(cancellationToken).ConfigureAwait(false);
        var there = StoredSparkConfig.NamesIn(document);
        if (names.FirstOrDefault(n => !NamePattern.HasWildcard(n) && !there.Contains(n)) is { } missing)
        {
            throw DssSettingsErrors.SparkConfigNotFound(missing, there);
        }

        var view = new SparkConfigView(dss, settings, release);
        return
        [
            .. there.Distinct()
                .Where(name => names.Count == 0 || names.Any(wanted => NamePattern.Matches(wanted, name)))
                .Select(name => view.Of(new StoredSparkConfig(document, name))),
        ];
    }

    /// <summary>Options with the keys of Spark that somebody gives by the names of their parameters.</summary>
    /// <param name="options">The other options.</param>
    /// <param name="valueOf">The value of the parameter of that name; null where it was not given.</param>
    public static SparkConfigOptions WithKeys(SparkConfigOptions options, Func<string, object?> valueOf) =>
        TypedSparkKeys.With(options, valueOf);

    /// <summary>Sets and removes keys of a Spark configuration of DSS.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="options">What is to stand there.</param>
    /// <param name="caller">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>The configuration as it stands afterwards, or, in a rehearsal, as it would.</returns>
    public static async Task<DssSparkConfig> SetAsync(
        DssAddress dss, SparkConfigOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        // Once before anything is read, for what cannot be meant; once more with what DSS says of its Spark.
        _ = DesiredSparkConfig.Of(options, new DssRelease(null, null, null));
        JsonText? saved = null;
        if (options.FromFile is { } file)
        {
            saved = await SparkConfigFile.ReadAsync(file, cancellationToken).ConfigureAwait(false);
        }

        using var settings = DssSettings.Open(dss, caller);
        var document = await settings.ReadGeneralSettingsAsync(cancellationToken).ConfigureAwait(false);
        var release = await ReleaseOfAsync(settings, options.SparkVersion, cancellationToken).ConfigureAwait(false);
        var desired = DesiredSparkConfig.Of(options, release);

        var creates = (options.Create || saved is not null) && !StoredSparkConfig.IsIn(document, options.Name);
        var start = creates ? SparkConfigEdit.Add(document, options.Name, saved) : document;
        var before = new StoredSparkConfig(start, options.Name);
        if (options.SparkMaster is { } master && master != before[SparkKeys.Master])
        {
            DesiredSparkConfig.CheckMaster(master);
        }

        var edit = SparkConfigEdit.Make(start, options.Name, desired);
        SparkConfigLimits.CheckCores(edit.Current);
        if (!options.Force)
        {
            SparkConfigLimits.CheckClientMode(edit.Current, release);
        }

        SparkConfigReport.Tell(before, edit, desired, release, caller);
        await DriverHostLookUp.TellAsync(edit, options.AddressesOf, caller, cancellationToken).ConfigureAwait(false);

        var view = new SparkConfigView(dss, settings, release);
        var backup = creates || !edit.Needed ? null : options.BackupPath ?? dss.RestorePointFor(Kept, options.Name);
        DssSparkConfig Describe(StoredSparkConfig config) =>
            view.Of(config) with { Changes = edit.Changes, BackupPath = backup };
        var what = creates ? "Create it" : "";
        return await ApplyAsync(
            settings,
            new Change(
                document,
                edit.After,
                options.Name,
                Announce(what, edit.Changes, dss.Restart),
                now => SparkConfigEdit.Make(
                    creates ? SparkConfigEdit.Add(now, options.Name, saved) : now, options.Name, desired).After,
                Describe,
                KeepIn(backup, before, cancellationToken)),
            Describe(edit.Current),
            caller,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a Spark configuration of DSS, or keys of it.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="options">What is to go.</param>
    /// <param name="caller">Is told and asked.</param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>
    /// The configuration as it was, with what was removed among its changes; of one that is not there, one without
    /// keys.
    /// </returns>
    public static async Task<DssSparkConfig> RemoveAsync(
        DssAddress dss, SparkConfigRemoval options, ICaller caller, CancellationToken cancellationToken)
    {
        using var settings = DssSettings.Open(dss, caller);
        var document = await settings.ReadGeneralSettingsAsync(cancellationToken).ConfigureAwait(false);
        var release = await settings.ReadReleaseAsync(cancellationToken).ConfigureAwait(false);
        var view = new SparkConfigView(dss, settings, release);
        if (!StoredSparkConfig.IsIn(document, options.Name))
        {
            caller.Verbose(
                $"DSS has no Spark configuration '{options.Name}'; it has: " +
                string.Join(", ", StoredSparkConfig.NamesIn(document)));
            var pending = await settings.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            return view.None(options.Name) with { RestartRequired = pending };
        }

        var before = new StoredSparkConfig(document, options.Name);
        var backup = options.BackupPath ?? dss.RestorePointFor(Kept, options.Name);
        var backUp = KeepIn(backup, before, cancellationToken);
        DssSparkConfig result;
        Change change;
        if (options.Property.Count > 0)
        {
            var desired = new DesiredSparkConfig([], options.Property, Force: true);
            var edit = SparkConfigEdit.Make(document, options.Name, desired);
            DssSparkConfig Describe(StoredSparkConfig config) =>
                view.Of(config) with { Changes = edit.Changes, BackupPath = edit.Needed ? backup : null };
            result = Describe(edit.Current);
            change = new Change(
                document,
                edit.After,
                options.Name,
                Announce("", edit.Changes, dss.Restart),
                now => SparkConfigEdit.Make(now, options.Name, desired).After,
                Describe,
                backUp);
        }
        else
        {
            CheckUnused(before, options.Force);
            result = view.Of(before) with { Changes = RemovalOf(before), BackupPath = backup };
            var after = SparkConfigEdit.Remove(before);
            change = new Change(
                document,
                after,
                options.Name,
                Announce("Remove it", [], dss.Restart),
                now => Removed(now, options),
                BackUp: backUp);
        }

        return await ApplyAsync(settings, change, result, caller, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a Spark configuration back as a file has it that a change or a removal kept.</summary>
    /// <param name="dss">Which DSS, and the way into it.</param>
    /// <param name="options">Which file, and under which name.</param>
    /// <param name="caller">Is asked.</param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>The configuration as it stands afterwards, or, in a rehearsal, as it would.</returns>
    /// <exception cref="SparkAzureException">
    /// SettingsNotJson, SparkConfigFileInvalid, CannotRead, BackupAlreadyExists; what reading and saving throw.
    /// </exception>
    public static async Task<DssSparkConfig> RestoreAsync(
        DssAddress dss, SparkConfigRestoring options, ICaller caller, CancellationToken cancellationToken)
    {
        var saved = await SparkConfigFile.ReadAsync(options.RestorePoint, cancellationToken).ConfigureAwait(false);
        var name = options.Name ?? SparkConfigFile.NameIn(saved, options.RestorePoint);
        using var settings = DssSettings.Open(dss, caller);
        var document = await settings.ReadGeneralSettingsAsync(cancellationToken).ConfigureAwait(false);
        var release = await settings.ReadReleaseAsync(cancellationToken).ConfigureAwait(false);

        var after = SparkConfigEdit.Put(document, name, saved);
        var current = new StoredSparkConfig(after, name);
        var before = StoredSparkConfig.IsIn(document, name) ? new StoredSparkConfig(document, name) : null;
        var changes = SparkConfigEdit.Differences(before?.Items ?? [], current.Items);
        var backup = before is null || document.SameBytes(after)
            ? null
            : options.BackupPath ?? dss.RestorePointFor(Kept, name);
        var view = new SparkConfigView(dss, settings, release);
        DssSparkConfig Describe(StoredSparkConfig config) =>
            view.Of(config) with { Changes = changes, BackupPath = backup };
        return await ApplyAsync(
            settings,
            new Change(
                document,
                after,
                name,
                Announce(before is null ? "Create it" : "Put it back", changes, dss.Restart),
                now => SparkConfigEdit.Put(now, name, saved),
                Describe,
                before is null ? null : KeepIn(backup, before, cancellationToken)),
            Describe(current),
            caller,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The names of the Spark configurations in a data directory, for completion at a prompt; empty when they cannot be
    /// read.
    /// </summary>
    public static IReadOnlyList<string> NamesIn(string dataDirectory) => Read(dataDirectory, StoredSparkConfig.NamesIn);

    /// <summary>
    /// The keys of a Spark configuration in a data directory, for completion at a prompt; empty when they cannot be
    /// read.
    /// </summary>
    public static IReadOnlyList<string> KeysIn(string dataDirectory, string name) => Read(
        dataDirectory, settings => [.. new StoredSparkConfig(settings, name).Items.Select(i => i.Name).Distinct()]);

    /// <summary>
    /// The registries, with what stands before the image's name, that the images of the Spark configurations in a data
    /// directory are in, for completion at a prompt; empty when they cannot be read.
    /// </summary>
    public static IReadOnlyList<string> RegistriesIn(string dataDirectory) => Read(
        dataDirectory,
        settings =>
        [
            .. from name in StoredSparkConfig.NamesIn(settings)
               let image = new StoredSparkConfig(settings, name)[SparkKeys.Image]
               where image?.Contains('/') == true
               select image[..image.LastIndexOf('/')],
        ]);

    /// <summary>The keys that have a meaning on Kubernetes and no parameter of their own, for completion.</summary>
    public static IReadOnlyList<string> KnownKeys { get; } =
    [
        .. SparkKeys.All
            .Where(k => k.Parameter is null)
            .Select(k => k.Name)
            .Concat(SparkKubernetesKeys.All.Where(k => SparkKeys.Find(k)?.Parameter is null))
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    private static IReadOnlyList<string> Read(
        string dataDirectory, Func<JsonText, IReadOnlyList<string>> wanted)
    {
        try
        {
            var path = DssDataDirectory.Open(dataDirectory).GeneralSettings;
            return wanted(SettingsDocument.Parse(RegularFile.ReadAllBytes(path), path));
        }
        catch (Exception exception) when (exception is SparkAzureException or IOException
            or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static async Task<DssSparkConfig> ApplyAsync(
        IDssSettings settings,
        Change change,
        DssSparkConfig result,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        if (change.Before.SameBytes(change.After))
        {
            return result with
            {
                RestartRequired = await settings.CatchUpAsync(cancellationToken).ConfigureAwait(false),
            };
        }

        var target = $"Spark configuration '{change.Name}' of DSS at {settings.Source}";
        if (!await caller.ShouldProcessAsync(target, change.Action, cancellationToken).ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        if (change.BackUp is { } backUp)
        {
            await backUp().ConfigureAwait(false);
        }

        var kept = await settings.ChangeGeneralSettingsAsync(change.Before, change.MadeOn, cancellationToken)
            .ConfigureAwait(false);
        var described = change.Describe?.Invoke(new StoredSparkConfig(kept, change.Name)) ?? result;
        return described with { Changed = true, RestartRequired = settings.NeedsRestart };
    }

    private static async Task<DssRelease> ReleaseOfAsync(
        IDssSettings settings, string? sparkVersion, CancellationToken cancellationToken)
    {
        var release = await settings.ReadReleaseAsync(cancellationToken).ConfigureAwait(false);
        return release with { SparkVersion = sparkVersion ?? release.SparkVersion };
    }

    private static Func<Task>? KeepIn(string? path, StoredSparkConfig config, CancellationToken cancellationToken) =>
        path is null ? null : () => SparkConfigFile.WriteAsync(config, path, cancellationToken);

    private static JsonText Removed(JsonText document, SparkConfigRemoval options)
    {
        var config = new StoredSparkConfig(document, options.Name);
        CheckUnused(config, options.Force);
        return SparkConfigEdit.Remove(config);
    }

    private static void CheckUnused(StoredSparkConfig config, bool force)
    {
        var users = config.UsedBy.ToList();

        // Recipes and notebooks name "default" where nobody chose another one.
        if (config.Name == "default")
        {
            users.Add("every recipe and notebook that names no other");
        }

        if (users.Count > 0 && !force)
        {
            throw DssSettingsErrors.SparkConfigInUse(config.Name, users);
        }
    }

    private static IReadOnlyList<DssSparkConfigChange> RemovalOf(StoredSparkConfig config) =>
        [.. config.Items.Select(p => new DssSparkConfigChange(p.Name, SparkSecrets.Shown(p), null))];

    // What is done with the configuration as a whole, then with its keys, then with DSS.
    private static string Announce(string what, IReadOnlyList<DssSparkConfigChange> keys, bool restart)
    {
        var set = string.Join(", ", keys.Where(k => k.After is not null).Select(k => k.Key));
        var removed = string.Join(", ", keys.Where(k => k.After is null).Select(k => k.Key));
        (bool Said, string Text)[] parts =
        [
            (what.Length > 0, what),
            (set.Length > 0, $"Set {set}"),
            (removed.Length > 0, $"Remove {removed}"),
            (restart, "Restart DSS if it runs"),
        ];
        return string.Join("; ", parts.Where(p => p.Said).Select(p => p.Text));
    }

    // Describe is for what stands there once it was saved; null where nothing does.
    private sealed record Change(
        JsonText Before,
        JsonText After,
        string Name,
        string Action,
        Func<JsonText, JsonText> Make,
        Func<StoredSparkConfig, DssSparkConfig>? Describe = null,
        Func<Task>? BackUp = null)
    {
        // What others changed elsewhere in the document stays; what they changed in this configuration was not what the
        // user was shown and agreed to.
        public JsonText MadeOn(JsonText now)
        {
            if (now.SameBytes(Before))
            {
                return After;
            }

            var isSame = (StoredSparkConfig.TextOf(now, Name), StoredSparkConfig.TextOf(Before, Name)) switch
            {
                (null, null) => true,
                ({ } there, { } read) => there.SameBytes(read),
                _ => false,
            };
            if (isSame)
            {
                return Make(now);
            }

            throw DssSettingsErrors.DssSettingsConflict(now.Source);
        }
    }
}
