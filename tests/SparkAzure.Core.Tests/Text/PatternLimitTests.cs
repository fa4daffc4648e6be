using System.Reflection;
using System.Text.RegularExpressions;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Tests.Text;

/// <summary>The clocks of regular expressions.</summary>
public sealed class PatternLimitTests
{
    // Of 300 publications on a busy host two ended with a timeout on the name of a registry, whose limit was a second.
    [Fact]
    public void None_is_so_short_that_a_busy_host_looks_like_a_hostile_document()
    {
        const BindingFlags OfAnyKind = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var limits = typeof(Rfc1123Name).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(OfAnyKind))
            .Select(m => (Method: m, m.GetCustomAttribute<GeneratedRegexAttribute>()?.MatchTimeoutMilliseconds))
            .Where(m => m.MatchTimeoutMilliseconds is not null)
            .ToList();

        Assert.NotEmpty(limits);
        Assert.Empty(limits
            .Where(m => m.MatchTimeoutMilliseconds is not (Timeout.Infinite or PatternLimit.Milliseconds))
            .Select(m => $"{m.Method.DeclaringType}.{m.Method.Name}"));
    }

    [Fact]
    public void A_host_of_a_megabyte_is_none() =>
        Assert.Equal(
            "RegistryAddressInvalid",
            Assert.Throws<SparkAzureException>(() => RegistryAddress.Parse(new string('a', 1 << 20) + ".io")).Id);
}
