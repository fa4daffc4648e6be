using SparkAzure.Core.Oci.Files;


namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// The commands that install: what they would bring is looked for in the image, in its package database first, then as
/// a file.
/// </summary>
internal static class PackageCommands
{
    /// <summary>A package manager.</summary>
    /// <param name="Installs">Its subcommands that install.</param>
    /// <param name="Harmless">
    /// Its subcommands that bring no package, and those that only make packages newer: the base image's are as new as
    /// it is.
    /// </param>
    /// <param name="Valued">Its options that take the next word.</param>
    private sealed record Manager(string[] Installs, string[] Harmless, string[] Valued);

    // Source: apt(8), apt-get(8), apk's "apk --help", dnf(8).
    private static readonly Dictionary<string, Manager> Managers = new(StringComparer.Ordinal)
    {
        ["apt"] = new(["install"], ["update", "upgrade", "full-upgrade", "dist-upgrade", "clean", "autoclean", "autoremove"], ["-t", "--target-release", "-o", "-c"]),
        ["apt-get"] = new(["install"], ["update", "upgrade", "dist-upgrade", "clean", "autoclean", "autoremove"], ["-t", "--target-release", "-o", "-c"]),
        ["apk"] = new(["add"], ["update", "upgrade", "cache"], ["-t", "--virtual", "-X", "--repository", "-p", "--root"]),
        ["yum"] = new(["install"], ["update", "upgrade", "clean", "makecache"], []),
        ["dnf"] = new(["install"], ["update", "upgrade", "clean", "makecache"], []),
        ["microdnf"] = new(["install"], ["update", "upgrade", "clean", "makecache"], []),
    };

    private static readonly string[] PythonLibraries = ["usr/local/lib", "usr/lib", "usr/lib64"];
    private static readonly string[] SitePackages = ["site-packages", "dist-packages"];

    // What comes from a file or another index, or goes elsewhere.
    private static readonly string[] UnknownPipOptions =
        ["-r", "--requirement", "-c", "--constraint", "-e", "--target", "-t", "-i", "--index-url"];

    public static bool IsManager(string name) => Managers.ContainsKey(name);

    /// <summary>What a package manager would do.</summary>
    public static RunFinding Manage(RunContext context, string name, string[] arguments)
    {
        var manager = Managers[name];
        var words = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (manager.Valued.Contains(arguments[i]))
            {
                i++;
            }
            else if (!arguments[i].StartsWith('-'))
            {
                words.Add(arguments[i]);
            }
        }

        if (words.Count == 0 || manager.Harmless.Contains(words[0]))
        {
            return RunFinding.NotNeeded("it brings no package");
        }

        if (manager.Installs.Contains(words[0]))
        {
            return Installed(context, [.. words.Skip(1)]);
        }

