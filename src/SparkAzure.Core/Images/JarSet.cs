using System.Security.Cryptography;
using System.Text;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;

namespace SparkAzure.Core.Images;

/// <summary>
/// The jars of a folder by name, each with the SHA-256 of its bytes. As a text (<c>name=sha256</c>, separated by
/// blanks, sorted) it goes
/// into the labels of an image; the digest of that text tells two sets apart.
/// </summary>
internal sealed class JarSet
{
    private const string Ending = ".jar";

    private readonly SortedDictionary<string, string> _jars = new(StringComparer.Ordinal);

    /// <param name="jars">Names and hashes (lower-case hex).</param>
    public JarSet(IEnumerable<KeyValuePair<string, string>> jars)
    {
        foreach (var (name, hash) in jars)
        {
            _jars[name] = hash;
        }

        Text = string.Join(' ', _jars.Select(Entry));
        Digest = ContentDigest.Of(Encoding.UTF8.GetBytes(Text));
    }

    /// <summary>The hash of each jar by its file name, in order.</summary>
    public IReadOnlyDictionary<string, string> Jars => _jars;

    public string Text { get; }

    /// <summary><c>sha256:…</c> of <see cref="Text"/>.</summary>
    public string Digest { get; }

    public static bool IsJar(string fileName) => fileName.EndsWith(Ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Reads a folder; what is below it does not count, as the class path <c>jars/*</c> does not hold it either.
    /// </summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    public static async Task<JarSet> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            var files = Directory.EnumerateFiles(folder).Where(IsJar).ToList();
            var hashes = await AllCores.EachAsync(
                files, (file, stop) => Task.FromResult(FileHash.Of(file, stop)), cancellationToken)
                    .ConfigureAwait(false);
            return new JarSet(files.Zip(hashes, (f, h) => KeyValuePair.Create(Path.GetFileName(f), h)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(folder, exception);
        }
    }

    /// <summary>Reads the text form; null when it is none.</summary>
    public static JarSet? Parse(string text)
    {
        var jars = new List<KeyValuePair<string, string>>();
        foreach (var entry in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = entry.LastIndexOf('=');
            if (equals <= 0
                || entry.Length - equals - 1 != SHA256.HashSizeInBytes * 2
                || !entry.Skip(equals + 1).All(char.IsAsciiHexDigitLower))
            {
                return null;
            }

            jars.Add(new(Uri.UnescapeDataString(entry[..equals]), entry[(equals + 1)..]));
        }

        return new JarSet(jars);
    }

    /// <summary>The text in pieces of at most so many characters, cut between entries.</summary>
    public IEnumerable<string> Pieces(int length)
    {
        var piece = new StringBuilder();
        foreach (var entry in _jars.Select(Entry))
        {
            if (piece.Length > 0 && piece.Length + 1 + entry.Length > length)
            {
                yield return piece.ToString();
                piece.Clear();
            }

            piece.Append(piece.Length > 0 ? " " : "").Append(entry);
        }

        if (piece.Length > 0)
        {
            yield return piece.ToString();
        }
    }

    // A name with a blank or a quote would break the list, and a Dockerfile's LABEL too.
    private static string Entry(KeyValuePair<string, string> jar) => $"{Uri.EscapeDataString(jar.Key)}={jar.Value}";
}
