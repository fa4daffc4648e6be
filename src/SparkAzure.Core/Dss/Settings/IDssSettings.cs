using SparkAzure.Core.Text;


namespace SparkAzure.Core.Dss.Settings;

/// <summary>What is known of a DSS beside its settings; null where the way into it does not tell.</summary>
/// <param name="Version">The product version.</param>
/// <param name="SparkVersion">The Spark that DSS is integrated with.</param>
/// <param name="HadoopRelease">The Hadoop of its standalone libraries.</param>
internal sealed record DssRelease(string? Version, string? SparkVersion, string? HadoopRelease)
{
    /// <summary>The home of that Spark.</summary>
    public string? SparkHome { get; init; }
}

/// <summary>
/// The settings of one DSS, whichever way they are reached. A change is made on the text that was read; saving fails
/// with DssSettingsConflict, and writes nothing, when somebody else saved in between, and reads back what it saved.
/// </summary>
internal interface IDssSettings : IDisposable
{
    /// <summary>What the settings are called in messages: a folder or an address.</summary>
    string Source { get; }

    /// <summary>True when DSS sees a change only after a restart.</summary>
    bool NeedsRestart { get; }

    /// <summary>
    /// Asked where there was nothing to write: whether DSS still has to be restarted for what was written before. Restarts
    /// it first where that is wanted.
    /// </summary>
    Task<bool> CatchUpAsync(CancellationToken cancellationToken);

    /// <summary>What DSS this is.</summary>
    Task<DssRelease> ReadReleaseAsync(CancellationToken cancellationToken);

    /// <summary>Reads the general settings.</summary>
    Task<JsonText> ReadGeneralSettingsAsync(CancellationToken cancellationToken);

    /// <summary>Changes the general settings.</summary>
    /// <param name="read">What was read when the change was planned.</param>
    /// <param name="change">
    /// Makes the change in what stands there now; throws DssSettingsConflict where somebody else has changed the same.
    /// </param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>What was read back afterwards.</returns>
    Task<JsonText> ChangeGeneralSettingsAsync(
        JsonText read, Func<JsonText, JsonText> change, CancellationToken cancellationToken);

    /// <summary>Reads a connection; null when there is none of that name.</summary>
    Task<JsonText?> FindConnectionAsync(string name, CancellationToken cancellationToken);

    /// <summary>Reads all connections, by name.</summary>
    Task<IReadOnlyDictionary<string, JsonText>> ReadConnectionsAsync(CancellationToken cancellationToken);

    /// <summary>Creates a connection that was not there.</summary>
    /// <returns>The connection as it was read back: DSS encrypts what it is given, and fills in the rest.</returns>
    Task<JsonText> CreateConnectionAsync(string name, JsonText connection, CancellationToken cancellationToken);

    /// <summary>Replaces a connection.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="read">What was read.</param>
    /// <param name="wanted">What is to stand there.</param>
    /// <param name="cancellationToken">Stops before the saving.</param>
    /// <returns>The connection as it was read back.</returns>
    Task<JsonText> ReplaceConnectionAsync(
        string name, JsonText read, JsonText wanted, CancellationToken cancellationToken);

    /// <summary>Takes a connection out.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="read">What was read.</param>
    /// <param name="cancellationToken">Stops before the removal.</param>
    Task DeleteConnectionAsync(string name, JsonText read, CancellationToken cancellationToken);
}
