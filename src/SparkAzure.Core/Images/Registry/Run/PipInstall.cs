using System.Text.RegularExpressions;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// What <c>pip install</c> would bring, looked for in the image: each package by its name, and by its version where the
/// command names one.
/// </summary>
internal static partial class PipInstall
{
    // What comes from a file or another index, or goes elsewhere.
    private static readonly string[] Unforeseen =
    [
        "-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-t", "--target", "--prefix", "--root", "-i", "--index-url", "--pypi-url", "--group",
    ];

    // The others of pip's options that take a value. Source: "pip install --help" and "pip --help" of pip 9 to 25.
    private static readonly string[] Valued =
    [
        .. Unforeseen, "--platform", "--python-version", "--implementation", "--abi", "--src", "--upgrade-strategy", "-C", "--config-settings", "--config-setting", "--global-option", "--install-option",
        "--build-option", "--no-binary", "--only-binary", "--progress-bar", "--root-user-action", "--report", "--extra-index-url", "-f", "--find-links", "-b", "--build", "--build-dir", "-d", "--download",
        "--python", "--log", "--log-file", "--local-log", "--keyring-provider", "--proxy", "--retries", "--resume-retries", "--timeout", "--default-timeout", "--exists-action", "--trusted-host", "--cert",
        "--client-cert", "--cache-dir", "--use-feature", "--use-deprecated",
    ];

    private static readonly string[] Telling =
        ["list", "freeze", "show", "check", "cache", "config", "debug", "help", "inspect", "index"];

    private static readonly string[] PythonLibraries = ["usr/local/lib", "usr/lib", "usr/lib64"];
    private static readonly string[] SitePackages = ["site-packages", "dist-packages"];

    /// <summary>What pip would do.</summary>
    public static RunFinding Find(RunContext context, string[] arguments)
    {
        var words = OptionWords.Of(arguments, Valued);
        if (words.Operands.Count == 0 || Telling.Contains(words.Operands[0]))
        {
            return RunFinding.NotNeeded("it brings no package");
        }

        if (words.Operands[0] != "install")
        {
            return RunFinding.Unknown("of pip only 'install' is known here");
        }

        var requirements = words.Operands.Skip(1).ToList();
        if (words.Has(Unforeseen) || requirements.Count == 0 || requirements.Exists(IsNoName))
        {
            return RunFinding.Unknown("which packages it installs is not known before it runs");
        }

        var found = requirements.Select(r => Judge(context.Files, r)).ToList();
        foreach (var judgement in new[] { RunJudgement.Missing, RunJudgement.Unknown })
        {
            var reasons = found.Where(f => f.Judgement == judgement).Select(f => f.Reason).ToList();
            if (reasons.Count > 0)
            {
                return new RunFinding("", judgement, string.Join("; ", reasons));
            }
        }

        return RunFinding.Proven($"the image has {string.Join(", ", found.Select(f => f.Reason))}");
    }

    /// <summary>
    /// The version of a Python package in an image; empty where it does not say which, null without the package.
    /// </summary>
    public static string? VersionOf(ImageFileSystem files, string package)
    {
        var name = Normalized(package);
        foreach (var child in PythonFolders(files).SelectMany(files.Children))
        {
            // What pip leaves beside a package: NAME-VERSION.dist-info, or .egg-info (packaging.python.org,
            // "Recording installed projects").
            var isMarked = child.Name.EndsWith(".dist-info", StringComparison.Ordinal)
                || child.Name.EndsWith(".egg-info", StringComparison.Ordinal);
            var stem = isMarked ? child.Name[..child.Name.LastIndexOf('.')] : child.Name;
            var parts = stem.Split('-');
            if (Normalized(parts[0]) == name && (isMarked || child.IsFolder))
            {
                return parts.ElementAtOrDefault(1) ?? "";
            }
        }

        return null;
    }

    // A path, a URL, an archive.
    private static bool IsNoName(string requirement) =>
        !Requirement().IsMatch(requirement) || requirement.AsSpan().ContainsAny('/', ':');

    // A proven package's reason is its name and version.
    private static RunFinding Judge(ImageFileSystem files, string requirement)
    {
        var match = Requirement().Match(requirement);
        var (name, marker) = (match.Groups["name"].Value, match.Groups["marker"].Value.Trim());
        var clauses = match.Groups["clauses"].Value.Trim().Trim('(', ')')
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var version = VersionOf(files, name);
        if (version is not null && Fits(version, clauses) == true)
        {
            return RunFinding.Proven($"{name} {version}".TrimEnd());
        }

        if (marker.Length > 0)
        {
            return RunFinding.Unknown($"whether {name} is wanted ({marker}) is not known before it runs");
        }

        if (version is null)
        {
            return RunFinding.Missing($"the image has no Python package {requirement}");
        }

        if (Fits(version, clauses) is null)
        {
            var named = $"{name} {version}".TrimEnd();
            return RunFinding.Unknown($"whether {named} of the image is {requirement} cannot be told");
        }

        return RunFinding.Missing($"the image has {name} {version}, not {requirement}");
    }

    // Null where it cannot be told.
    private static bool? Fits(string version, string[] clauses)
    {
        if (clauses.Length == 0)
        {
            return true;
        }

        var fits = clauses.Select(c => PythonVersion.TryParse(version)?.Fits(c)).ToList();
        if (fits.Contains(false))
        {
            return false;
        }

        return fits.Contains(null) ? null : true;
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

    [GeneratedRegex(
        @"^\s*(?<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(?<clauses>[^;\[\]@]*)(?:;(?<marker>.*))?$",
        RegexOptions.CultureInvariant | RegexOptions.Singleline,
        matchTimeoutMilliseconds: PatternLimit.Milliseconds)]
    private static partial Regex Requirement();
}
