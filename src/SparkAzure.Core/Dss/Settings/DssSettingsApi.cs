using System.Security;
using System.Text.Json;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.Settings;

/// <summary>
/// The settings over DSS's public API. The API has no lock, no version check and no partial change, so this reads again
/// just before it saves, and afterwards looks whether DSS kept everything: it drops what it does not know and still
/// answers 200.
/// </summary>
internal sealed class DssSettingsApi : IDssSettings
{
    private const string GeneralSettings = "/admin/general-settings";
    private const string Connections = "/admin/connections/";

    // What DSS takes when a connection is made; the rest must be saved afterwards (its own automation does it so).
    private static readonly string[] FieldsOfCreation = ["name", "type", "description", "params", "usableBy", "allowedGroups"];

    // The password fields of its own pages (connection-azure.html of the kit, and the common ones).
    private static readonly string[] SecretFields = ["accessKey", "appSecret", "sasToken", "password"];

    private readonly DssApiClient _client;
    private string? _version;

    public DssSettingsApi(
        Uri uri, SecureString key, bool skipCertificateCheck, ICaller caller, bool allowUnencrypted = false)
        : this(uri, key, skipCertificateCheck, caller, DssApiClient.Usual, allowUnencrypted)
    {
    }

    internal DssSettingsApi(
        Uri uri,
        SecureString key,
        bool skipCertificateCheck,
        ICaller caller,
        Func<TimeSpan, CancellationToken, Task> pause)
        : this(uri, key, skipCertificateCheck, caller, DssApiClient.Usual with { Pause = pause })
    {
    }

    internal DssSettingsApi(
        Uri uri,
        SecureString key,
        bool skipCertificateCheck,
        ICaller caller,
        HttpTransportOptions bounds,
        bool allowUnencrypted = false)
    {
        _client = new DssApiClient(uri, key, skipCertificateCheck, caller, bounds);
        CredentialRoute.Require(uri, "The API key", allowUnencrypted);
        Source = uri.AbsoluteUri;
    }

    public string Source { get; }

    public bool NeedsRestart => false;

    // DSS itself writes what it is told through its API.
    public Task<bool> CatchUpAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    public async Task<DssRelease> ReadReleaseAsync(CancellationToken cancellationToken)
    {
        // Every answer names the version, so a request of its own is needed only when nothing has been read yet.
        _version ??= (await _client.GetAsync("/auth/info", cancellationToken).ConfigureAwait(false)).DssVersion;
        return new DssRelease(_version, null, null);
    }

    public Task<JsonText> ReadGeneralSettingsAsync(CancellationToken cancellationToken) =>
        ReadAsync(GeneralSettings, cancellationToken);

    // The API has no lock: what others save between reading and saving would be lost, so any change of theirs ends it.
    public async Task<JsonText> ChangeGeneralSettingsAsync(
        JsonText read, Func<JsonText, JsonText> change, CancellationToken cancellationToken) =>
        await SaveAsync(GeneralSettings, read, change(read), cancellationToken).ConfigureAwait(false);

