namespace SparkAzure.Core.Aks;

/// <summary>What kubelogin needs to sign in, by how it does.</summary>
/// <param name="Mode">How.</param>
/// <param name="Keeps">What Azure hands out and this way needs, too.</param>
internal sealed record KubeloginRow(AksLoginMode Mode, IReadOnlyList<string> Keeps);

/// <summary>
/// The arguments of kubelogin, as "kubelogin convert-kubeconfig" makes them of those that Azure hands out for a
/// code.
/// </summary>
internal static class KubeloginArguments
{
    private const string Server = "--server-id";
    private const string Client = "--client-id";
    private const string Tenant = "--tenant-id";
    private const string Cloud = "--environment";

    /// <summary>
    /// What stays of Azure's: kubelogin 0.2, pkg/internal/converter/convert.go. The client that stands there is the code's
    /// own application, so no other way has it.
    /// </summary>
    public static readonly IReadOnlyList<KubeloginRow> Rows =
    [
        new(AksLoginMode.DeviceCode, [Cloud, Server, Client, Tenant]),
        new(AksLoginMode.AzureCli, [Server]),
        new(AksLoginMode.Msi, [Server]),
        new(AksLoginMode.Spn, [Cloud, Server, Tenant]),
        new(AksLoginMode.WorkloadIdentity, [Server]),
    ];

    /// <summary>The arguments for a way to sign in.</summary>
    /// <param name="mode">How.</param>
    /// <param name="given">What Azure handed out.</param>
    /// <param name="clientId">The client id of the caller; null for none.</param>
    public static IReadOnlyList<string> For(AksLoginMode mode, IReadOnlyList<string> given, string? clientId)
    {
        if (mode == AksLoginMode.DeviceCode && clientId is null)
        {
            return given;
        }

        var wanted = new List<string> { "get-token", "--login", mode.ToString().ToLowerInvariant() };
        foreach (var option in Rows.First(r => r.Mode == mode).Keeps)
        {
            if (option != Client && After(given, option) is { } value)
            {
                wanted.AddRange([option, value]);
            }
        }

        if (clientId is not null)
        {
            wanted.AddRange([Client, clientId]);
        }

        return wanted;
    }

    // Either "--option value" or "--option=value".
    private static string? After(IReadOnlyList<string> arguments, string option)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == option && i + 1 < arguments.Count)
            {
                return arguments[i + 1];
            }

            if (arguments[i].StartsWith(option + "=", StringComparison.Ordinal))
            {
                return arguments[i][(option.Length + 1)..];
            }
        }

        return null;
    }
}
