using System.Globalization;
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

    // The options that take the next word. Source of these and of the rest: apt(8), apt-get(8), apk's "apk --help",
    // dnf(8), yum(8), microdnf(8).
    private static readonly string[] AptValued =
        ["-t", "--target-release", "--default-release", "-o", "--option", "-c", "--config-file", "-a", "--host-architecture", "-P", "--build-profiles"];

    private static readonly string[] ApkValued =
        ["-t", "--virtual", "-X", "--repository", "-p", "--root", "--arch", "--cache-dir", "--cache-max-age", "--keys-dir", "--progress-fd", "--repositories-file", "--timeout", "--wait"];

    private static readonly string[] DnfValued =
    [
        "-c", "--config", "--disablerepo", "--enablerepo", "--repo", "--repoid", "--repofrompath", "--installroot", "-x", "--exclude", "--excludepkgs", "--releasever", "--setopt", "--disableplugin", "--enableplugin",
        "-d", "--debuglevel", "-e", "--errorlevel", "--rpmverbosity", "-R", "--randomwait", "--forcearch", "--advisory", "--comment",
    ];

    private static readonly Dictionary<string, Manager> Managers = new(StringComparer.Ordinal)
    {
        ["apt"] = new(["install"], ["update", "upgrade", "full-upgrade", "dist-upgrade", "clean", "autoclean", "autoremove"], AptValued),
        ["apt-get"] = new(["install"], ["update", "upgrade", "dist-upgrade", "clean", "autoclean", "autoremove"], AptValued),
        ["apk"] = new(["add"], ["update", "upgrade", "cache"], ApkValued),
        ["yum"] = new(["install"], ["update", "upgrade", "clean", "makecache"], DnfValued),
        ["dnf"] = new(["install"], ["update", "upgrade", "clean", "makecache"], DnfValued),
        ["microdnf"] = new(["install"], ["update", "upgrade", "clean", "makecache"], DnfValued),
    };

    // useradd(8); the others are those of Debian's adduser(8) and addgroup(8), of groupadd(8) and of busybox.
    private static readonly string[] UserAddValued =
    [
        "-b", "--base-dir", "-c", "--comment", "-d", "--home-dir", "--home", "-e", "--expiredate", "-f", "--inactive", "-g", "--gid", "-G", "--groups", "-k", "--skel", "-K", "--key", "-p", "--password",
        "-P", "--prefix", "-R", "--root", "-s", "--shell", "-u", "--uid", "-Z", "--selinux-user",
    ];

    private static readonly string[] AccountValued =
    [
        "-h", "--home", "-s", "--shell", "-u", "--uid", "-g", "--gid", "-G", "--ingroup", "-k", "-K", "--key", "-p", "--password", "-P", "--prefix", "-R", "--root", "--gecos", "--comment", "--conf",
        "--firstuid", "--lastuid", "--firstgid", "--lastgid", "--add_extra_groups",
    ];

    public static bool IsManager(string name) => Managers.ContainsKey(name);

    /// <summary>What a package manager would do.</summary>
    public static RunFinding Manage(RunContext context, string name, string[] arguments)
    {
        var manager = Managers[name];
        var words = OptionWords.Of(arguments, manager.Valued).Operands;
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

    /// <summary>What <c>python -m …</c> would do.</summary>
    public static RunFinding Python(RunContext context, string name, string[] arguments) => arguments switch
    {
        ["-m", "pip", .. var rest] => PipInstall.Find(context, rest),
        ["-m", "ensurepip", ..] => EnsurePip(context.Files, name),
        _ => RunFinding.Unknown("what it does is not known before it runs"),
    };

    private static RunFinding EnsurePip(ImageFileSystem files, string python)
    {
        if (PackageFiles.FindProgram(files, python) is null)
        {
            return RunFinding.Missing($"the image has no program {python}");
        }

        if (PipInstall.VersionOf(files, "pip") is { } version)
        {
            return RunFinding.Proven($"the image has pip {version}".TrimEnd());
        }

        return RunFinding.Missing("the image has no Python package pip");
    }

    /// <summary>What adding a user or group would do.</summary>
    public static RunFinding AddAccount(RunContext context, string name, string[] arguments)
    {
        var valued = name == "useradd" ? UserAddValued : AccountValued;
        var words = OptionWords.Of(arguments, valued);
        if (words.Operands is not [var account])
        {
            return RunFinding.Unknown("which account it adds is not known here");
        }

        var isUser = name is "useradd" or "adduser";
        var number = isUser ? context.Accounts.User(account) : context.Accounts.Group(account);
        var what = isUser ? "user" : "group";
        if (number is null)
        {
            return RunFinding.Missing($"the image knows no {what} '{account}'");
        }

        var wanted = isUser ? words.Value("-u", "--uid") : words.Value("-g", "--gid");
        if (int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked != number)
        {
            return RunFinding.Missing($"the image's {what} {account} has the number {number}, not {asked}");
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
            // name=version, name:architecture=version, name/release, name>version, name@repository
            var name = package.Split('=', ':', '/', '<', '>', '~', '@')[0];
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
        // apk has name~version for all that begin so.
        var wanted = package.Split('=', 2).ElementAtOrDefault(1);
        if (wanted is null && package.Split('~', 2) is [_, var start])
        {
            wanted = start + "*";
        }

        if (wanted is null
            || version.Length == 0
            || wanted == version
            || (wanted.EndsWith('*') && version.StartsWith(wanted[..^1], StringComparison.Ordinal)))
        {
            return null;
        }

        return $"{name} {wanted} (it has {version})";
    }
}
