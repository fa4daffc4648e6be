using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Dss.Settings;

/// <summary>Chooses the way into DSS.</summary>
internal static class DssSettings
{
    /// <summary>Opens the settings of a DSS; nothing is read yet.</summary>
    /// <exception cref="SparkAzureException">
    /// DssAddressIncomplete, DssUriInvalid, AuthenticationNotEncrypted, NotADataDirectory.
    /// </exception>
    public static IDssSettings Open(DssAddress address, ICaller caller) => address switch
    {
        { DataDirectory: not null, Uri: not null } =>
            throw DssSettingsErrors.DssAddressIncomplete("both a data directory and an address were given"),
        { DataDirectory: { } folder } =>
            new DssSettingsFiles(DssDataDirectory.Open(folder), address.Restart, address.Patience, caller),
        { Uri: { } uri, ApiKey: { Length: > 0 } key } =>
            new DssSettingsApi(
                uri, key, address.SkipCertificateCheck, caller, address.AllowUnencryptedAuthentication),
        { Uri: not null } => throw DssSettingsErrors.DssAddressIncomplete("the address came without an API key"),
        _ => throw DssSettingsErrors.DssAddressIncomplete("neither a data directory nor an address was given"),
    };
}