    public async Task<JsonText?> FindConnectionAsync(string name, CancellationToken cancellationToken)
    {
        // A missing connection is not a 404 but an error that only its text tells from others, so the list is asked.
        var list = await ReadAsync(Connections, cancellationToken).ConfigureAwait(false);
        if (list.Root.Kind != JsonValueKind.Object)
        {
            throw DssSettingsErrors.SettingsUnexpected(list.Source, "", "an object");
        }

        if (list.Root[name] is null)
        {
            return null;
        }

        return await ReadAsync(PathOf(name), cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyDictionary<string, JsonText>> ReadConnectionsAsync(CancellationToken cancellationToken)
    {
        var list = await ReadAsync(Connections, cancellationToken).ConfigureAwait(false);
        if (list.Root.Kind != JsonValueKind.Object)
        {
            throw DssSettingsErrors.SettingsUnexpected(list.Source, "", "an object");
        }

        return list.Members(list.Root, name => _client.Address(PathOf(name)));
    }

    public async Task<JsonText> CreateConnectionAsync(
        string name, JsonText connection, CancellationToken cancellationToken)
    {
        await PostAsync(name, connection, cancellationToken).ConfigureAwait(false);
        var made = await ReadAsync(PathOf(name), cancellationToken).ConfigureAwait(false);
        var wanted = Completed(made, connection);
        if (!wanted.SameBytes(made))
        {
            _ = await SaveAsync(PathOf(name), made, wanted, cancellationToken).ConfigureAwait(false);
        }

        return await VerifyAsync(PathOf(name), connection, null, cancellationToken).ConfigureAwait(false);
    }

    public async Task<JsonText> ReplaceConnectionAsync(
        string name, JsonText read, JsonText wanted, CancellationToken cancellationToken) =>
        await SaveAsync(PathOf(name), read, wanted, cancellationToken).ConfigureAwait(false);

    public async Task DeleteConnectionAsync(string name, JsonText read, CancellationToken cancellationToken)
    {
        var now = await FindConnectionAsync(name, cancellationToken).ConfigureAwait(false);
        if (now is null || !JsonAgreement.Same(now.Root, read.Root))
        {
            throw DssSettingsErrors.DssSettingsConflict(_client.Address(PathOf(name)));
        }

        await _client.SendAsync(HttpMethod.Delete, PathOf(name), ReadOnlyMemory<byte>.Empty, [], cancellationToken)
            .ConfigureAwait(false);
        if (await FindConnectionAsync(name, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw DssSettingsErrors.DssSettingNotKept(_client.Address(PathOf(name)), "the removal");
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task PostAsync(string name, JsonText connection, CancellationToken cancellationToken)
    {
        var body = connection;
        while (body.Root.Children.FirstOrDefault(m => !FieldsOfCreation.Contains(m.Name)) is { } later)
        {
            body = body.Remove(later);
        }

        try
        {
            await _client.SendAsync(HttpMethod.Post, Connections, body.Bytes, SecretsIn(body.Root), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (exception.Kind == ErrorKind.OperationFailed)
        {
            // Status and class name of this refusal are those of many others; whether the name is taken now tells.
            if (await FindConnectionAsync(name, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw DssSettingsErrors.DssSettingsConflict(Source);
            }

            throw;
        }
    }

    // What DSS made of the fields of creation stays as it is; the others are put in.
    private static JsonText Completed(JsonText made, JsonText connection)
    {
        foreach (var member in connection.Root.Children.Where(m => m.Counts))
        {
            if (made.Root[member.Name!] is not { } there)
            {
                made = made.Add(made.Root, member.Name!, member);
            }
            else if (!FieldsOfCreation.Contains(member.Name) && !JsonAgreement.Same(there, member))
            {
                made = made.Replace(there, member);
            }
        }

        return made;
    }

    private static string PathOf(string name) => Connections + Uri.EscapeDataString(name);

    private async Task<JsonText> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await _client.GetAsync(path, cancellationToken).ConfigureAwait(false);
        _version ??= answer.DssVersion;
        return SettingsDocument.Parse(answer.Body, _client.Address(path));
    }

    private async Task<JsonText> SaveAsync(
        string path, JsonText read, JsonText wanted, CancellationToken cancellationToken)
    {
        var now = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        if (!now.SameBytes(read) && !JsonAgreement.Same(now.Root, read.Root))
        {
            throw DssSettingsErrors.DssSettingsConflict(_client.Address(path));
        }

        await _client.SendAsync(HttpMethod.Put, path, wanted.Bytes, SecretsIn(wanted.Root), cancellationToken)
            .ConfigureAwait(false);
        return await VerifyAsync(path, wanted, read, cancellationToken).ConfigureAwait(false);
    }

    private async Task<JsonText> VerifyAsync(
        string path, JsonText sent, JsonText? before, CancellationToken cancellationToken)
    {
        var kept = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        if (JsonAgreement.FirstLoss(sent.Root, kept.Root, before?.Root) is { } loss)
        {
            throw DssSettingsErrors.DssSettingNotKept(_client.Address(path), loss);
        }

        return kept;
    }

    // DSS marks an item of its property lists that holds one, and has fields of its own for some; the message of a
    // refusal might repeat it.
    private static IReadOnlyList<string> SecretsIn(JsonPart part)
    {
        var fields = SecretFields.AsEnumerable();
        if (part["secret"]?.Kind == JsonValueKind.True)
        {
            fields = fields.Append("value");
        }

        var own = fields.Select(f => part[f]?.Scalar).OfType<string>();
        return [.. own, .. part.Children.SelectMany(SecretsIn)];
    }
}
