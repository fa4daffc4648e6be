using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Registry;


namespace SparkAzure.Core.Tests.Oci;

public sealed class ImageNamesTests
{
    [Theory]
    [InlineData("acr.azurecr.io", "acr.azurecr.io", "spark", "https://acr.azurecr.io/")]
    [InlineData("acr.azurecr.io/team/", "acr.azurecr.io", "team/spark", "https://acr.azurecr.io/")]
    [InlineData("127.0.0.1:5000/a/b-c", "127.0.0.1:5000", "a/b-c/spark", "http://127.0.0.1:5000/")]
    [InlineData("localhost", "localhost", "spark", "http://localhost/")]
    [InlineData("[::1]:5000", "[::1]:5000", "spark", "http://[::1]:5000/")]
    [InlineData("10.1.2.3:5000", "10.1.2.3:5000", "spark", "https://10.1.2.3:5000/")]
    [InlineData("docker.io/dataiku", "docker.io", "dataiku/spark", "https://registry-1.docker.io/")]
    public void A_registry_is_reached_by_https_except_on_this_machine(string text, string host, string repository, string endpoint)
    {
        var address = RegistryAddress.Parse(text);
        Assert.Equal((host, repository, new Uri(endpoint)), (address.Host, address.Repository("spark"), address.Endpoint));
    }

    [Theory]
    [InlineData("https://acr.azurecr.io", "scheme")]
    [InlineData("team", "dot or a port")]
    [InlineData("acr.azurecr.io/Team", "'Team'")]
    [InlineData("acr.azurecr.io/a//b", "'a//b'")]
    [InlineData("acr.azurecr.io:port", "'acr.azurecr.io:port'")]
    [InlineData("user:pass@acr.azurecr.io", "dot or a port")]
    public void What_is_no_registry_is_refused_with_the_reason(string text, string reason)
    {
        var refusal = Assert.Throws<SparkAzureException>(() => RegistryAddress.Parse(text));
        Assert.Equal("RegistryAddressInvalid", refusal.Id);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openjdk:8-alpine", "docker.io/library/openjdk:8-alpine", "8-alpine")]
    [InlineData("apache/spark", "docker.io/apache/spark:latest", "latest")]
    [InlineData("localhost/x", "localhost/x:latest", "latest")]
    [InlineData("acr.azurecr.io:443/a/b:v1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "acr.azurecr.io:443/a/b:v1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void A_reference_is_read_by_the_distribution_grammar(string text, string full, string manifest)
    {
        var reference = ImageReference.Parse(text);
        Assert.Equal((full, manifest), (reference.ToString(), reference.Manifest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper/case")]
    [InlineData("a:b:c")]
    [InlineData("a@sha256:short")]
    [InlineData("a:-tag")]
    public void What_is_no_reference_is_refused(string text) =>
        Assert.Equal("ImageReferenceInvalid", Assert.Throws<SparkAzureException>(() => ImageReference.Parse(text)).Id);

    [Theory]
    [InlineData("""realm="https://x/token",service="x",scope="repository:a:pull,push" """, "https://x/token|x|repository:a:pull,push")]
    [InlineData("""service = x , REALM="https://x/\"t\"?a=b", error="invalid_token" """, "https://x/\"t\"?a=b|x|")]
    [InlineData("", "||")]
    public void A_challenge_is_parsed_with_its_quotes_and_commas(string text, string expected)
    {
        var parameters = AuthenticationChallenge.ParseParameters(text);
        Assert.Equal(expected, $"{parameters.GetValueOrDefault("realm")}|{parameters.GetValueOrDefault("service")}|{parameters.GetValueOrDefault("scope")}");
    }
}
