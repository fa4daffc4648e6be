using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>A folder that everybody may enter, with a file of root's and a folder of another account's in it.</summary>
internal sealed class RootOnly : IDisposable
{
    public const string Secret = "root's own words";

    private readonly TemporaryFolder _folder = new();

    private RootOnly()
    {
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(_folder["roots"]);
        File.WriteAllText(Victim, Secret);
        File.SetUnixFileMode(Victim, FileModes.OwnerOnly);
        Theirs = Give(Directory.CreateDirectory(_folder["theirs"]).FullName);
    }

    /// <summary>A file that only root may read or change.</summary>
    public string Victim => _folder["roots", "victim"];

    /// <summary>The folder of root's that it lies in.</summary>
    public string Roots => _folder["roots"];

    /// <summary>A folder of the account nobody.</summary>
    public string Theirs { get; }

    public string this[params string[] parts] => _folder[parts];

    public static RootOnly Create()
    {
        Skip.IfNot(
            OperatingSystem.IsLinux() && FileOwner.IsRoot,
            "Only root has something that it could be led to give away: run this as root on Linux.");
        return new RootOnly();
    }

    /// <summary>Gives a file, a folder or a link itself to the account nobody.</summary>
    public static string Give(string path)
    {
        var run = ChildProcess.RunAsync("chown", ["-h", "nobody:", path], null, null, _ => { }, default);
        Assert.Equal(0, run.GetAwaiter().GetResult().ExitCode);
        return path;
    }

    /// <summary>A file of the account nobody.</summary>
    public static string Give(string path, string content)
    {
        File.WriteAllText(path, content);
        return Give(path);
    }

    /// <summary>A link of the account nobody.</summary>
    public static string Link(string path, string target)
    {
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
        return Give(path);
    }

    /// <summary>Whether root's file is as it was, and nothing was put beside it.</summary>
    public void AssertUntouched()
    {
        Assert.Equal(Secret, File.ReadAllText(Victim));
        Assert.Equal(0u, FileOwner.Of(Victim)!.UserId);
        Assert.Equal(FileModes.OwnerOnly, File.GetUnixFileMode(Victim));
        Assert.Equal([Victim], Directory.GetFileSystemEntries(Roots));
        Assert.Equal(0u, FileOwner.Of(Roots)!.UserId);
    }

    public void Dispose() => _folder.Dispose();
}
