using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Core.Tests.Java;
using SparkAzure.Core.Tests.Releases;
using SparkAzure.Runs.Java;

namespace SparkAzure.Core.Tests.Spark.Conflicts;

/// <summary>
/// Whole releases as they are, with the add-ons that are theirs, and with what starts no driver: as far as names tell. A
/// class of which a hollow jar has nothing but the name counts as there.
/// </summary>
public sealed class HollowReleaseTests(HollowReleases releases) : IClassFixture<HollowReleases>
{
    public static TheoryData<string> Sparks => [.. HollowReleases.All.Select(r => r.Spark)];

    public static TheoryData<string, string> SparksWithAbfs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (spark, hadoop) in HollowReleases.All.Where(r => r.Hadoop.Length > 0))
            {
                data.Add(spark, hadoop);
            }

            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Sparks))]
    public async Task An_untouched_release_has_neither_an_error_nor_a_warning(string spark)
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);

        IsQuiet(await FindAsync(releases.Lay(spark)));
    }

    [SkippableTheory]
    [MemberData(nameof(SparksWithAbfs))]
    public async Task Its_own_add_ons_bring_none_either(string spark, string hadoop)
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);
        var home = releases.Lay(spark);
        releases.AddAll(home, hadoop);

        IsQuiet(await FindAsync(home, SparkFeature.Abfs, SparkFeature.Adl));
    }

    [SkippableTheory]
    [InlineData("3.2.4", "3.3.1")]
    [InlineData("3.3.4", "3.3.2")]
    [InlineData("3.5.9", "3.3.4")]
    [InlineData("4.1.4", "3.4.2")]
    [InlineData("4.3.0", "3.5.0")]
    public async Task Hadoop_azure_alone_suffices_for_abfs(string spark, string hadoop)
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);
        var home = releases.Lay(spark);
        releases.Add(home, hadoop, $"hadoop-azure-{hadoop}.jar");

        IsQuiet(await FindAsync(home, SparkFeature.Abfs));
    }

    [SkippableFact]
    public async Task Wasb_is_an_error_only_for_who_asks_for_it()
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);
        var home = releases.Lay("3.5.9");
        releases.Add(home, "3.3.4", "hadoop-azure-3.3.4.jar");

        var asked = await FindAsync(home, SparkFeature.Wasb);

        var finding = Assert.Single(asked, f => f.Rule == "MissingAzureStorage");
        Assert.Equal((SparkJarConflictSeverity.Error, SparkFeature.Wasb), (finding.Severity, Assert.Single(finding.Features)));
        Assert.StartsWith("java.lang.NoClassDefFoundError: com/microsoft/azure/storage/", finding.Symptom, StringComparison.Ordinal);
        Assert.Contains("azure-storage 7.0.1", finding.RequiredJars);
        IsQuiet(await FindAsync(home));
    }

    [SkippableTheory]
    [InlineData("4.2.1")]
    [InlineData("4.3.0")]
    public async Task Hadoop_3_5_has_no_wasb_any_more(string spark)
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);
        var home = releases.Lay(spark);
        releases.AddAll(home, "3.5.0");

        var finding = Assert.Single(await FindAsync(home, SparkFeature.Wasb), f => f.Severity == SparkJarConflictSeverity.Error);

        Assert.Equal("WasbDriverGone", finding.Rule);
        Assert.StartsWith("java.lang.UnsupportedOperationException: WASB Driver", finding.Symptom, StringComparison.Ordinal);
    }

    // The gravest case of all: nothing runs, and names of versions said nothing.
    [SkippableTheory]
    [InlineData("3.0.3")]
    [InlineData("3.1.3")]
    public async Task Hadoop_2_in_spark_3_starts_no_driver_without_commons_configuration(string spark)
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);
        Skip.If(JavaTools.SparkFolder is null, JavaTools.NoSparkFolder);
        var libraries = Path.Combine(SparkScenes.Libraries, "hadoop-2.8.5");
        var home = releases.Lay(spark, "hadoop-*", "httpc*");
        HollowReleases.AddReal(home, libraries, "hadoop-*.jar", "htrace-core4-*.jar", "azure*.jar", "*aws*.jar");
        HollowReleases.AddReal(home, Path.Combine(SparkScenes.Libraries, "companions-5.1"), "httpc*.jar");

        var finding = Assert.Single(await FindAsync(home), f => f.Severity == SparkJarConflictSeverity.Error);

        Assert.Equal("java.lang.NoClassDefFoundError: org/apache/commons/configuration/Configuration", finding.Symptom);
        Assert.Contains(SparkFeature.Driver, finding.Features);
        Assert.Equal(["commons-configuration 1.6"], finding.RequiredJars);
        Assert.Equal("hadoop-common-2.8.5.jar", finding.ReferringJar);
        Assert.InRange(finding.Way.Count, 2, 5);

        HollowReleases.AddReal(home, libraries, "commons-configuration-1.6.jar");
        IsQuiet(await FindAsync(home));
    }

    private static void IsQuiet(IEnumerable<SparkJarConflict> findings)
    {
        var loud = findings.Where(f => f.Severity > SparkJarConflictSeverity.Information).Select(f => $"{f}: {f.Symptom}");
        Assert.Empty(loud);
    }

    private Task<IReadOnlyList<SparkJarConflict>> FindAsync(string home, params SparkFeature[] features)
    {
        var options = new SparkJarConflictOptions { SparkHome = home, For = features, IndexFolder = releases["index"] };
        return SparkJarConflicts.FindAsync(options, new RecordingCaller(), CancellationToken.None);
    }
}
