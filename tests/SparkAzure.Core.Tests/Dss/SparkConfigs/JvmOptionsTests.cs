using SparkAzure.Core.Dss.SparkConfigs;


namespace SparkAzure.Core.Tests.Dss.SparkConfigs;

public sealed class JvmOptionsTests
{
    private const string Flag = "-Dorg.wildfly.openssl.path=/dev/null";

    [Theory]
    [InlineData(null, Flag)]
    [InlineData("  ", Flag)]
    [InlineData("-Xss4m -Da=b", "-Xss4m -Da=b " + Flag)]
    [InlineData("-Xss4m  " + Flag + "  -Da=b", "-Xss4m  " + Flag + "  -Da=b")]
    [InlineData("-Dorg.wildfly.openssl.path=/usr/lib64 -Da=b", Flag + " -Da=b")]
    [InlineData("-Dx=\"a b\" \"-Dorg.wildfly.openssl.path=/usr/lib 64\" -Da=b", "-Dx=\"a b\" " + Flag + " -Da=b")]
    [InlineData("\"" + Flag + "\"", "\"" + Flag + "\"")]
    [InlineData("-Dorg.wildfly.openssl.path.other=1", "-Dorg.wildfly.openssl.path.other=1 " + Flag)]
    // Of two the last one counts for the JVM.
    [InlineData(Flag + " -Dorg.wildfly.openssl.path=/usr", Flag + " " + Flag)]
    public void Options_are_extended_and_keep_their_place(string? before, string after)
    {
        Assert.Equal(after, JvmOptions.Extend(before, Flag));
        Assert.Equal(after, JvmOptions.Extend(after, Flag));
    }
}
