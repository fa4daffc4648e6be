using System.Globalization;
using System.Security.Cryptography;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Setup.Proof;

/// <summary>
/// The logs of a run, each a file that is written as its lines come. Where nobody has named a folder, theirs is one that
/// goes with the run, or with the next where this one is killed, until the run has a result that tells of it.
/// </summary>
internal sealed class SmokeTestLogs : IDisposable
{
    // What a broken job prints without end fills no disk.
    private const long MostCharacters = 256L << 20;

    private readonly Dictionary<string, (StreamWriter Writer, long Written)> _files = new(StringComparer.Ordinal);

    private readonly string _folder;
    private readonly TemporaryFolder? _temporary;

    private SmokeTestLogs(string folder, TemporaryFolder? temporary) =>
        (Folder, _temporary, _folder) = (folder, temporary, temporary?.Path ?? folder);

    /// <summary>Where they are once they are kept.</summary>
    public string Folder { get; }

    /// <summary>Makes the folder for them, which nobody else may look into.</summary>
    /// <param name="folder">The folder; null for a new one among the temporary files.</param>
    /// <exception cref="SparkAzureException">CannotWrite, DiskFull, DiskFailed.</exception>
    public static SmokeTestLogs In(string? folder)
    {
        if (folder is not null)
        {
            Leftovers.RemoveFolders(Path.GetTempPath());
            PrivateFolder.Make(folder);
            return new SmokeTestLogs(folder, null);
        }

        var temporary = TemporaryFolder.Create();
        var name = $"sparkazure-smoke-test-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        return new SmokeTestLogs(Path.Combine(Path.GetDirectoryName(temporary.Path)!, name), temporary);
    }

    /// <summary>Ends the logs and lets them stay.</summary>
    /// <returns>Where they are.</returns>
    /// <exception cref="SparkAzureException">CannotWrite, DiskFull, DiskFailed.</exception>
    public string Keep()
    {
        Close();
        if (_temporary is null)
        {
            return Folder;
        }

        try
        {
            Directory.Move(_folder, Folder);
            return Folder;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(Folder, exception);
        }
    }

    /// <summary>The path of a log once it is kept.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name + ".log");

    /// <summary>Whether anything was written to a log.</summary>
    public bool Has(string name)
    {
        lock (_files)
        {
            return _files.ContainsKey(name);
        }
    }

    /// <summary>Adds a line.</summary>
    public void Write(string name, string line)
    {
        lock (_files)
        {
            if (!_files.TryGetValue(name, out var file))
            {
                file = (Open(Path.Combine(_folder, name + ".log")), 0);
            }

            if (file.Written < MostCharacters)
            {
                file.Writer.WriteLine(line);
            }

            _files[name] = (file.Writer, file.Written + line.Length);
        }
    }

    /// <summary>Adds a line with the time since the start.</summary>
    public void Write(string name, TimeSpan since, string line) =>
        Write(name, string.Create(CultureInfo.InvariantCulture, $"t={since.TotalSeconds:0.0} {line}"));

    public void Dispose()
    {
        Close();
        _temporary?.Dispose();
    }

    private void Close()
    {
        lock (_files)
        {
            foreach (var (writer, _) in _files.Values)
            {
                writer.Dispose();
            }
        }
    }

    private static StreamWriter Open(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileModes.OwnerOnly;
        }

        try
        {
            return TreeOwner.ActOnEntry(path, () => new StreamWriter(path, options) { AutoFlush = true });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(path, exception);
        }
    }
}