        return RunFinding.Unknown($"what '{name} {words[0]}' does is not known here");
    }

    /// <summary>What pip would do.</summary>
    public static RunFinding Pip(RunContext context, string[] arguments)
    {
        if (arguments is not ["install", ..])
        {
            return RunFinding.Unknown("of pip only 'install' is known here");
        }

        var names = arguments.Skip(1).Where(a => !a.StartsWith('-')).ToList();
        if (arguments.Any(UnknownPipOptions.Contains) || names.Exists(n => n.AsSpan().ContainsAny('/', ':')))
        {
            return RunFinding.Unknown("which packages it installs is not known before it runs");
        }

        var found = names.Select(n => (Name: n, Version: PythonPackage(context.Files, n))).ToList();
        var missing = found.Where(f => f.Version is null).Select(f => f.Name).ToList();
        if (missing.Count > 0)
        {
            return RunFinding.Missing($"the image has no Python package {string.Join(", ", missing)}");
        }

        return RunFinding.Proven(
            "the image has " + string.Join(", ", found.Select(f => $"{f.Name} {f.Version}".TrimEnd())));
    }

    /// <summary>What <c>python -m …</c> would do.</summary>
    public static RunFinding Python(RunContext context, string name, string[] arguments) => arguments switch
    {
        ["-m", "pip", .. var rest] => Pip(context, rest),
        ["-m", "ensurepip", ..] => EnsurePip(context.Files, name),
        _ => RunFinding.Unknown("what it does is not known before it runs"),
    };

    private static RunFinding EnsurePip(ImageFileSystem files, string python)
    {
        if (PackageFiles.FindProgram(files, python) is null)
        {
            return RunFinding.Missing($"the image has no program {python}");
        }

        if (PythonPackage(files, "pip") is { } version)
        {
            return RunFinding.Proven($"the image has pip {version}".TrimEnd());
        }

        return RunFinding.Missing("the image has no Python package pip");
    }

    /// <summary>What adding a user or group would do.</summary>
    public static RunFinding AddAccount(RunContext context, string name, string[] arguments)
    {
        var account = arguments.LastOrDefault(a => !a.StartsWith('-')) ?? "";
        var isUser = name.StartsWith("user", StringComparison.Ordinal) || name == "adduser";
        var number = isUser ? context.Accounts.User(account) : context.Accounts.Group(account);
        var what = isUser ? "user" : "group";
        if (number is null)
        {
            return RunFinding.Missing($"the image knows no {what} '{account}'");
        }

        return RunFinding.Proven($"the image knows the {what} {account}, number {number}");
    }

    private static RunFinding Installed(RunContext context, List<string> packages)
    {
        var proofs = new List<string>();
        var missing = new List<string>();
        var unknown = new List<string>();
        foreach (var package in packages)
        {
            // name=version, name:architecture, name/release, name>version
            var name = package.Split('=', ':', '/', '<', '>', '~')[0];
            var version = context.Packages.VersionOf(name);
            if (version is not null && WrongVersion(package, name, version) is { } wrong)
            {
                missing.Add(wrong);
            }
            else if (version is not null)
            {
                proofs.Add($"{name} {version}".TrimEnd());
            }
            else if (PackageFiles.Find(context.Files, name) is var (path, isKnown) && path is not null)
            {
                proofs.Add(path);
            }
            else if (context.Packages.Database is not null || (isKnown && !context.Packages.HasRpm))
            {
                missing.Add(name);
            }
            else
            {
                unknown.Add(name);
            }
        }

        if (missing.Count > 0)
        {
            return RunFinding.Missing($"the image has no {string.Join(", ", missing)}");
        }

        if (unknown.Count > 0)
        {
            return RunFinding.Unknown(
                $"whether the image has {string.Join(", ", unknown)} cannot be told: "
                + $"{(context.Packages.HasRpm ? "RPM's database is not read here" : "it has no package database")}");
        }

        return RunFinding.Proven($"the image has {string.Join(", ", proofs)}");
    }

    private static string? WrongVersion(string package, string name, string version)
    {
        var wanted = package[name.Length..] is ['=', .. var text] ? text : null;
        if (wanted is null
            || version.Length == 0
            || wanted == version
            || (wanted.EndsWith('*') && version.StartsWith(wanted[..^1], StringComparison.Ordinal)))
        {
            return null;
        }

        return $"{name} {wanted} (it has {version})";
    }

    // What pip leaves beside a package: NAME-VERSION.dist-info, or .egg-info (packaging.python.org, "Recording
    // installed projects").
    private static string? PythonPackage(ImageFileSystem files, string requirement)
    {
        var name = Normalized(requirement.Split('=', '<', '>', '~', '!', '[', ';')[0]);
        foreach (var folder in PythonFolders(files))
        {
            foreach (var child in files.Children(folder))
            {
                var isMarked = child.Name.EndsWith(".dist-info", StringComparison.Ordinal)
                    || child.Name.EndsWith(".egg-info", StringComparison.Ordinal);
                var stem = isMarked ? child.Name[..child.Name.LastIndexOf('.')] : child.Name;
                var parts = stem.Split('-');
                if (Normalized(parts[0]) == name && (isMarked || child.IsFolder))
                {
                    if (parts.Length > 1)
                    {
                        return parts[1];
                    }

                    return "";
                }
            }
        }

        return null;
    }

    // .../python3.11/site-packages, Debian's .../python3/dist-packages.
    private static IEnumerable<string> PythonFolders(ImageFileSystem files) =>
        from lib in PythonLibraries
        from python in files
            .Children(lib)
            .Where(c => c.IsFolder && c.Name.StartsWith("python", StringComparison.Ordinal))
        from site in SitePackages
        select $"{python.Path}/{site}";

    private static string Normalized(string name) => name.Trim().Replace('_', '-').Replace('.', '-').ToLowerInvariant();
}
