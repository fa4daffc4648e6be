using System.Security.Cryptography;
using System.Text;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Layers;

namespace SparkAzure.Core.Images;

/// <summary>
/// One image that a builder of Dockerfiles may have to make: what it is sent, and what would make the image another
/// one.
/// </summary>
/// <param name="Job">The image.</param>
/// <param name="Context">Its files.</param>
/// <param name="Bases">
/// The images that its stages begin with or copy from, as the Dockerfile names them; the one it stands on comes last.
/// </param>
internal sealed record ImageBuild(ImageJob Job, BuildContext Context, IReadOnlyList<string> Bases)
{
    /// <summary>The label that holds the digest of everything that an image was built from.</summary>
    public const string InputsLabel = ImageLabels.Prefix + "inputs";

    public static ImageBuild Of(PublishPlan plan, ImageJob job)
    {
        var stages = job.Document.Stages(job.BuildArguments);
        var named = stages.Select(s => s.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var copied = stages
            .SelectMany(s => s.Instructions)
            .Select(i => i.Flag("from"))
            .OfType<string>()
            .Where(f => !named.Contains(f) && !int.TryParse(f, out _));
        var begun = stages.Where(s => s.BaseStage is null).Select(s => s.BaseImage);
        return new ImageBuild(
            job,
            BuildContext.Of(plan, job),
            [.. copied.Concat(begun).Where(b => b.Length > 0 && b != "scratch").Distinct()]);
    }

    /// <summary>The labels, among them the digest of all that goes into the image.</summary>
    /// <param name="labels">What the image says of itself.</param>
    /// <param name="bases">
    /// What tells each of <see cref="Bases"/> from another image of that name: its id or digest, by name.
    /// </param>
    /// <param name="hashes">The SHA-256 of each file of the context, by path.</param>
    /// <param name="platform">The platform asked for.</param>
    public SortedDictionary<string, string> Labels(
        SortedDictionary<string, string> labels, IReadOnlyDictionary<string, string> bases, IReadOnlyDictionary<string, string> hashes, string? platform)
    {
        using var inputs = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add($"platform {platform}");
        Add($"dockerfile {ContentDigest.Of(Context.Dockerfile(labels))}");
        foreach (var (name, value) in Job.BuildArguments.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            Add($"argument {name} {value}");
        }

        foreach (var name in Bases)
        {
            Add($"base {name} {bases[name]}");
        }

        foreach (var item in Context.Files)
        {
            Add($"{item.Type} {(int)item.Mode} {item.Name} {item.LinkTarget} {HashOf(item)}");
        }

        return new SortedDictionary<string, string>(
            labels, StringComparer.Ordinal) { [InputsLabel] = ContentDigest.Of(inputs) };

        string HashOf(TarItem item)
        {
            if (item.Content is { } content)
            {
                return ContentDigest.Of(content);
            }

            if (item.Path is { } path)
            {
                return hashes[path];
            }

            return "";
        }

        void Add(string line) => inputs.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
    }

    /// <summary>The SHA-256 of every file that builds are sent, by path.</summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    public static async Task<Dictionary<string, string>> HashAsync(
        IReadOnlyList<ImageBuild> builds, ImageLabels labels, string sparkHome, CancellationToken cancellationToken)
    {
        try
        {
            // The jars are most of it, and hashed already.
            var hashes = labels.Jars.Jars.ToDictionary(
                j => Path.Combine(sparkHome, "jars", j.Key), j => j.Value, StringComparer.Ordinal);
            var others = builds
                .SelectMany(b => b.Context.Files)
                .Select(i => i.Path)
                .OfType<string>()
                .Distinct()
                .Where(p => !hashes.ContainsKey(p))
                .ToList();
            foreach (var (path, hash) in others.Zip(
                await AllCores.EachAsync(others, FileHash.OfAsync, cancellationToken).ConfigureAwait(false)))
            {
                hashes[path] = hash;
            }

            return hashes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(sparkHome, exception);
        }
    }

    /// <summary>
    /// Looks whether the files are still those that were listed: what was hashed before and what was sent are then the
    /// same.
    /// </summary>
    /// <exception cref="SparkAzureException">BuildSourceChanged.</exception>
    public void Verify()
    {
        foreach (var item in Context.Files.Where(i => i.Path is not null))
        {
            var file = new FileInfo(item.Path!);
            if (!file.Exists || file.Length != item.Length || file.LastWriteTimeUtc != item.Modified.UtcDateTime)
            {
                throw OciErrors.BuildSourceChanged(item.Path!);
            }
        }
    }
}
