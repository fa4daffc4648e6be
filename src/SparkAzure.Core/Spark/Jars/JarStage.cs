using Microsoft.Win32.SafeHandles;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>A jar that comes into the jars folder: copied from outside, or renamed back out of the store.</summary>
internal sealed record JarComing(JarSource? Source, Jar? Stored);

/// <summary>Brings jars that come onto the file system of the jars folder, where one rename puts each into place.</summary>
/// <param name="home">The Spark home.</param>
internal sealed class JarStage(SparkHome home)
{
    // What others may not do with a jar, whatever they may do with the library that it is copied from.
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly string _folder = Path.Combine(home.Path, JarState.Incoming);

    /// <summary>Copies the jars, hashing them on the way; on disk when this returns.</summary>
    /// <returns>Each jar, and where it lies now, relative to SPARK_HOME.</returns>
    public async Task<IReadOnlyList<(Jar Jar, string From)>> BringAsync(
        IReadOnlyList<JarComing> coming, CancellationToken cancellationToken)
    {
        home.Owner.Act(MakeFolder);
        var staged = await AllCores.EachAsync(
            coming,
            (jar, stop) => Task.FromResult(Bring(jar, stop)),
            cancellationToken).ConfigureAwait(false);
        if (coming.Any(j => j.Source is not null))
        {
            await home.Owner.ActAsync(Flush, cancellationToken).ConfigureAwait(false);
        }

        return staged;
    }

    // New jars get the list of rights that new files of the jars folder get, as if they were made there.
    private void MakeFolder()
    {
        JarState.MakeFolder(_folder);
        if (AccessList.OfNewFilesIn(home.Jars) is { } list)
        {
            AccessList.GiveNewFilesIn(_folder, list);
        }
    }

    private (Jar Jar, string From) Bring(JarComing coming, CancellationToken cancellationToken)
    {
        if (coming.Stored is not null)
        {
            return (coming.Stored, JarStore.PathOf(coming.Stored));
        }

        var name = coming.Source!.FileName;
        using var input = coming.Source.Open();
        using var output = home.Owner.Act(
            () => new FileStream(Path.Combine(_folder, name), JarState.NewFile(FileMode.CreateNew)));
        var copy = Copy(name, input, output.SafeFileHandle, cancellationToken);
        return (copy, Path.Combine(JarState.Incoming, name));
    }

    // With the library's time and mode.
    private Jar Copy(string name, SafeFileHandle input, SafeFileHandle output, CancellationToken cancellationToken)
    {
        var hash = FileHash.OfCopy(input, output, cancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            var mode = File.GetUnixFileMode(input) & Jar.Permissions & ~OthersWrite;
            File.SetUnixFileMode(output, mode | UnixFileMode.UserRead | UnixFileMode.UserWrite);
            GiveAccess(name, output);
        }

        File.SetLastWriteTimeUtc(output, File.GetLastWriteTimeUtc(input));
        return Jar.Of(name, output) with { Sha256 = hash };
    }

    // A jar that takes the place of one of the same name is for those that one was for.
    private void GiveAccess(string name, SafeFileHandle output)
    {
        if (home.Owner.Act(() => AccessList.Of(Path.Combine(home.Jars, name))) is { } list)
        {
            AccessList.Give(output, list);
        }
    }

    private bool Flush()
    {
        DurableFolder.FlushAll(_folder);
        return true;
    }
}
