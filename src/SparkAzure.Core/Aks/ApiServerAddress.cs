namespace SparkAzure.Core.Aks;

/// <summary>The address of an API server in the two forms that are wanted of it.</summary>
/// <param name="Uri">The address with its port written out: <c>https://host:443</c>.</param>
internal sealed record ApiServerAddress(Uri Uri)
{
    /// <summary>
    /// The value for <c>spark.master</c>. Spark wants the scheme and the port spelled out
    /// (running-on-kubernetes: "The port must always be specified").
    /// </summary>
    public string SparkMaster => $"k8s://{Uri.OriginalString}";

    /// <summary>Reads a <c>server</c> entry; null when it is no absolute http or https address.</summary>
    public static ApiServerAddress? TryParse(string? server)
    {
        if (!Uri.TryCreate(server, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            return null;
        }

        // Uri leaves a scheme's usual port out of everything but its original text, hence the text made here.
        return new ApiServerAddress(new Uri($"{uri.Scheme}://{uri.Host}:{uri.Port}{uri.AbsolutePath.TrimEnd('/')}"));
    }

    /// <summary>The address of an AKS cluster's API server, which always listens on 443.</summary>
    public static ApiServerAddress OfHost(string fullyQualifiedName) =>
        new(new Uri($"https://{fullyQualifiedName}:443"));
}
