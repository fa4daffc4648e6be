using System.Globalization;
using System.Text;

namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>The users and groups that an image knows by name: its /etc/passwd and /etc/group.</summary>
internal sealed class Accounts
{
    private readonly Dictionary<string, (int Id, int Group)> _users = new(StringComparer.Ordinal) { ["root"] = (0, 0) };
    private readonly Dictionary<string, int> _groups = new(StringComparer.Ordinal) { ["root"] = 0 };

    /// <summary>Reads them.</summary>
    /// <exception cref="SparkAzureException">ImageContentCorrupt, and what the registry refuses.</exception>
    public static async Task<Accounts> ReadAsync(ImageFileSystem files, CancellationToken cancellationToken)
    {
        var accounts = new Accounts();
        foreach (var fields in await FieldsAsync(files, "etc/passwd", cancellationToken).ConfigureAwait(false))
        {
            if (fields is [var name, _, var user, var group, ..] && Number(user) is { } userId && Number(group) is { } groupId)
            {
                accounts._users.TryAdd(name, (userId, groupId));
            }
        }

        foreach (var fields in await FieldsAsync(files, "etc/group", cancellationToken).ConfigureAwait(false))
        {
            if (fields is [var name, _, var group, ..] && Number(group) is { } groupId)
            {
                accounts._groups.TryAdd(name, groupId);
            }
        }

        return accounts;
    }

    /// <summary>The number of a user by name or number; null when nobody knows the name.</summary>
    public int? User(string text) => Number(text) ?? (_users.TryGetValue(text, out var user) ? user.Id : null);

    /// <summary>The number of a group by name or number; null when nobody knows the name.</summary>
    public int? Group(string text) => Number(text) ?? (_groups.TryGetValue(text, out var group) ? group : null);

    /// <summary>The primary group of a user; 0, as Docker takes it, for a number that has no account.</summary>
    public int GroupOf(int user) => _users.Values.Where(u => u.Id == user).Select(u => u.Group).FirstOrDefault();

    /// <summary>As whom commands run after <c>USER text</c>; null when nobody knows the name.</summary>
    public (int User, int Group)? Of(string? text)
    {
        var parts = (text ?? "").Split(':');
        if (parts[0].Length == 0)
        {
            return (0, 0);
        }

        return User(parts[0]) is { } user && (parts.Length == 1 ? GroupOf(user) : Group(parts[1])) is { } group ? (user, group) : null;
    }

    private static async Task<IEnumerable<string[]>> FieldsAsync(ImageFileSystem files, string path, CancellationToken cancellationToken)
    {
        if (files.Find(path) is not { IsFile: true } file)
        {
            return [];
        }

        var content = await files.ReadAsync([file], cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(content[file.Path]).Split('\n').Select(line => line.Split(':'));
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
