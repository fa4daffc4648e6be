using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Jars;


namespace SparkAzure.Core.Tests.Spark.Jars;

public sealed class SparkJarsTests : IDisposable
{
    private readonly JarScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(2, "2.8.5")]
    [InlineData(3, "3.2.0")]
    public async Task The_recipe_leaves_one_Hadoop_one_snappy_and_the_right_companions(int line, string release)
    {
        var update = await _scene.UpdateAsync(line);

        Assert.True(update.Changed);
        Assert.Equal(line, update.HadoopVersion);
        var jars = _scene.JarNames();
        Assert.All(jars.Where(j => j.StartsWith("hadoop-", StringComparison.Ordinal)), j => Assert.Contains(release, j, StringComparison.Ordinal));
        Assert.Contains($"hadoop-azure-{release}.jar", jars);
        Assert.Equal("snappy-java-1.0.5.jar", Assert.Single(jars, j => j.StartsWith("snappy-java", StringComparison.Ordinal)));
        Assert.DoesNotContain("httpclient-4.5.6.jar", jars);
        Assert.Single(jars, j => j.StartsWith("httpclient-", StringComparison.Ordinal));
        Assert.Contains("commons-httpclient-3.1.jar", jars);
        Assert.Contains("guava-14.0.1.jar", jars);
        Assert.Contains(jars, j => j.StartsWith("htrace-core4-", StringComparison.Ordinal));
        Assert.Contains("htrace-core-3.1.0-incubating.jar", jars);
        Assert.Equal(line == 3, jars.Contains("wildfly-openssl-1.0.4.Final.jar"));
        Assert.Equal(line == 3, jars.Contains("re2j-1.1.jar"));
        Assert.Equal(jars.Count, update.Kept + update.Added.Count);
    }

    [Fact]
    public async Task A_stray_jar_of_another_Hadoop_in_the_libraries_is_not_brought()
    {
        var stray = Path.Combine(_scene.Libraries(3), "hadoop-annotations-2.7.3.jar");
        File.Copy(Path.Combine(_scene.Spark.JarsFolder, "hadoop-annotations-2.7.3.jar"), stray);

        await _scene.UpdateAsync(3);

        Assert.DoesNotContain("hadoop-annotations-2.7.3.jar", _scene.JarNames());
        Assert.Contains("hadoop-annotations-3.2.0.jar", _scene.JarNames());
    }

    [Fact]
    public async Task A_second_run_changes_nothing_and_asks_nothing()
    {
        await _scene.UpdateAsync(3);
        var before = _scene.Snapshot();
        var callerOfSecondRun = new RecordingCaller();

        var second = await _scene.UpdateAsync(3, callerOfSecondRun);

        Assert.False(second.Changed);
        Assert.False(second.Planned);
        Assert.Empty(second.Changes);
        Assert.Empty(callerOfSecondRun.Asked);
        Assert.Equal(before, _scene.Snapshot());
    }

    [Fact]
    public async Task A_rehearsal_tells_the_plan_and_writes_nothing_at_all()
    {
        var before = _scene.WholeHome();

        var planned = await _scene.UpdateAsync(3, RecordingCaller.WhatIf());

        Assert.True(planned.Planned);
        Assert.False(planned.Changed);
        Assert.NotEmpty(planned.Removed);
        Assert.NotEmpty(planned.Added);
        Assert.Null(planned.RestorePoint);
        Assert.Equal(before, _scene.WholeHome());
        var made = await _scene.UpdateAsync(3);
        Assert.Equal(planned.Changes, made.Changes);
    }

    [Fact]
    public async Task A_rehearsal_before_the_libraries_are_installed_reads_the_archive_and_plans_the_same()
    {
        var fromArchive = await SparkJars.UpdateAsync(
            _scene.Options(3) with { LibraryPath = _scene.Folder["not-there-yet"], Archive = JarScene.Archive(3) }, RecordingCaller.WhatIf(), CancellationToken.None);

        var fromFolder = await _scene.UpdateAsync(3, RecordingCaller.WhatIf());

        Assert.Equal(fromFolder.Changes, fromArchive.Changes);
    }

    [Fact]
    public async Task Restore_brings_back_every_byte_time_and_mode_and_then_has_nothing_to_do()
    {
        var jar = Path.Combine(_scene.Spark.JarsFolder, "hadoop-common-2.7.3.jar");
        File.SetUnixFileMode(jar, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var original = _scene.Snapshot();
        await _scene.UpdateAsync(2);
        Assert.NotEqual(original, _scene.Snapshot());

        var restored = await _scene.RestoreAsync();

        Assert.True(restored.Changed);
        Assert.Equal(original, _scene.Snapshot());
        Assert.False((await _scene.RestoreAsync()).Changed);
        Assert.Equal(original, _scene.Snapshot());
    }

    [Fact]
    public async Task Every_earlier_state_can_be_reached_in_any_order()
    {
        var states = new List<(string Point, string[] Set)>();
        async Task StepAsync(Func<Task<SparkJarUpdate>> step)
        {
            var before = _scene.Snapshot();
            states.Add(((await step()).RestorePoint!, before));
        }

        await StepAsync(() => _scene.UpdateAsync(2));
        await StepAsync(() => _scene.UpdateAsync(3));
        await StepAsync(() => _scene.UpdateAsync(2));
        await StepAsync(() => _scene.RestoreAsync(states[0].Point));
        await StepAsync(() => _scene.UpdateAsync(3));

        foreach (var (point, set) in states.AsEnumerable().Reverse().Concat(states))
        {
            await _scene.RestoreAsync(point);
            Assert.Equal(set, _scene.Snapshot());
        }
    }

    [Fact]
    public async Task A_jar_the_user_put_in_later_survives_restore_in_the_store()
    {
        await _scene.UpdateAsync(3);
        var added = Path.Combine(_scene.Spark.JarsFolder, "delta-core_2.11-0.4.0.jar");
        File.Copy(Path.Combine(_scene.Spark.JarsFolder, "guava-14.0.1.jar"), added);
        var withDelta = _scene.Snapshot();

        var restored = await _scene.RestoreAsync();

        Assert.Contains("delta-core_2.11-0.4.0.jar", restored.Removed);
        await _scene.RestoreAsync(restored.RestorePoint);
        Assert.Equal(withDelta, _scene.Snapshot());
    }

    [Fact]
    public async Task A_required_jar_that_is_missing_stops_before_the_first_change()
    {
        File.Delete(Path.Combine(_scene.Libraries(3), "woodstox-core-5.0.3.jar"));
        var before = _scene.WholeHome();

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => _scene.UpdateAsync(3));

        Assert.Equal("RequiredJarMissing", error.Id);
        Assert.Contains("woodstox-*.jar", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, _scene.WholeHome());
    }

    [Fact]
    public async Task Shaded_Hadoop_is_refused_with_the_reason()
    {
        using var scene = new JarScene("3.5.0");

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => scene.UpdateAsync(3));

        Assert.Equal("ShadedHadoop", error.Id);
        Assert.Contains("hadoop-client-api-3.3.4.jar", error.Message, StringComparison.Ordinal);
        Assert.Contains("hadoop-azure 3.2.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shaded_Hadoop_gets_the_add_ons_of_its_own_release_and_loses_nothing()
    {
        using var scene = new JarScene("3.5.0");
        var before = scene.JarNames();
        foreach (var jar in Directory.GetFiles(scene.Libraries(3), "hadoop-*-3.2.0.jar"))
        {
            File.Move(jar, jar.Replace("3.2.0", "3.3.4", StringComparison.Ordinal));
        }

        var update = await scene.UpdateAsync(3);

        Assert.Empty(update.Removed);
        Assert.Contains("hadoop-azure-3.3.4.jar", update.Added);
        Assert.DoesNotContain("hadoop-common-3.3.4.jar", update.Added);
        Assert.Contains(update.Notes, n => n.Contains("nothing is swapped", StringComparison.Ordinal));
        Assert.Contains(update.Notes, n => n.Contains("this Spark has its classes in hadoop-client-api", StringComparison.Ordinal) && n.Contains("hadoop-common-3.3.4.jar", StringComparison.Ordinal));
        Assert.Equal(before.Concat(update.Added).Order(StringComparer.Ordinal), scene.JarNames());
        Assert.False((await scene.UpdateAsync(3)).Changed);
    }

    [Theory]
    [InlineData(SparkJarRecipe.Howto, "3.2.0", false)]
    [InlineData(SparkJarRecipe.Full, "3.2.0", false)]
    [InlineData(SparkJarRecipe.Howto, "3.2.1", false)]
    [InlineData(SparkJarRecipe.Full, "3.2.1", true)]
    public async Task Guava_27_comes_for_the_Hadoops_that_call_it_where_the_full_recipe_is_wanted(SparkJarRecipe recipe, string hadoop, bool comes)
    {
        foreach (var jar in Directory.GetFiles(_scene.Libraries(3), "hadoop-*-3.2.0.jar"))
        {
            File.Move(jar, jar.Replace("3.2.0", hadoop, StringComparison.Ordinal));
        }

        var update = await UpdateAsync(_scene.Options(3) with { Recipe = recipe });

        var guava = Assert.Single(_scene.JarNames(), j => j.StartsWith("guava-", StringComparison.Ordinal));
        Assert.Equal(comes ? "guava-27.0-jre.jar" : "guava-14.0.1.jar", guava);
        Assert.Equal(comes, update.Removed.Contains("jsr305-1.3.9.jar"));
        Assert.Equal(comes, update.Added.Contains("failureaccess-1.0.1.jar"));
    }

    [Theory]
    [InlineData("2.4.0", true)]
    [InlineData("2.4.4", true)]
    [InlineData("2.4.5", false)]
    public async Task Snappy_of_DSS_comes_for_Alpine_images_alone_and_with_a_word_of_caution(string spark, bool comes)
    {
        OtherRelease.Of(_scene.Spark.Home, spark);

        var update = await _scene.UpdateAsync(2, RecordingCaller.WhatIf());

        Assert.Equal(comes, update.Added.Contains("snappy-java-1.0.5.jar"));
        Assert.Equal(comes, update.Notes.Any(n => n.Contains("breaks Spark's shell", StringComparison.Ordinal) && n.Contains("snappy-java-1.0.5.jar", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("2.4.8", false, true)]
    [InlineData("2.4.8", true, false)]
    [InlineData("3.1.3", false, false)]
    public async Task Httpclient_of_DSS_comes_with_the_AWS_libraries_of_Spark_2(string spark, bool excludeAws, bool comes)
    {
        OtherRelease.Of(_scene.Spark.Home, spark);

        var update = await UpdateAsync(_scene.Options(3) with { ExcludeAws = excludeAws });

        Assert.Equal(comes, update.Removed.Contains("httpclient-4.5.6.jar"));
        Assert.Equal(comes ? "httpclient-4.5.2.jar" : "httpclient-4.5.6.jar", Assert.Single(_scene.JarNames(), j => j.StartsWith("httpclient-", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not-there")]
    public async Task Without_the_folder_of_DSS_the_libraries_do_and_what_did_not_come_is_said(string? companions)
    {
        var update = await UpdateAsync(_scene.Options(3) with { CompanionPath = companions is null ? null : _scene.Folder[companions] });

        Assert.True(update.Changed);
        Assert.Contains("hadoop-common-3.2.0.jar", update.Added);
        Assert.Contains("httpclient-4.5.6.jar", _scene.JarNames());
        Assert.Contains(update.Notes, n => n.StartsWith("No snappy-java comes", StringComparison.Ordinal));
        Assert.Contains(update.Notes, n => n.StartsWith("No httpc* comes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_jar_of_the_libraries_is_left_out_in_silence()
    {
        foreach (var jar in Directory.GetFiles(_scene.Libraries(2), "*.jar"))
        {
            File.Copy(jar, Path.Combine(_scene.Libraries(3), Path.GetFileName(jar)), overwrite: true);
        }

        var both = JarSource.InFolder(_scene.Libraries(3)).Select(j => j.FileName).ToList();
        Assert.Contains("hadoop-azure-2.8.5.jar", both);

        var newest = await UpdateAsync(_scene.Options(3) with { ExcludeAws = true }, RecordingCaller.WhatIf());

        Assert.Contains("hadoop-azure-3.2.0.jar", newest.Added);
        Assert.Contains("azure-storage-7.0.0.jar", newest.Added);
        Assert.Contains(newest.Notes, n => n.Contains("Hadoop 3.2.0 comes", StringComparison.Ordinal) && n.Contains("hadoop-azure-2.8.5.jar", StringComparison.Ordinal));
        Assert.Contains(newest.Notes, n => n.Contains("AWS is not wanted", StringComparison.Ordinal) && n.Contains("hadoop-aws-3.2.0.jar", StringComparison.Ordinal));
        Assert.Contains(newest.Notes, n => n.Contains("only encryption in the client", StringComparison.Ordinal) && n.Contains("azure-keyvault-core-1.0.0.jar", StringComparison.Ordinal));
        foreach (var jar in both.Except(newest.Plan.Where(r => r.Action != SparkJarAction.Remove).Select(r => r.Name)))
        {
            Assert.Contains(newest.Notes, n => n.StartsWith("Left out, as ", StringComparison.Ordinal) && n.Contains(jar, StringComparison.Ordinal));
        }

        var older = await UpdateAsync(_scene.Options(3) with { HadoopVersion = 2 }, RecordingCaller.WhatIf());
        Assert.Contains("hadoop-azure-2.8.5.jar", older.Added);
        Assert.Contains("azure-storage-2.2.0.jar", older.Added);
        Assert.DoesNotContain("wildfly-openssl-1.0.4.Final.jar", older.Added);
    }

    [Fact]
    public async Task Of_the_storages_only_those_that_jobs_use_get_their_jars()
    {
        var abfs = await UpdateAsync(_scene.Options(3) with { For = [SparkFeature.Abfs] }, RecordingCaller.WhatIf());
        var adl = await UpdateAsync(_scene.Options(3) with { For = [SparkFeature.Adl] }, RecordingCaller.WhatIf());

        Assert.Contains("wildfly-openssl-1.0.4.Final.jar", abfs.Added);
        Assert.DoesNotContain("azure-storage-7.0.0.jar", abfs.Added);
        Assert.Contains("azure-data-lake-store-sdk-2.2.9.jar", adl.Added);
        Assert.DoesNotContain("wildfly-openssl-1.0.4.Final.jar", adl.Added);
    }

    [Fact]
    public async Task A_jar_that_a_storage_needs_is_required_by_who_uses_it_and_force_goes_on()
    {
        File.Delete(Path.Combine(_scene.Libraries(3), "azure-data-lake-store-sdk-2.2.9.jar"));
        Assert.True((await _scene.UpdateAsync(3, RecordingCaller.WhatIf())).Planned);
        var options = _scene.Options(3) with { For = [SparkFeature.Adl] };
        await Refusal.IsAsync("RequiredJarMissing", ErrorKind.NotFound, "adl: paths need it", "-Force", () => UpdateAsync(options));

        var caller = new RecordingCaller();
        Assert.True((await UpdateAsync(options with { Force = true }, caller)).Changed);

        Assert.Contains(caller.Warnings, w => w.Contains("azure-data-lake-store-sdk-*.jar", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AWS_jars_can_be_left_out_also_after_they_came()
    {
        await _scene.UpdateAsync(3);
        Assert.Contains(_scene.JarNames(), j => j.Contains("aws", StringComparison.Ordinal));

        var without = await SparkJars.UpdateAsync(_scene.Options(3) with { ExcludeAws = true }, new RecordingCaller(), CancellationToken.None);

        Assert.Empty(without.Added);
        Assert.All(without.Removed, j => Assert.Contains("aws", j, StringComparison.Ordinal));
        Assert.DoesNotContain(_scene.JarNames(), j => j.Contains("aws", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Conflicts_are_told_before_anything_moves()
    {
        // A hadoop-azure that somebody copied in by hand, on a Hadoop that is too old for it; the swap cures it.
        File.Copy(Path.Combine(_scene.Libraries(3), "hadoop-azure-3.2.0.jar"), Path.Combine(_scene.Spark.JarsFolder, "hadoop-azure-3.2.0.jar"));
        var rehearsal = RecordingCaller.WhatIf();

        var planned = await _scene.UpdateAsync(3, rehearsal);

        Assert.Contains(planned.ConflictsBefore, c => c.Rule == "HadoopVersionsMixed" && c.Jars.Contains("hadoop-azure-3.2.0.jar"));
        Assert.DoesNotContain(planned.Conflicts, c => c.Rule == "HadoopVersionsMixed");

        // A kubernetes-client that needs the port in spark.master is no matter of the jars: Set-DssSparkConfig writes it.
        Assert.DoesNotContain(rehearsal.Warnings, w => w.Contains("403 Forbidden", StringComparison.Ordinal));
        var quiet = new RecordingCaller();
        var made = await SparkJars.UpdateAsync(_scene.Options(3) with { SkipConflictScan = true }, quiet, CancellationToken.None);
        Assert.Empty(made.Conflicts);
        Assert.Empty(quiet.Warnings);
    }

    [Fact]
    public async Task A_Spark_without_client_mode_gets_its_jars_and_a_warning()
    {
        OtherRelease.Of(_scene.Spark.Home, "2.3.4");
        var caller = new RecordingCaller();

        Assert.True((await _scene.UpdateAsync(3, caller)).Changed);

        Assert.Contains(caller.Warnings, w => w.Contains("Spark 2.3.4 has no client mode on Kubernetes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_plan_tells_of_every_jar_what_becomes_of_it()
    {
        var there = _scene.JarNames();

        var planned = await _scene.UpdateAsync(3, RecordingCaller.WhatIf());

        Assert.Equal(there, planned.Plan.Where(r => r.Action != SparkJarAction.Add).Select(r => r.Name).Order(StringComparer.Ordinal));
        Assert.All(planned.Plan, r => Assert.NotEmpty(r.Reason));
        Assert.All(planned.Plan, r => Assert.True(r.Length > 0));
    }

    [Fact]
    public void Every_row_of_the_recipe_has_something_to_bring()
    {
        var libraries = JarRecipe.HadoopVersions.SelectMany(line => JarSource.InFolder(_scene.Libraries(line)));
        var artifacts = libraries.Concat(JarSource.InFolder(_scene.Host.CompanionPath)).Select(s => JarName.Parse(s.FileName).Artifact).ToHashSet();
        var without = JarRecipe.ByBehaviour.Concat(JarRecipe.ByName).Concat(JarRecipe.AddOns).Where(r => !artifacts.Any(r.Pattern.IsMatch));

        // Of hadoop-azure's own pom; the DSS libraries are known to hold jetty-util only by DSS's script.
        Assert.Equal("jetty-util-ajax", Assert.Single(without).Artifact);
    }

    [Fact]
    public async Task Restore_points_tell_what_they_hold_and_cost_no_second_copy()
    {
        Assert.Empty(await SparkJars.RestorePointsAsync(_scene.Spark.Home, CancellationToken.None));
        var jarBytes = new DirectoryInfo(_scene.Spark.JarsFolder).EnumerateFiles().Sum(f => f.Length);
        var update = await _scene.UpdateAsync(3);

        var point = Assert.Single(await SparkJars.RestorePointsAsync(_scene.Spark.Home, CancellationToken.None));

        Assert.Equal(update.RestorePoint, point.RestorePoint);
        Assert.Equal("2.7.3", point.HadoopRelease);
        Assert.Contains("hadoop-common-2.7.3.jar", point.Jars);
        Assert.Equal(update.Plan.Where(r => r.Action == SparkJarAction.Remove).Sum(r => r.Length), point.StoredBytes);
        Assert.False(point.Current);
        var stored = new DirectoryInfo(Path.Combine(_scene.Spark.Home, ".sparkazure", "store")).EnumerateFiles("*.jar", SearchOption.AllDirectories).Sum(f => f.Length);
        Assert.Equal(point.StoredBytes, stored);
        Assert.True(stored < jarBytes);
        await _scene.RestoreAsync();
        Assert.True((await SparkJars.RestorePointsAsync(_scene.Spark.Home, CancellationToken.None))[0].Current);
    }

    [Fact]
    public async Task Asking_for_the_Hadoop_that_the_libraries_are_not_of_names_both()
    {
        var error = await Assert.ThrowsAsync<SparkAzureException>(() => SparkJars.UpdateAsync(
            _scene.Options(2) with { HadoopVersion = 3 }, new RecordingCaller(), CancellationToken.None));

        Assert.Equal("HadoopLineMissing", error.Id);
        Assert.Contains("Hadoop 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("2.8.5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Homes_that_are_none_are_refused_with_what_was_found()
    {
        async Task<SparkAzureException> RefusalAsync(string home) => await Assert.ThrowsAsync<SparkAzureException>(() => SparkJars.UpdateAsync(
            _scene.Options(3) with { SparkHome = home }, new RecordingCaller(), CancellationToken.None));

        Assert.Contains("does not exist", (await RefusalAsync(_scene.Folder["none"])).Message, StringComparison.Ordinal);
        Assert.Contains("it is a file", (await RefusalAsync(JarScene.Archive(3))).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(_scene.Folder["empty", "jars"]);
        Assert.Contains("no jar of Spark itself", (await RefusalAsync(_scene.Folder["empty"])).Message, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(_scene.Spark.Home, "RELEASE"), "Spark 2.4.5 (git revision cee4ecb) built for Hadoop 2.7.3\n");
        var mismatch = await RefusalAsync(_scene.Spark.Home);
        Assert.Equal("SparkReleaseMismatch", mismatch.Id);
        Assert.Contains("2.4.5", mismatch.Message, StringComparison.Ordinal);
        Assert.Contains("2.4.0", mismatch.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_store_is_noticed_before_anything_moves()
    {
        await _scene.UpdateAsync(3);
        var stored = Directory.GetFiles(Path.Combine(_scene.Spark.Home, ".sparkazure", "store"), "hadoop-common-2.7.3.jar", SearchOption.AllDirectories);
        await File.AppendAllTextAsync(Assert.Single(stored), "x");
        var before = _scene.Snapshot();

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => _scene.RestoreAsync());

        Assert.Equal("RestorePointDamaged", error.Id);
        Assert.Equal(before, _scene.Snapshot());
    }

    [Fact]
    public async Task A_second_process_is_told_who_is_at_work()
    {
        var state = Path.Combine(_scene.Spark.Home, ".sparkazure");
        using var held = JarLock.TryTake(SparkHome.Open(_scene.Spark.Home));

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => UpdateAsync(_scene.Options(3) with { Patience = TimeSpan.Zero }));

        Assert.Equal("SparkHomeBusy", error.Id);
        Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(state));
    }

    [Fact]
    public async Task Many_jars_that_cannot_be_read_are_one_warning()
    {
        using var scene = new JarScene();
        foreach (var number in Enumerable.Range(1, 5))
        {
            await File.WriteAllTextAsync(Path.Combine(scene.Spark.JarsFolder, $"damaged-{number}.jar"), "no zip");
        }

        var caller = RecordingCaller.WhatIf();
        await SparkJars.UpdateAsync(scene.Options(2) with { Force = true }, caller, CancellationToken.None);

        var warning = Assert.Single(caller.Warnings, w => w.StartsWith("UnreadableJar", StringComparison.Ordinal));
        Assert.Contains("4 more are alike", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_jar_replaced_while_the_user_was_asked_stops_the_swap()
    {
        var intruder = new IntrudingCaller(() => File.AppendAllText(Path.Combine(_scene.Spark.JarsFolder, "guava-14.0.1.jar"), "x"));
        var before = _scene.JarNames();

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => SparkJars.UpdateAsync(_scene.Options(3), intruder, CancellationToken.None));

        Assert.Equal("JarChangedMeanwhile", error.Id);
        Assert.Equal(before, _scene.JarNames());
    }

    [SkippableFact]
    public async Task A_full_disk_leaves_the_old_set()
    {
        using var disk = SmallDisk.Mount(_scene.Folder["disk"], megabytes: 24);
        using var scene = new JarScene(at: disk.Path);
        await File.WriteAllBytesAsync(Path.Combine(disk.Path, "ballast"), new byte[disk.FreeBytes - 200_000]);
        var before = scene.Snapshot();

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => scene.UpdateAsync(3));

        Assert.Equal("DiskFull", error.Id);
        Assert.Equal(before, scene.Snapshot());
        File.Delete(Path.Combine(disk.Path, "ballast"));
        Assert.True((await scene.UpdateAsync(3)).Changed);
    }

    [SkippableFact]
    public async Task A_read_only_jars_folder_is_refused_and_stays()
    {
        using var disk = SmallDisk.Mount(_scene.Folder["disk"], megabytes: 24);
        using var scene = new JarScene(at: disk.Path);
        var before = scene.WholeHome();
        disk.MakeReadOnly();

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => scene.UpdateAsync(3));

        Assert.Equal("CannotWrite", error.Id);
        Assert.Equal(before, scene.WholeHome());
    }

    private static Task<SparkJarUpdate> UpdateAsync(SparkJarUpdateOptions options, ICaller? caller = null) =>
        SparkJars.UpdateAsync(options, caller ?? new RecordingCaller(), CancellationToken.None);

    private sealed class IntrudingCaller(Action whileAsked) : ICaller
    {
        public void Verbose(string message)
        {
        }

        public void Debug(string message)
        {
        }

        public void Warning(string message)
        {
        }

        public void Progress(StationProgress progress)
        {
        }

        public Task<bool> ShouldProcessAsync(string target, string action, CancellationToken cancellationToken)
        {
            whileAsked();
            return Task.FromResult(true);
        }
    }
}
