using System.Text;
using SparkAzure.Core.Oci.Files;

namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// The packages of an image as its own package database lists them: dpkg's (deb-control(5), dpkg(1)), distroless' one
/// file per package, or apk's (wiki.alpinelinux.org, "Apk spec", "installed").
/// </summary>
internal sealed class InstalledPackages
{
    private const string DpkgDatabase = "var/lib/dpkg/status";
    private const string DistrolessFolder = "var/lib/dpkg/status.d";

    private static readonly string[] ApkDatabases = ["lib/apk/db/installed", "usr/lib/apk/db/installed"];

    // A database in SQLite or Berkeley DB.
    private static readonly string[] RpmFolders = ["var/lib/rpm", "usr/lib/sysimage/rpm"];

    private readonly Dictionary<string, string> _versions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _provided = new(StringComparer.Ordinal);

    /// <summary>What the database is called; null when there is none that can be read.</summary>
    public string? Database { get; private set; }

    /// <summary>Whether the image has a database that is not read here.</summary>
    public bool HasRpm { get; private init; }

    /// <summary>Reads the database.</summary>
    /// <exception cref="SparkAzureException">ImageContentCorrupt, and what the registry refuses.</exception>
    public static async Task<InstalledPackages> ReadAsync(ImageFileSystem files, CancellationToken cancellationToken)
    {
        var packages = new InstalledPackages { HasRpm = RpmFolders.Any(f => files.Children(f).Any()) };
        var distroless = files
            .Children(DistrolessFolder)
            .Where(f => !f.Name.EndsWith(".md5sums", StringComparison.Ordinal));
        var dpkg = Filled(distroless.Prepend(files.Find(DpkgDatabase)));
        var apk = Filled(ApkDatabases.Select(p => files.Find(p)));
        var contents = await files.ReadAsync([.. dpkg, .. apk], cancellationToken).ConfigureAwait(false);
        foreach (var file in dpkg)
        {
            packages.AddDpkg(Encoding.UTF8.GetString(contents[file.Path]));
            packages.Database = "dpkg's database";
        }

        foreach (var file in apk)
        {
            packages.AddApk(Encoding.UTF8.GetString(contents[file.Path]));
            packages.Database = "apk's database";
        }

        return packages;
    }

    /// <summary>
    /// The version of a package; empty when another package provides it, null when it is not installed.
    /// </summary>
    public string? VersionOf(string name)
    {
        if (_versions.TryGetValue(name, out var version))
        {
            return version;
        }

        if (_provided.Contains(name))
        {
            return "";
        }

        return null;
    }

    // Each once: one folder may be a link to another.
    private static List<ImageFile> Filled(IEnumerable<ImageFile?> files) =>
        [.. files.OfType<ImageFile>().Where(f => f is { IsFile: true, Size: > 0 }).DistinctBy(f => f.Path)];

    // Hundreds of stanzas, of which four lines are wanted.
    private void AddDpkg(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest.IndexOf("\n\n", StringComparison.Ordinal);
            var stanza = rest;
            rest = [];
            if (end >= 0)
            {
                rest = stanza[(end + 2)..];
                stanza = stanza[..end];
            }

            if (Field(stanza, "Package") is not { } name
                || (Field(stanza, "Status") is { } status && !status.EndsWith(" installed", StringComparison.Ordinal)))
            {
                continue;
            }

            _versions.TryAdd(name, Field(stanza, "Version") ?? "");
            var provides = Field(stanza, "Provides") ?? "";
            foreach (var provided in provides.Split(
                ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                _provided.Add(provided.Split(' ')[0]);
            }
        }
    }

    private static string? Field(ReadOnlySpan<char> stanza, string name)
    {
        for (var start = 0; ;)
        {
            var found = stanza[start..].IndexOf(name, StringComparison.Ordinal);
            if (found < 0)
            {
                return null;
            }

            var at = start + found;
            var value = stanza[(at + name.Length)..];
            if ((at == 0 || stanza[at - 1] == '\n') && value.StartsWith(": ", StringComparison.Ordinal))
            {
                var end = value.IndexOf('\n');
                return (end < 0 ? value : value[..end])[2..].Trim().ToString();
            }

            start = at + name.Length;
        }
    }

    private void AddApk(string text)
    {
        foreach (var stanza in text.Split("\n\n"))
        {
            string? Field(char letter) =>
                stanza.Split('\n').FirstOrDefault(l => l.Length > 2 && l[0] == letter && l[1] == ':')?[2..].Trim();

            if (Field('P') is { } name)
            {
                _versions.TryAdd(name, Field('V') ?? "");
                foreach (var provided in (Field('p') ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    _provided.Add(provided.Split('=')[0]);
                }
            }
        }
    }
}
