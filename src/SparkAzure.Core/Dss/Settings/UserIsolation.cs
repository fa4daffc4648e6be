using System.Text.Json;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.Settings;

/// <summary>DSS's user isolation (impersonation), by its general settings.</summary>
internal static class UserIsolation
{
    /// <summary>True when it is on.</summary>
    public static bool IsOn(JsonText generalSettings) =>
        generalSettings.Root["impersonation"]?["enabled"]?.Kind == JsonValueKind.True;
}
