using System.Security;

namespace SparkAzure;

/// <summary>
/// The way into one DSS over its public API: the address and the key, so that one DSS, or many, can be kept in a
/// variable and piped.
/// </summary>
public sealed record DssEndpoint
{
    /// <summary>The address of DSS, as the browser has it.</summary>
    public required Uri Uri { get; init; }

    /// <summary>An API key of DSS with the right of an administrator.</summary>
    public required SecureString ApiKey { get; init; }

    /// <summary>True to accept any certificate of DSS.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>True to let the key go over plain http to another host.</summary>
    public bool AllowUnencryptedAuthentication { get; init; }

    /// <summary>The address.</summary>
    public override string ToString() => Uri.ToString();
}
