using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark;
using Xunit.Abstractions;

namespace SparkAzure.Core.Tests.Releases;

public sealed class LibraryCatalogTests(ITestOutputHelper output)
{
    // What a JVM missed in homes that people make, and the jar that cured it.
    [Theory]
    [InlineData("2.4.8", "3.2.0", "org/eclipse/jetty/util/ajax/JSON$Convertor", "jetty-util-ajax 9.3.24.v20180605")]
    [InlineData("3.1.3", "3.2.0", "org/eclipse/jetty/util/ajax/JSON$Convertor", "jetty-util-ajax 9.3.24.v20180605")]
    [InlineData("3.5.9", null, "org/eclipse/jetty/util/ajax/JSON$Convertor", "jetty-util-ajax 9.4.43.v20210629")]
    [InlineData("2.4.8", "3.2.0", "org/eclipse/jetty/util/log/Log", "jetty-util 9.3.24.v20180605")]
    [InlineData("2.4.8", "3.2.0", "com/microsoft/azure/storage/StorageException", "azure-storage 7.0.0")]
    [InlineData("2.4.8", "2.8.5", "com/microsoft/azure/storage/StorageException", "azure-storage 2.2.0")]
    [InlineData("2.4.8", null, "com/microsoft/azure/storage/StorageException", "azure-storage 2.0.0")]
    [InlineData("4.0.5", null, "com/microsoft/azure/storage/StorageException", "azure-storage 7.0.1")]
    [InlineData("2.4.8", "3.2.0", "com/microsoft/azure/keyvault/core/IKey", "azure-keyvault-core 1.0.0")]
    [InlineData("3.1.3", null, "org/wildfly/openssl/OpenSSLProvider", "wildfly-openssl 1.0.4.Final")]
    [InlineData("3.5.9", null, "org/wildfly/openssl/OpenSSLProvider", "wildfly-openssl 1.0.7.Final")]
    [InlineData("4.3.0", null, "org/wildfly/openssl/OpenSSLProvider", "wildfly-openssl 2.2.5.Final")]
    [InlineData("3.1.3", "2.8.5", "org/apache/commons/configuration/Configuration", "commons-configuration 1.6")]
    [InlineData("3.0.3", "2.10.2", "org/apache/commons/configuration/Configuration", "commons-configuration 1.6")]
    [InlineData("2.4.8", "3.2.0", "org/apache/commons/configuration2/Configuration", "commons-configuration2 2.1.1")]
    [InlineData("2.4.8", "2.8.5", "org/apache/htrace/core/Tracer$Builder", "htrace-core4 4.0.1-incubating")]
    [InlineData("2.4.8", "3.2.0", "org/apache/htrace/core/Tracer$Builder", "htrace-core4 4.1.0-incubating")]
    [InlineData("2.4.8", "3.2.0", "com/google/re2j/PatternSyntaxException", "re2j 1.1")]
    [InlineData("2.4.8", "3.2.0", "com/ctc/wstx/io/InputBootstrapper", "woodstox-core 5.0.3")]
    [InlineData("2.4.8", "3.2.0", "org/codehaus/stax2/XMLInputFactory2", "stax2-api 3.1.4")]
    [InlineData("4.3.0", null, "org/HdrHistogram/AbstractHistogram", "HdrHistogram 2.1.12")]
    [InlineData("2.4.8", "2.8.5", "com/microsoft/azure/datalake/store/ADLStoreClient", "azure-data-lake-store-sdk 2.2.3")]
    [InlineData("2.4.8", "3.2.0", "com/microsoft/azure/datalake/store/ADLStoreClient", "azure-data-lake-store-sdk 2.2.9")]
    [InlineData("3.4.4", null, "com/microsoft/azure/datalake/store/ADLStoreClient", "azure-data-lake-store-sdk 2.3.9")]
    [InlineData("2.4.8", "3.2.0", "org/apache/hadoop/fs/azurebfs/SecureAzureBlobFileSystem", "hadoop-azure 3.2.0")]
    [InlineData("3.5.9", null, "org/apache/hadoop/fs/azurebfs/SecureAzureBlobFileSystem", "hadoop-azure 3.3.4")]
    [InlineData("3.5.9", null, "org/apache/hadoop/fs/adl/AdlFileSystem", "hadoop-azure-datalake 3.3.4")]
    [InlineData("2.4.8", "2.8.5", "org/apache/hadoop/fs/adl/AdlFileSystem", "hadoop-azure-datalake 2.8.5")]
    [InlineData("2.4.8", "3.2.0", "org/apache/hadoop/conf/Configuration", "hadoop-common 3.2.0")]
    [InlineData("2.4.8", "3.2.0", "org/apache/hadoop/hdfs/DistributedFileSystem", "hadoop-hdfs-client 3.2.0")]
    [InlineData("2.4.8", null, "org/apache/hadoop/hdfs/DistributedFileSystem", "hadoop-hdfs 2.7.3")]
    [InlineData("3.5.9", null, "org/apache/hadoop/conf/Configuration", "hadoop-client-api 3.3.4")]
    [InlineData("4.0.5", null, "org/apache/hadoop/thirdparty/com/google/common/base/Preconditions", "hadoop-client-runtime 3.4.1")]
    [InlineData("2.4.8", null, "org/apache/spark/internal/Logging", "spark-core_2.11 2.4.8")]
    [InlineData("3.5.9", null, "org/apache/spark/internal/Logging", "spark-common-utils_2.12 3.5.9")]
    [InlineData("2.4.4", null, "com/fasterxml/jackson/databind/ObjectMapper", "jackson-databind 2.6.7.1")]
    [InlineData("4.0.4", null, "com/fasterxml/jackson/databind/ObjectMapper", "jackson-databind 2.18.6")]
    [InlineData("3.1.3", null, "okhttp3/OkHttpClient", "okhttp 3.12.12")]
    [InlineData("3.1.3", null, "com/squareup/okhttp/OkHttpClient", "okhttp 2.7.5")]
    [InlineData("3.5.9", null, "org/apache/hadoop/hive/ql/exec/Task", "hive-exec 2.3.9")]
    public void A_class_is_brought_by_a_jar_and_a_version(string spark, string? hadoop, string className, string jar)
    {
        var catalog = new LibraryCatalog(new LibraryContext(spark) { HadoopVersion = hadoop, JarLayout = LayoutOf(spark, hadoop) });

        Assert.Equal(jar, First(catalog, className)?.ToString());
    }

