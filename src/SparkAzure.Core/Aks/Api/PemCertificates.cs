using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SparkAzure.Core.Aks.Api;

/// <summary>Certificates in PEM.</summary>
internal static class PemCertificates
{
    /// <summary>
    /// Those that a server may be trusted for, as Go takes them (CertPool.AppendCertsFromPEM): what cannot be read
    /// among them is passed over.
    /// </summary>
    public static X509Certificate2Collection Readable(string? pem)
    {
        var found = new X509Certificate2Collection();
        var rest = (pem ?? "").AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            try
            {
                found.ImportFromPem(rest[fields.Location]);
            }
            catch (CryptographicException)
            {
                // One that .NET cannot read vouches for nobody; others may.
            }

            rest = rest[fields.Location.End..];
        }

        return found;
    }
}
