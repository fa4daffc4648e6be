using System.Globalization;

namespace SparkAzure.Core.Hosting;

/// <summary>A line of a passwd file (passwd(5)).</summary>
/// <param name="Name">The account's name.</param>
/// <param name="UserId">The user id.</param>
/// <param name="GroupId">The id of the first group.</param>
/// <param name="Home">The home folder; null where the line is too short for one.</param>
internal sealed record PasswdEntry(string Name, uint UserId, uint GroupId, string? Home);

/// <summary>A line of a group file (group(5)).</summary>
/// <param name="Name">The group's name.</param>
/// <param name="GroupId">Its id.</param>
internal sealed record GroupEntry(string Name, uint GroupId);

/// <summary>
/// Reads the /etc/passwd and /etc/group of an image; those of this host, and the directory services behind them, are the
/// C library's to read (<see cref="UnixAccount"/>). A line that is none is passed over, as the C library does.
/// </summary>
internal static class PasswdFile
{
    /// <summary>The accounts, in the order of the lines.</summary>
    public static IEnumerable<PasswdEntry> Accounts(IEnumerable<string> lines)
    {
        foreach (var fields in lines.Select(l => l.Split(':')))
        {
            if (fields is [var name, _, var user, var group, ..]
                && Number(user) is { } userId
                && Number(group) is { } groupId)
            {
                yield return new PasswdEntry(name, userId, groupId, fields.ElementAtOrDefault(5));
            }
        }
    }

    /// <summary>The groups, in the order of the lines.</summary>
    public static IEnumerable<GroupEntry> Groups(IEnumerable<string> lines)
    {
        foreach (var fields in lines.Select(l => l.Split(':')))
        {
            if (fields is [var name, _, var group, ..] && Number(group) is { } groupId)
            {
                yield return new GroupEntry(name, groupId);
            }
        }
    }

    private static uint? Number(string text)
    {
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return null;
    }
}
