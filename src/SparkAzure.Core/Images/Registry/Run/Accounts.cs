using System.Globalization;
using System.Text;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Files;

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
        var users = PasswdFile.Accounts(await LinesAsync(files, "etc/passwd", cancellationToken).ConfigureAwait(false));
        foreach (var user in users.Where(u => u is { UserId: <= int.MaxValue, GroupId: <= int.MaxValue }))
        {
            accounts._users.TryAdd(user.Name, ((int)user.UserId, (int)user.GroupId));
        }

        var groups = PasswdFile.Groups(await LinesAsync(files, "etc/group", cancellationToken).ConfigureAwait(false));
        foreach (var group in groups.Where(g => g.GroupId <= int.MaxValue))
        {
            accounts._groups.TryAdd(group.Name, (int)group.GroupId);
        }

        return accounts;
    }

    /// <summary>The number of a user by name or number; null when nobody knows the name.</summary>
    public int? User(string text)
    {
        if (Number(text) is { } number)
        {
            return number;
        }

        if (_users.TryGetValue(text, out var user))
        {
            return user.Id;
        }

        return null;
    }

    /// <summary>The number of a group by name or number; null when nobody knows the name.</summary>
    public int? Group(string text)
    {
        if (Number(text) is { } number)
        {
            return number;
        }

        if (_groups.TryGetValue(text, out var group))
        {
            return group;
        }

        return null;
    }

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

        if (User(parts[0]) is not { } user)
        {
            return null;
        }

        if (parts.Length == 1)
        {
            return (user, GroupOf(user));
        }

        if (Group(parts[1]) is { } group)
        {
            return (user, group);
        }

        return null;
    }

    private static async Task<IEnumerable<string>> LinesAsync(
        ImageFileSystem files, string path, CancellationToken cancellationToken)
    {
        if (files.Find(path) is not { IsFile: true } file)
        {
            return [];
        }

        var content = await files.ReadAsync([file], cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(content[file.Path]).Split('\n');
    }

    private static int? Number(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return null;
    }
}
