using SparkAzure.Core.Oci.Files;


namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// What the commands of a RUN instruction find around them: the image's files so far, variables, the working directory,
/// who they run as.
/// </summary>
internal sealed class RunContext
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly Func<string, string?> _outer;
    private string _workingDirectory;

    /// <param name="files">The files; commands change them.</param>
    /// <param name="outer">The variables of the Dockerfile.</param>
    /// <param name="workingDirectory">Where the commands begin.</param>
    /// <param name="user">As whom they run.</param>
    public RunContext(
        ImageFileSystem files, Func<string, string?> outer, string workingDirectory, (int User, int Group) user)
    {
        Files = files;
        _outer = outer;
        _workingDirectory = workingDirectory;
        (UserId, GroupId) = user;
        Expansion = new ShellExpansion(Variable, Glob);
    }

    public ImageFileSystem Files { get; }

    public int UserId { get; }

    public int GroupId { get; }

    public bool IsRoot => UserId == 0;

    public required Accounts Accounts { get; init; }

    public required InstalledPackages Packages { get; init; }

    public ShellExpansion Expansion { get; }

    public void SetVariable(string name, string value) => _variables[name] = value;

    /// <summary>A path as the commands mean it, from the image's root; links are not followed.</summary>
    public string PathOf(string text) => ImagePath.Of(_workingDirectory, text);

    /// <summary>
    /// Where a path really is: links in its folders followed, the last part too unless it is itself meant.
    /// </summary>
    /// <exception cref="ShellNotFollowedException">The links go in circles.</exception>
    public string RealPathOf(string text, bool followLast = true) =>
        Files.Resolve(PathOf(text), followLast)
            ?? throw new ShellNotFollowedException($"the links of '{text}' go in circles");

    /// <summary>Goes to another folder; false when it is not there.</summary>
    public bool ChangeDirectory(string text)
    {
        var real = RealPathOf(text);
        if (real.Length > 0 && Files.Find(real) is not { IsFolder: true })
        {
            return false;
        }

        _workingDirectory = real;
        return true;
    }

    /// <summary>
    /// Whether these commands may change what a folder holds, or a file's mode and owner: root may, others only what is
    /// theirs.
    /// </summary>
    public bool MayChange(ImageFile? file) => IsRoot || file?.UserId == UserId;

    private string? Variable(string name) => _variables.GetValueOrDefault(name) ?? _outer(name) ?? (name, IsRoot) switch
    {
        ("HOME", true) => "/root",
        ("PATH", _) => "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ("PWD", _) => "/" + _workingDirectory,
        _ => null,
    };

    // In the order of the names, as a shell in the C locale gives them.
    private IEnumerable<string> Glob(string pattern)
    {
        IEnumerable<string> found = [pattern.StartsWith('/') ? "/" : ""];
        foreach (var part in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var expression = PathPattern.OfShell(part)
                ?? throw new ShellNotFollowedException($"'{part}' is not a pattern that is known here");
            var isHidden = part.StartsWith('.') || part.StartsWith("\\.", StringComparison.Ordinal);
            found = found.SelectMany(folder => Files.Children(RealPathOf(folder.Length == 0 ? "." : folder))
                .Where(f => expression.IsMatch(f.Name) && (isHidden || !f.Name.StartsWith('.')))
                .Select(f => folder is "" or "/" ? folder + f.Name : $"{folder}/{f.Name}")).ToList();
        }

        return found;
    }
}
