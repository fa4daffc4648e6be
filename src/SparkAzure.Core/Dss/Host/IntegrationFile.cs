using System.Globalization;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss.Host;

/// <summary>The integrations that dssadmin installs, each known to DSS by one file.</summary>
public enum DssIntegrationKind
{
    /// <summary>The Hadoop libraries: <c>bin/env-hadoop.sh</c>.</summary>
    Hadoop,

    /// <summary>The Spark that DSS runs: <c>bin/env-spark.sh</c>.</summary>
    Spark,
}

/// <summary>
/// The file by which DSS knows an integration: its start script sources it where it is there (facts of DSS's kit: the
/// environment is made of env-default, env-hadoop, env-spark, env-site, in this order; dssadmin itself leaves no
/// env-hadoop.sh where it found no Hadoop).
/// </summary>
internal sealed class IntegrationFile(DssDataDirectory directory, DssIntegrationKind kind)
{
    /// <summary>The file.</summary>
    public string Path => kind == DssIntegrationKind.Hadoop ? directory.EnvHadoop : directory.EnvSpark;

    private string Folder => System.IO.Path.Combine(directory.Path, ".sparkazure", "integrations");

    private string Switch => kind == DssIntegrationKind.Hadoop ? "DKU_HADOOP_ENABLED" : "DKU_SPARK_ENABLED";

    /// <summary>What it exports; nothing where it is not there.</summary>
    public Task<IReadOnlyDictionary<string, string>> ReadAsync(CancellationToken cancellationToken) =>
        ShellExports.ReadAsync(Path, cancellationToken);

    /// <summary>Whether it switches the integration on.</summary>
    public bool IsOn(IReadOnlyDictionary<string, string> exports) => exports.GetValueOrDefault(Switch) == "true";

    /// <summary>Where it is kept if it changes now; null where it is not there.</summary>
    public string? RestorePoint(DateTimeOffset now)
    {
        if (!File.Exists(Path))
        {
            return null;
        }

        var name = System.IO.Path.GetFileName(Path);
        return System.IO.Path.Combine(
            Folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{now:yyyyMMdd'T'HHmmssfff'Z'}"));
    }

    /// <summary>Keeps it as it stands; does nothing for null.</summary>
    /// <exception cref="SparkAzureException">CannotRead, CannotWrite, DiskFull, NotAFile.</exception>
    public async Task KeepAsync(string? restorePoint, CancellationToken cancellationToken)
    {
        if (restorePoint is null)
        {
            return;
        }

        var content = await ReadBytesAsync(Path, cancellationToken).ConfigureAwait(false);
        PrivateFolder.Make(Folder);
        await AtomicFile.WriteAsync(restorePoint, content, FileModes.OwnerOnly, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Takes it away, into a file that keeps it, in one step.</summary>
    /// <exception cref="SparkAzureException">CannotWrite, DiskFull.</exception>
    public void MoveTo(string restorePoint)
    {
        PrivateFolder.Make(Folder);
        try
        {
            TreeOwner.ActOnEntry(Path, () => DurableFolder.Rename(Path, restorePoint));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(Path, exception);
        }
    }

    /// <summary>Reads a file that was kept of it: nothing else may become a file that DSS runs as its own.</summary>
    /// <exception cref="SparkAzureException">IntegrationNotKept, CannotRead, NotAFile.</exception>
    public async Task<byte[]> ReadKeptAsync(string restorePoint, CancellationToken cancellationToken)
    {
        var name = System.IO.Path.GetFileName(restorePoint);
        if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(restorePoint)) != Folder
            || !name.StartsWith(System.IO.Path.GetFileName(Path) + "-", StringComparison.Ordinal))
        {
            throw DssErrors.IntegrationNotKept(restorePoint, $"it is not one of '{Folder}' for '{Path}'");
        }

        if (!File.Exists(restorePoint))
        {
            throw DssErrors.IntegrationNotKept(restorePoint, "it does not exist");
        }

        return await ReadBytesAsync(restorePoint, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a text in its place.</summary>
    /// <exception cref="SparkAzureException">CannotWrite, DiskFull, NotAFile.</exception>
    public Task WriteAsync(byte[] content, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(Path, content, FileModes.OwnerOnly, cancellationToken);

    /// <summary>Whether a text is what stands there.</summary>
    /// <exception cref="SparkAzureException">CannotRead, NotAFile.</exception>
    public async Task<bool> IsAsync(byte[] content, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path))
        {
            return false;
        }

        var there = await ReadBytesAsync(Path, cancellationToken).ConfigureAwait(false);
        return there.AsSpan().SequenceEqual(content);
    }

    private static async Task<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await RegularFile.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }
}
