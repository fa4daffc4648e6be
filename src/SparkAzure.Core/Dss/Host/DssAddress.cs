using System.Security;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss.Host;

/// <summary>Which DSS is meant, and the way into it: its files, or its public API.</summary>
public sealed record DssAddress
{
    /// <summary>The data directory, on the DSS host; null for the API.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>
    /// With a data directory: stops a running DSS before its files are edited, and starts it afterwards. Without it,
    /// the files of a running DSS are edited with a warning, because DSS may write its own copy over them.
    /// </summary>
    public bool Restart { get; init; }

    /// <summary>With a data directory: how long to wait while another process changes its settings.</summary>
    public TimeSpan Patience { get; init; } = Turn.UsualPatience;

    /// <summary>
    /// With an address: whether what is changed is kept in this account's state folder where nobody names a file for it. What
    /// a data directory has is always kept there.
    /// </summary>
    public bool KeepsState { get; init; }

    /// <summary>Where something is kept before it changes or goes; null where it is not.</summary>
    /// <param name="sort">What it is one of: <c>connections</c>.</param>
    /// <param name="name">Its name in DSS.</param>
    internal string? RestorePointFor(string sort, string name)
    {
        var now = DateTimeOffset.UtcNow;
        if (DataDirectory is { } folder)
        {
            return DssDataDirectory.Open(folder).RestorePointFor(sort, name, now);
        }

        if (KeepsState && Uri is not null && UserState.Folder("dss", Environment.GetEnvironmentVariable) is { } state)
        {
            var host = Uri.EscapeDataString($"{Uri.Host}_{Uri.Port}");
            return Path.Combine(state, host, sort, DssDataDirectory.RestorePointName(name, now));
        }

        return null;
    }

    // What a change is announced as: whoever is asked must hear of the restart too.
    internal string Announce(string change)
    {
        if (Restart)
        {
            return $"{change}, Restart DSS if it runs";
        }

        return change;
    }

    /// <summary>The address as a browser opens it; null for the files.</summary>
    public Uri? Uri { get; init; }

    /// <summary>The secret of an API key with admin rights.</summary>
    public SecureString? ApiKey { get; init; }

    /// <summary>Accepts any certificate: DSS is often set up with one that it signed itself.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>Whether the key may go over plain http to another host.</summary>
    public bool AllowUnencryptedAuthentication { get; init; }

    /// <summary>The API of an endpoint.</summary>
    public static DssAddress Of(DssEndpoint endpoint) => new()
    {
        Uri = endpoint.Uri,
        ApiKey = endpoint.ApiKey,
        SkipCertificateCheck = endpoint.SkipCertificateCheck,
        AllowUnencryptedAuthentication = endpoint.AllowUnencryptedAuthentication,
    };
}
