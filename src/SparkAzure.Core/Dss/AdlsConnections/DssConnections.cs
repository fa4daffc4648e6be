using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Text;


namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>The connections of one DSS, as far as they lead to ADLS, and how users see them.</summary>
internal sealed class DssConnections(DssAddress dss, IDssSettings settings)
{
    /// <summary>What a change of a connection is announced on.</summary>
    public string TargetOf(string name) => $"Connection '{name}' of DSS at {settings.Source}";

    /// <summary>The file that a connection is kept in before it is changed; null where it is not kept.</summary>
    public string? RestorePointFor(string name) => dss.RestorePointFor("connections", name);

    /// <summary>Finds a connection that must be there and lead to ADLS.</summary>
    /// <exception cref="SparkAzureException">ConnectionNotFound, ConnectionNotAdls, what reading throws.</exception>
    public async Task<StoredAdlsConnection> RequireAsync(string name, CancellationToken cancellationToken)
    {
        var there = await settings.FindConnectionAsync(name, cancellationToken).ConfigureAwait(false);
        if (there is null)
        {
            var names = await NamesAsync(cancellationToken).ConfigureAwait(false);
            throw AdlsErrors.ConnectionNotFound(name, settings.Source, names);
        }

        return StoredAdlsConnection.Of(there)
            ?? throw AdlsErrors.ConnectionNotAdls(name, ConnectionEdit.TypeOf(there));
    }

    /// <summary>A connection as users see it.</summary>
    public DssConnection Describe(string name, JsonText connection) =>
        StoredAdlsConnection.Of(connection)?.Describe(None(name)) ?? None(name);

    /// <summary>
    /// A connection as users would see it once it is saved: over its API DSS encrypts a secret that it is given. One that
    /// stood in clear before is none in DSS's eyes.
    /// </summary>
    public DssConnection DescribePlanned(string name, JsonText? before, JsonText after)
    {
        var former = before is null ? null : StoredAdlsConnection.Of(before);
        var wasClear = former?.Secrets.Any(s => s.State == StoredSecret.Plain) == true;
        var isEncrypted = dss.DataDirectory is null && !wasClear;
        return StoredAdlsConnection.Of(after)?.Describe(None(name), isEncrypted) ?? None(name);
    }

    /// <summary>What stands for a connection that is not there.</summary>
    public DssConnection None(string name) => new()
    {
        DataDirectory = dss.DataDirectory is null ? null : settings.Source,
        Uri = dss.Uri,
        Name = name,
        Type = null,
        Generation = 0,
        Account = "",
        Root = "",
        Authentication = "",
    };

    private async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken)
    {
        var all = await settings.ReadConnectionsAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. all.Where(c => StoredAdlsConnection.Of(c.Value) is not null)
                .Select(c => c.Key)
                .Order(StringComparer.Ordinal),
        ];
    }
}
