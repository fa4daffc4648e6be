using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Tests.Releases;

public sealed class ReleaseFactTests
{
    [Fact]
    public void Every_fact_says_what_is_true_and_where_that_is_written()
    {
        ReleaseFact[] facts = [.. SparkFacts.All, .. HadoopFacts.All];

        Assert.NotEmpty(facts);
        Assert.All(facts, f => Assert.NotEmpty(f.Fact));
        Assert.All(facts, f => Assert.NotEmpty(f.Source));
        Assert.Equal(facts.Length, facts.Select(f => f.Fact).Distinct().Count());
    }

    [Theory]
    [InlineData("3.1.4", false)]
    [InlineData("3.2.0", true)]
    [InlineData("3.2", true)]
    [InlineData("3.10.1", true)]
    [InlineData("2.10.2", false)]
    public void A_fact_is_true_from_its_release_on(string hadoop, bool hasDriver) =>
        Assert.Equal(hasDriver, HadoopFacts.Abfs.IsTrueOf(ReleaseNumber.Parse(hadoop)));
}
