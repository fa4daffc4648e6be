using System.Diagnostics;
using System.Security.Cryptography;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Jars;
using SparkAzure.Core.Tests.Spark.Jars;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>
/// A Spark home that belongs to <c>nobody</c>, with libraries of <c>daemon</c>, and beside them a folder of root's that
/// neither may come to: what it holds, whose it is and how it may be used must be the same after every attack.
/// </summary>
internal sealed class HomeOfAnother : IDisposable
{
    private readonly string[] _roots;

    public HomeOfAnother()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && FileOwner.IsRoot, "Only root can work in a home of another account.");
        Scene = new JarScene();
        File.SetUnixFileMode(Scene.Folder.Path, (UnixFileMode)0b111_101_101);
        RootsFolder = Directory.CreateDirectory(Scene.Folder["roots"]).FullName;
        Secret = Path.Combine(RootsFolder, "secret.jar");
        File.Copy(Path.Combine(Scene.Libraries(3), "hadoop-azure-3.2.0.jar"), Secret);
        File.AppendAllText(Secret, "only for root");
        File.SetUnixFileMode(Secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Run("chown", "-R", "1:1", Scene.Libraries(3), Scene.Host.CompanionPath);
        Run("chown", "-R", "65534:65534", Home);
        _roots = Described(RootsFolder);
    }

    public JarScene Scene { get; }

    public string Home => Scene.Spark.Home;

    public string State => Path.Combine(Home, ".sparkazure");

    /// <summary>A folder of root's that others may look into.</summary>
    public string RootsFolder { get; }

    /// <summary>A file in it that only root may read.</summary>
    public string Secret { get; }

    public SparkJarUpdateOptions Options => Scene.Options(3) with { SkipConflictScan = true, Patience = TimeSpan.Zero };

    public Task<SparkJarUpdate> UpdateAsync() => SparkJars.UpdateAsync(Options, new RecordingCaller(), CancellationToken.None);

    /// <summary>Updates, and gives the error's id; empty where there was none.</summary>
    public async Task<string> TryUpdateAsync()
    {
        try
        {
            await UpdateAsync();
            return "";
        }
        catch (SparkAzureException refusal)
        {
            return refusal.Id;
        }
    }

    /// <summary>Puts a link of nobody's into the home.</summary>
    public static void Link(string at, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(at)!);
        Run("chown", "65534:65534", Path.GetDirectoryName(at)!);
        File.CreateSymbolicLink(at, target);
        Run("chown", "-h", "65534:65534", at);
    }

    public void RootsFolderIsUntouched() => Assert.Equal(_roots, Described(RootsFolder));

    /// <summary>Nothing in the home is root's, and nothing of the secret has come there.</summary>
    public void NothingOfRootsIsInTheHome()
    {
        var hash = HashOf(Secret);
        var ownEntries = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var path in Directory.GetFileSystemEntries(Home, "*", ownEntries))
        {
            Assert.True(FileOwner.OfLink(path)!.UserId == 65534, $"{path} is of {FileOwner.OfLink(path)!.UserName}");
            Assert.DoesNotContain(hash, path, StringComparison.Ordinal);
            if (FileStatus.OfLink(path)?.Kind == FileKind.Regular)
            {
                Assert.NotEqual(hash, HashOf(path));
            }
        }
    }

    public static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    public void Dispose() => Scene.Dispose();

    private static string[] Described(string folder) =>
    [
        .. Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Append(folder)
            .Order(StringComparer.Ordinal)
            .Select(DescribedEntry),
    ];

    private static string HashOf(string path) =>
        Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))).ToLowerInvariant();

    private static string DescribedEntry(string path)
    {
        var owner = FileOwner.OfLink(path)!;
        var status = FileStatus.OfLink(path)!;
        var content = "";
        if (status.Kind == FileKind.Regular)
        {
            content = HashOf(path);
        }

        return $"{path} {owner.UserId}:{owner.GroupId} {status.Mode} {status.ModifiedTicks} {content}";
    }
}
