using SparkAzure.Runs.Scenes;

namespace SparkAzure.Runs.Predicting;

/// <summary>One change of a home: a jar left out, an older or a newer one, two of one library, a class cut out.</summary>
/// <param name="Spark">The home's Spark.</param>
/// <param name="Libraries">Its set of libraries.</param>
/// <param name="Words">What is changed.</param>
/// <param name="Apply">Changes it.</param>
internal sealed record SingleChange(string Spark, string Libraries, string Words, Action<SparkScene> Apply)
{
    /// <summary>All: some forty for each Spark.</summary>
    public static IReadOnlyList<SingleChange> All { get; } =
    [
        // None at all: what works is as much a prediction as what does not.
        .. new[] { "released", "hadoop-2.8.5", "hadoop-3.2.0" }.Select(set => new SingleChange("2.4.8", set, "nothing", _ => { })),
        .. new[] { "released", "azure-3.3.4" }.Select(set => new SingleChange("3.5.9", set, "nothing", _ => { })),
        .. Without("2.4.8", "released",
            "commons-configuration-*", "commons-lang3-*", "guava-*", "hadoop-auth-*", "htrace-core-*", "jackson-annotations-*", "janino-*",
            "json4s-ast_*", "lz4-java-*", "netty-all-*", "parquet-format-*", "paranamer-*", "snappy-java-*", "scala-xml_*", "py4j-*"),
        .. Without("2.4.8", "hadoop-3.2.0",
            "commons-configuration2-*", "woodstox-core-*", "stax2-api-*", "htrace-core4-*", "re2j-*", "azure-storage-*", "hadoop-auth-*"),
        .. Without("2.4.8", "hadoop-2.8.5", "htrace-core4-*", "commons-configuration-*", "jackson-mapper-asl-*"),
        .. Without("3.5.9", "released",
            "commons-text-*", "commons-lang3-*", "antlr4-runtime-*", "commons-collections4-*", "hadoop-client-runtime-*", "jackson-module-scala_*",
            "jersey-server-*", "kryo-shaded-*", "log4j-slf4j2-impl-*", "metrics-json-*", "netty-codec-*", "parquet-jackson-*", "pickle-*",
            "scala-reflect-*", "zstd-jni-*", "httpclient-*", "ivy-*", "xbean-asm9-shaded-*"),
        Exchange("2.4.8", "released", "guava-14*", "companions-5.1", "guava-27*"),
        Exchange("2.4.8", "released", "guava-14*", "hadoop-2.8.5", "guava-11*"),
        Exchange("2.4.8", "hadoop-3.2.0", "guava-14*", "companions-5.1", "guava-27*"),
        Exchange("2.4.8", "released", "snappy-java-*", "companions-5.1", "snappy-java-1.0.5*"),
        ExchangeFrom("2.4.8", "commons-lang3-*", "3.5.9"),
        ExchangeFrom("2.4.8", "jackson-core-2*", "3.5.9"),
        ExchangeFrom("2.4.8", "jackson-databind-*", "3.5.9"),
        ExchangeFrom("2.4.8", "slf4j-api-*", "3.5.9"),
        ExchangeFrom("2.4.8", "janino-*", "3.5.9"),
        ExchangeFrom("2.4.8", "metrics-core-*", "3.5.9"),
        ExchangeFrom("3.5.9", "commons-lang3-*", "2.4.8"),
        ExchangeFrom("3.5.9", "jackson-core-2*", "2.4.8"),
        ExchangeFrom("3.5.9", "jackson-annotations-*", "2.4.8"),
        ExchangeFrom("3.5.9", "lz4-java-*", "2.4.8"),
        ExchangeFrom("3.5.9", "janino-*", "2.4.8"),
        ExchangeFrom("3.5.9", "snappy-java-*", "2.4.8"),
        ExchangeFrom("3.5.9", "antlr4-runtime-*", "2.4.8"),
        ExchangeFrom("3.5.9", "RoaringBitmap-*", "2.4.8"),
        ExchangeFrom("3.5.9", "json4s-ast_*", "2.4.8"),
        Beside("2.4.8", "companions-5.1", "guava-27*"),
        Beside("2.4.8", "hadoop-2.8.5", "hadoop-auth-*"),
        Beside("2.4.8", "hadoop-3.2.0", "hadoop-azure-3*"),
        Beside("3.5.9", "hadoop-3.2.0", "hadoop-common-*"),
        CutOut("2.4.8", "commons-collections-*", "org/apache/commons/collections/map/UnmodifiableMap.class"),
        CutOut("2.4.8", "hadoop-common-*", "org/apache/hadoop/util/ShutdownHookManager.class"),
        CutOut("2.4.8", "spark-core_*", "org/apache/spark/rdd/ShuffledRDD.class"),
        CutOut("2.4.8", "parquet-column-*", "org/apache/parquet/column/values/dictionary/PlainValuesDictionary.class"),
        CutOut("3.5.9", "commons-io-*", "org/apache/commons/io/IOUtils.class"),
        CutOut("3.5.9", "hadoop-client-api-*", "org/apache/hadoop/util/StringUtils.class"),
        CutOut("3.5.9", "spark-catalyst_*", "org/apache/spark/sql/catalyst/optimizer/ColumnPruning$.class"),
        CutOut("3.5.9", "parquet-hadoop-*", "org/apache/parquet/hadoop/codec/SnappyCodec.class"),
    ];

    private static IEnumerable<SingleChange> Without(string spark, string libraries, params string[] patterns) =>
        patterns.Select(p => new SingleChange(spark, libraries, $"without {p}", scene => scene.LeaveOut(p)));

    private static SingleChange Exchange(string spark, string libraries, string old, string folder, string pattern) =>
        new(spark, libraries, $"{pattern} of {folder} for {old}", scene =>
        {
            scene.LeaveOut(old);
            scene.Add(Single(scene.Stock.Libraries(folder), pattern));
        });

    private static SingleChange ExchangeFrom(string spark, string pattern, string other) =>
        new(spark, "released", $"{pattern} of Spark {other}", scene =>
        {
            scene.LeaveOut(pattern);
            scene.Add(Single(Path.Combine(scene.Stock.Home(other), "jars"), pattern));
        });

    private static SingleChange Beside(string spark, string folder, string pattern) =>
        new(spark, "released", $"{pattern} of {folder} beside its own", scene => scene.Add(Single(scene.Stock.Libraries(folder), pattern)));

    private static SingleChange CutOut(string spark, string jar, string entry) =>
        new(spark, "released", $"{jar} without {entry}", scene => scene.CutOut(jar, entry));

    private static string Single(string folder, string pattern) => Directory.GetFiles(folder, pattern).Single();
}
