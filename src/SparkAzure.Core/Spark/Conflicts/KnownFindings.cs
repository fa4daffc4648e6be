using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Java;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// What was found in jars of the same content, asked the same way by the same module, so that a second search costs the
/// reading of the jars' directories. It lies beside the index of their classes, and is as little needed.
/// </summary>
/// <param name="store">Where; null for nowhere.</param>
internal sealed class KnownFindings(SegmentStore? store)
{
    private const int ChecksumLength = sizeof(ulong);

    // A build of the module finds what its own tables and runs say.
    private static readonly string Build = typeof(KnownFindings).Module.ModuleVersionId.ToString("N");

    /// <summary>The name under which a search's findings are kept; null where a jar cannot be read.</summary>
    /// <param name="request">The jars.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<string?> NameAsync(
        JarLinkageRequest request, SparkJarConflictOptions options, CancellationToken cancellationToken)
    {
        if (store is null)
        {
            return null;
        }

        var keys = await Task.Run(() => Keys(request.Jars, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (Array.IndexOf(keys, "") >= 0)
        {
            return null;
        }

        var asked = string.Create(
            CultureInfo.InvariantCulture,
            $"{Build} {request.SparkVersion} {request.Java} {JdkOf(request)} {options.All} {string.Join(',', options.For)}");
        Array.Sort(keys, StringComparer.Ordinal);
        var text = string.Join('\n', [.. keys, asked]);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))) + ".findings";
    }

    /// <summary>What is kept under a name; null for nothing.</summary>
    public IReadOnlyList<SparkJarConflict>? Find(string? name)
    {
        if (name is null || store?.TryReadBytes(name) is not { Length: > ChecksumLength } block)
        {
            return null;
        }

        var content = block.AsSpan(ChecksumLength);
        if (BitConverter.ToUInt64(block) != NameHash.Of(content))
        {
            return null;
        }

        return JsonSerializer.Deserialize(content, FindingsJson.Default.SparkJarConflictArray);
    }

    /// <summary>Keeps findings.</summary>
    public void Keep(string? name, IEnumerable<SparkJarConflict> findings)
    {
        if (name is null || store is null)
        {
            return;
        }

        var content = JsonSerializer.SerializeToUtf8Bytes([.. findings], FindingsJson.Default.SparkJarConflictArray);
        store.WriteBytes(name, [.. BitConverter.GetBytes(NameHash.Of(content)), .. content]);
        store.Trim();
    }

    // Where the JDK is the same, so are its classes: its release says which it is.
    private static string JdkOf(JarLinkageRequest request)
    {
        if (request.JavaHome is null)
        {
            return "";
        }

        var release = Path.Combine(request.JavaHome, "release");
        if (File.Exists(release))
        {
            return Convert.ToHexString(SHA256.HashData(RegularFile.ReadAllBytes(release)));
        }

        return request.JavaHome;
    }

    private static string[] Keys(IReadOnlyList<string> jars, CancellationToken cancellationToken)
    {
        var keys = new string[jars.Count];
        Parallel.For(
            0, keys.Length, new ParallelOptions { CancellationToken = cancellationToken }, i => keys[i] = Key(jars[i]));
        return keys;
    }

    // Empty for a jar that cannot be read.
    private static string Key(string path)
    {
        try
        {
            using var archive = JarArchive.Open(path);
            return $"{Path.GetFileName(path)} {JarReading.KeyOf(archive)}";
        }
        catch (Exception exception)
            when (exception is SparkAzureException or IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