    [Theory]
    // No released jar that was read has them.
    [InlineData("3.5.9", null, "org/apache/hadoop/shaded/org/wildfly/openssl/OpenSSLProvider")]
    [InlineData("3.5.9", null, "com/example/Mine")]
    [InlineData("3.5.9", null, "org/eclipse/jetty/server/Server")]
    [InlineData("3.5.9", null, "NoPackage")]
    // It is in no jar of that Hadoop.
    [InlineData("2.4.8", null, "org/apache/hadoop/fs/azurebfs/SecureAzureBlobFileSystem")]
    [InlineData("2.4.8", "2.8.5", "org/wildfly/openssl/OpenSSLProvider")]
    [InlineData("2.4.8", "2.8.5", "org/eclipse/jetty/util/log/Log")]
    // Another Spark's module would break this one.
    [InlineData("3.5.9", null, "org/apache/spark/udf/worker/core/Termination")]
    // Spark 2.4 has an older Jackson, without that package, which all the rest goes with.
    [InlineData("2.4.8", null, "com/fasterxml/jackson/core/async/NonBlockingInputFeeder")]
    // Netty is one jar there; one of much later has no place beside it. Nor has a jar of another Scala.
    [InlineData("2.4.8", null, "algebra/ring/Field")]
    [InlineData("3.1.3", null, "io/netty/handler/codec/http3/Http3")]
    public void Nothing_is_guessed(string spark, string? hadoop, string className)
    {
        var catalog = new LibraryCatalog(new LibraryContext(spark) { HadoopVersion = hadoop, JarLayout = LayoutOf(spark, hadoop) });

        Assert.Empty(catalog.Bringing(className));
    }

