using SparkAzure.Core.Spark;


namespace SparkAzure.Core.Tests.Spark;

public sealed class JarNameTests
{
    // Names that stand in released distributions and in DSS's libraries; each is one a glob or a naive split gets wrong.
    [Theory]
    [InlineData("hadoop-annotations-2.7.3.jar", "hadoop-annotations", "2.7.3", "")]
    [InlineData("hadoop-mapreduce-client-core-3.2.0.jar", "hadoop-mapreduce-client-core", "3.2.0", "")]
    [InlineData("htrace-core4-4.1.0-incubating.jar", "htrace-core4", "4.1.0-incubating", "")]
    [InlineData("spark-core_2.11-2.4.0.jar", "spark-core_2.11", "2.4.0", "")]
    [InlineData("stax-api-1.0-2.jar", "stax-api", "1.0-2", "")]
    [InlineData("commons-configuration2-2.1.1.jar", "commons-configuration2", "2.1.1", "")]
    [InlineData("wildfly-openssl-1.0.4.Final.jar", "wildfly-openssl", "1.0.4.Final", "")]
    [InlineData("guava-27.0-jre.jar", "guava", "27.0-jre", "")]
    [InlineData("avro-mapred-1.7.7-hadoop2.jar", "avro-mapred", "1.7.7", "hadoop2")]
    [InlineData("log4j-1.2-api-2.17.2.jar", "log4j-1.2-api", "2.17.2", "")]
    [InlineData("netty-transport-native-epoll-4.1.47.Final-linux-x86_64.jar", "netty-transport-native-epoll", "4.1.47.Final", "linux-x86_64")]
    [InlineData("jersey-guava-2.22.2.jar", "jersey-guava", "2.22.2", "")]
    [InlineData("JTransforms-3.1.jar", "JTransforms", "3.1", "")]
    [InlineData("apacheds-kerberos-codec-2.0.0-M15.jar", "apacheds-kerberos-codec", "2.0.0-M15", "")]
    [InlineData("hk2-api-2.4.0-b34.jar", "hk2-api", "2.4.0-b34", "")]
    [InlineData("geronimo-jcache_1.0_spec-1.0-alpha-1.jar", "geronimo-jcache_1.0_spec", "1.0-alpha-1", "")]
    [InlineData("spark-core_2.13-4.0.0-preview1.jar", "spark-core_2.13", "4.0.0-preview1", "")]
    [InlineData("jline-3.27.1-jdk8.jar", "jline", "3.27.1", "jdk8")]
    [InlineData("hive-exec-2.3.9-core.jar", "hive-exec", "2.3.9", "core")]
    [InlineData("custom.jar", "custom", "", "")]
    public void A_file_name_is_taken_apart(string file, string artifact, string version, string classifier) =>
        Assert.Equal(new JarName(file, artifact, version, classifier), JarName.Parse(file));
}
