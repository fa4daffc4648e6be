using SparkAzure.Core.Text;


namespace SparkAzure.Core.Tests.Text;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("guava", "guava", true)]
    [InlineData("guava", "guavas", false)]
    [InlineData("httpc*", "httpclient", true)]
    [InlineData("httpc*", "httpc", true)]
    [InlineData("httpc*", "commons-httpclient", false)]
    [InlineData("*inject*", "jakarta.inject", true)]
    [InlineData("*inject*", "injection", true)]
    [InlineData("*inject*", "guice", false)]
    [InlineData("*-api", "log4j-1.2-api", true)]
    [InlineData("*-api", "api", false)]
    [InlineData("*", "", true)]
    [InlineData("eclipse-temurin:*-jammy", "eclipse-temurin:17-jammy", true)]
    [InlineData("eclipse-temurin:*-jammy", "eclipse-temurin:-jammy", true)]
    [InlineData("eclipse-temurin:*-jammy", "eclipse-temurin:17-noble", false)]
    [InlineData("spark:*", "apache/spark:3.5.1", false)]
    [InlineData("ab*ba", "aba", false)]
    [InlineData("a*b*c*d", "a-b-b-c-d", true)]
    [InlineData("a*b*c*d", "a-c-b-d", false)]
    [InlineData("a?c", "abc", false)]
    [InlineData("Hadoop-*", "hadoop-aws", false)]
    public void A_star_stands_for_any_text_and_nothing_else_does(string pattern, string name, bool fits) =>
        Assert.Equal(fits, new GlobPattern(pattern).IsMatch(name));
}