    [Fact]
    public void What_stands_there_is_not_suggested_again()
    {
        var context = new LibraryContext("3.5.9") { Present = [new ShippedJar("guava", "14.0.1", "")] };

        Assert.Empty(new LibraryCatalog(context).Bringing("com/google/common/collect/Missing"));
        context = context with { Present = [new ShippedJar("guava", "11.0.2", "")] };
        Assert.Equal("guava 14.0.1", new LibraryCatalog(context).Bringing("com/google/common/collect/Missing").Single().ToString());
    }

    [Fact]
    public void A_jar_goes_with_the_version_of_its_sibling()
    {
        var context = new LibraryContext("3.5.9") { Present = [new ShippedJar("jetty-util", "9.4.57.v20241219", "")] };

        Assert.Equal("jetty-util-ajax 9.4.57.v20241219", First(new LibraryCatalog(context), "org/eclipse/jetty/util/ajax/JSON")?.ToString());
        // Jetty 6 is another library.
        context = new LibraryContext("2.4.8") { HadoopVersion = "3.2.0", JarLayout = SparkJarLayout.Split, Present = [new ShippedJar("jetty-util", "6.1.26", "")] };
        Assert.Equal("jetty-util-ajax 9.3.24.v20180605", First(new LibraryCatalog(context), "org/eclipse/jetty/util/ajax/JSON")?.ToString());
    }

    [Theory]
    [InlineData("3.5.9", null, "org/wildfly/openssl/SSL", true, "the poms of hadoop-azure and hadoop-azure-datalake 3.3.4")]
    [InlineData("3.5.9", "3.3.6", "org/wildfly/openssl/SSL", false, "the poms of hadoop-azure and hadoop-azure-datalake 3.3.4")]
    [InlineData("3.5.10", null, "org/xerial/snappy/Snappy", false, "Spark 3.5.9 ships it, the nearest release that was read")]
    [InlineData("3.5.9", null, "org/xerial/snappy/Snappy", true, "Spark 3.5.9 ships it")]
    [InlineData("3.5.10", null, "org/apache/spark/SparkContext", true, "Spark 3.5.10 ships it")]
    [InlineData("4.4.0", null, "org/xerial/snappy/Snappy", false, "Spark 4.3.0 ships it, 4.4.0 does not")]
    [InlineData("3.0.0", "3.2.0", "com/google/re2j/Matcher", true, "Spark 3.1.3 ships it with Hadoop 3.2.0")]
    [InlineData("3.5.9", null, "org/apache/hadoop/fs/adl/Adl", true, "it is a part of Hadoop 3.3.4")]
    public void A_suggestion_says_who_says_so(string spark, string? hadoop, string className, bool isExact, string source)
    {
        var suggestion = new LibraryCatalog(new LibraryContext(spark) { HadoopVersion = hadoop }).Bringing(className)[0];

        Assert.Equal((isExact, source), (suggestion.IsExact, suggestion.Source));
    }

    [Fact]
    public void A_jar_of_Spark_is_one_of_the_Scala_that_is_there()
    {
        var context = new LibraryContext("3.5.9") { Present = [new ShippedJar("spark-core_2.13", "3.5.9", "")] };
        var catalog = new LibraryCatalog(context);

        Assert.Equal("spark-sql_2.13 3.5.9", catalog.Bringing("org/apache/spark/sql/SparkSession").Single().ToString());
        var library = catalog.Bringing("scala/Option").Single();
        Assert.Equal(("scala-library 2.13.16", false), (library.ToString(), library.IsExact));
    }

    [Fact]
    public void Every_set_of_libraries_says_where_it_was_read() =>
        Assert.All(HadoopLibraries.Sets.Select(s => s.Source).Concat(HadoopLibraries.Parts.Select(p => p.Source)), Assert.NotEmpty);

