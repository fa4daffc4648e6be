namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// Where Hadoop's driver for gen2 sends its requests: to the host of the root, or to the host and port of
/// fs.azure.abfs.endpoint. Source: AzureBlobFileSystemStore.getURIBuilder and AbfsConfiguration of Hadoop 3.2.0 to 3.4.1.
/// </summary>
internal static class LakeAddress
{
    private const string Endpoint = "fs.azure.abfs.endpoint";
    private const string AlwaysTls = "fs.azure.always.use.https";

    /// <summary>The address, without a path.</summary>
    /// <param name="root">The root.</param>
    /// <param name="property">Hadoop's properties by their names.</param>
    /// <returns>Null where the root is none of gen2, or the address none.</returns>
    public static Uri? Of(AdlsUri root, Func<string, string?> property)
    {
        if (root.Generation != 2)
        {
            return null;
        }

        // Without a colon Hadoop does not look at it.
        var given = property(Endpoint)?.Trim();
        var authority = given?.Contains(':', StringComparison.Ordinal) == true ? given : root.Host;
        var isClear = root.Scheme == "abfs" && IsFalse(property(AlwaysTls));
        var scheme = isClear ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        return Uri.TryCreate($"{scheme}://{authority}", UriKind.Absolute, out var address) ? address : null;
    }

    private static bool IsFalse(string? text) => "false".Equals(text?.Trim(), StringComparison.OrdinalIgnoreCase);
}
