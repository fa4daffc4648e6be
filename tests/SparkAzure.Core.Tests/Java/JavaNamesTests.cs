using SparkAzure.Core.Java;


namespace SparkAzure.Core.Tests.Java;

/// <summary>Descriptors in words; those of a damaged class too.</summary>
public sealed class JavaNamesTests
{
    [Theory]
    [InlineData("()V", "void a.B.m()")]
    [InlineData("([[ZLjava/util/List;[Lc/D;J)[B", "byte[] a.B.m(boolean[][], java.util.List, c.D[], long)")]
    [InlineData("(;)V", "? a.B.m(?)")]
    [InlineData("(Lc/D", "? a.B.m(?)")]
    [InlineData("", "? a.B.m()")]
    public void A_method_reads_as_in_source(string descriptor, string text) =>
        Assert.Equal(text, JavaNames.Method("a.B", "m", descriptor));
}