    // Every class of every jar of every third release: were all jars gone that have it, one of them would be suggested.
    [SkippableFact]
    public void A_class_of_a_release_is_brought_by_a_jar_of_the_release_that_has_it()
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);
        Skip.IfNot(HollowJars.CanBeRead, "there is no xz on this machine: the hollow jars cannot be read.");
        var store = HollowJars.Read(Path.Combine(ReleaseLists.Folder!, "hollow.tar.xz")).ToDictionary(j => j.FileName);
        var (asked, right) = (0, 0);
        var wrong = new List<string>();
        foreach (var release in ReleaseLists.Releases.Where((_, at) => at % 3 == 0))
        {
            var jars = ReleaseLists.StoredNamesOf(release).Select(n => (n.FileName, Jar: store.GetValueOrDefault(n.Stored))).ToList();
            if (jars.TrueForAll(j => j.Jar is not null))
            {
                var context = new LibraryContext(release);
                var holders = jars.SelectMany(j => j.Jar!.Classes, (j, c) => (Class: c, j.FileName));
                Ask(context, holders, [.. jars.Select(j => j.FileName)], ref asked, ref right, wrong);
            }
        }

        output.WriteLine($"{right} of {asked} classes: {100.0 * right / asked:0.000} %");
        wrong.ForEach(output.WriteLine);
        Assert.True(asked > 300_000, $"{asked} classes");
        Assert.True(right > 0.999 * asked, string.Join('\n', wrong.Prepend($"{right} of {asked}")));
    }

    // The same of what brings Azure to them.
    [SkippableFact]
    public void A_class_of_an_add_on_is_brought_by_it()
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);
        Skip.IfNot(HollowJars.CanBeRead, "there is no xz on this machine: the hollow jars cannot be read.");
        var (asked, right) = (0, 0);
        var wrong = new List<string>();
        foreach (var addOns in HollowJars.Read(Path.Combine(ReleaseLists.Folder!, "hollow-addons.tar.xz")).GroupBy(j => j.Folder))
        {
            var spark = ReleaseLists.Releases.Last(r => SparkReleases.Find(r)!.Hadoop == addOns.Key);
            var holders = addOns.SelectMany(j => j.Classes, (j, c) => (Class: c, j.FileName));
            Ask(new LibraryContext(spark), holders, ReleaseLists.JarsOf(spark), ref asked, ref right, wrong);
            // The typed sets name these very jars.
            var parts = addOns.Select(j => JarName.Parse(j.FileName)).Where(j => !HadoopLibraries.IsPart(j.Artifact));
            var set = HadoopLibraries.Sets.Single(s => s.Hadoop == addOns.Key);
            Assert.Equal(parts.Select(j => (j.Artifact, j.Version)).Order(), set.Jars.Select(j => (j.Artifact, j.Version)).Order());
        }

        output.WriteLine($"{right} of {asked} classes: {100.0 * right / asked:0.000} %");
        Assert.True(asked > 8_000, $"{asked} classes");
        Assert.True(right == asked, string.Join('\n', wrong.Prepend($"{right} of {asked}")));
    }

    private static void Ask(LibraryContext context, IEnumerable<(string Class, string FileName)> holders, IReadOnlyList<string> jars, ref int asked, ref int right, List<string> wrong)
    {
        var byHolders = holders
            .GroupBy(h => h.Class, h => h.FileName)
            .GroupBy(c => string.Join(' ', c.Distinct().Order(StringComparer.Ordinal)), c => c.Key);
        foreach (var group in byHolders)
        {
            var gone = group.Key.Split(' ');
            var present = jars.Except(gone).Select(JarName.Parse).Select(n => new ShippedJar(n.Artifact, n.Version, n.Classifier));
            var catalog = new LibraryCatalog(context with { Present = [.. present] });
            var misses = new List<string>();
            foreach (var name in group)
            {
                asked++;
                var first = First(catalog, name);
                if (first is not null && gone.Contains(first.FileName))
                {
                    right++;
                }
                else
                {
                    misses.Add($"{name}: {first?.FileName ?? "nothing"}");
                }
            }

            if (misses.Count > 0)
            {
                wrong.Add($"{context.SparkVersion}, {misses.Count} of {group.Key}, as {misses[0]}");
            }
        }
    }

    private static LibrarySuggestion? First(LibraryCatalog catalog, string className) =>
        catalog.Bringing(className) is [var first, ..] ? first : null;

    private static SparkJarLayout LayoutOf(string spark, string? hadoop) =>
        hadoop is null || SparkReleases.Find(spark)!.IsShaded ? SparkJarLayout.None : SparkJarLayout.Split;
}
