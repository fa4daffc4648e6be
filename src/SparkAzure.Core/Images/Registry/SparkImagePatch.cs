using System.Formats.Tar;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Images.Registry.Run;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Brings published Spark images up to what a Spark home holds now: only files that differ become a layer on top, jars
/// that left become whiteouts. Nothing else is touched: what RUN, ENV and USER made of the image stays.
/// </summary>
/// <param name="plan">What is published.</param>
/// <param name="labels">What the images say of themselves, and the jars of the Spark home.</param>
/// <param name="source">Where base images come from.</param>
/// <param name="contents">Brings what is in archives.</param>
/// <param name="caller">Is told what differs.</param>
internal sealed class SparkImagePatch(
    PublishPlan plan, ImageLabels labels, BaseImageSource source, LayerContents contents, ICaller caller)
{
    // Docker's overlay2 mounts no more than 128.
    private const int MostLayers = 120;

    /// <summary>
    /// The folder of Spark's jars in an image, without links; null for an image that is none of Spark's.
    /// </summary>
    public static string? JarFolderOf(ImageDraft image)
    {
        if (image.Files.Resolve(ImageJars.FolderOf(image)) is { } folder
            && image.Files.Children(folder).Any(f => IsCore(f.Name)))
        {
            return folder;
        }

        return null;
    }

    /// <summary>Makes the images of a plan, each from the published one of the same name.</summary>
    /// <param name="reference">The base image that was given: one of them.</param>
    /// <param name="given">That image.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">
    /// PatchBaseNotFound, PatchBaseOtherRelease, OptionNotForPatch, ImageHasNoJars, CannotRead, and what the registry
    /// refuses.
    /// </exception>
    public async Task<List<MadeImage>> MakeAsync(
        ImageReference reference, ImageDraft given, CancellationToken cancellationToken)
    {
        if (plan.Options.SparkUid is not null)
        {
            throw ImageErrors.OptionNotForPatch("-SparkUid", reference.ToString());
        }

        var images = new List<MadeImage>();
        var stale = 0;
        foreach (var job in plan.Jobs.Where(j => j.IsWanted))
        {
            var own = OwnBase(reference, given, job);
            var image = own == reference
                ? given.Copy()
                : await OpenAsync(own, reference, job, cancellationToken).ConfigureAwait(false);
            var folder = JarFolderOf(image) ?? throw ImageErrors.ImageHasNoJars(own.ToString());
            stale += await ApplyAsync(job, own, image, folder, cancellationToken).ConfigureAwait(false);
            images.Add(new MadeImage(job, image, []));
        }

        if (stale > 0)
        {
            caller.Warning(
                "The jars that were removed or replaced cannot be seen in a container any more, but stay in the "
                + "layers below: the image does not become smaller, and scanners that read layers still find them. "
                + "Publish on a base image without Spark to be rid of them.");
        }

        return images;
    }

    // spark, spark-py and spark-r lie side by side; an image of another name says in its label which of them it is.
    private ImageReference OwnBase(ImageReference reference, ImageDraft given, ImageJob job)
    {
        var name = ImagePath.Name(reference.Repository);
        var isNamed = SparkImageRecipe.All.Any(r => r.Name == name);
        var which = isNamed ? name : (string?)given.Config["Labels"]?[ImageLabels.Title];
        if (which == job.Recipe.Name || (which is null && plan.Jobs.Count(j => j.IsWanted) == 1))
        {
            return reference;
        }

        if (isNamed && reference.Digest is null)
        {
            var repository = ImagePath.Join(ImagePath.Parent(reference.Repository), job.Recipe.Name);
            return reference with { Repository = repository };
        }

        var why = reference.Digest is null
            ? "its name does not tell where the others are"
            : "a digest does not tell which of its tags they have";
        throw ImageErrors.PatchBaseNotFound(job.Recipe.Name, reference.ToString(), why);
    }

    private async Task<ImageDraft> OpenAsync(
        ImageReference own, ImageReference reference, ImageJob job, CancellationToken cancellationToken)
    {
        try
        {
            return await source.OpenAsync(own, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (exception.Id == nameof(OciErrors.BaseImageNotFound))
        {
            throw ImageErrors.PatchBaseNotFound(job.Recipe.Name, reference.ToString(), $"there is no {own}");
        }
    }

    // Gives how many jars of the layers below are hidden.
    private async Task<int> ApplyAsync(
        ImageJob job, ImageReference reference, ImageDraft image, string folder, CancellationToken cancellationToken)
    {
        CheckRelease(image, folder, reference);
        WarnOfDockerfile(job, image, reference);
        var (jars, added, changed, removed) = JarChanges(image, folder);
        var others = await OtherChangesAsync(job, image, folder, cancellationToken).ConfigureAwait(false);
        if (jars.Count + others.Count == 0)
        {
            caller.Verbose($"{reference} has the files of {plan.Options.SparkHome}; it stays as it is.");
            return 0;
        }

        if (image.Layers.Count >= MostLayers)
        {
            throw OciErrors.BaseImageNotSupported(
                reference.ToString(),
                $"it has {image.Layers.Count} layers, and container runtimes mount few more; publish on a base image "
                + "without Spark");
        }

        caller.Verbose(
            $"{reference} against {plan.Options.SparkHome}: {added} jars are new, {changed} have other bytes, "
            + $"{removed} are gone; {others.Count} other files differ{Names(others)}.");
        Add(image, jars, $"COPY jars /{folder} (patch: {added} new, {changed} changed, {removed} removed)");
        Add(image, others, $"COPY {others.Count} changed files (patch)");
        image.SetLabels(Labels(job, reference, image));
        return changed + removed;
    }

    private static string Names(List<TarItem> others)
    {
        if (others.Count == 0)
        {
            return "";
        }

        return $" ({string.Join(", ", others.Take(5).Select(o => "/" + o.Name))}{(others.Count > 5 ? ", …" : "")})";
    }

    private static void Add(ImageDraft image, List<TarItem> items, string createdBy)
    {
        if (items.Count > 0)
        {
            image.Files.Apply(items);
            image.AddLayer(items, createdBy);
        }
    }

    private (List<TarItem> Items, int Added, int Changed, int Removed) JarChanges(ImageDraft image, string folder)
    {
        var items = new List<TarItem>();
        var (added, changed) = (0, 0);
        foreach (var item in plan.Files
            .Tree("jars")
            .Where(i => i.Type != TarEntryType.Directory && ImagePath.Parent(i.Name) == "jars" && JarSet.IsJar(i.Name)))
        {
            var name = ImagePath.Name(item.Name);
            var path = ImagePath.Join(folder, name);
            var standing = image.Files.Find(path, followLast: false);
            if (standing is not null
                && (image.Files.Find(path)?.Sha256 == labels.Jars.Jars.GetValueOrDefault(name)
                    || (standing.IsLink && standing.LinkTarget == item.LinkTarget)))
            {
                continue;
            }

            if (standing is null)
            {
                added++;
            }
            else
            {
                changed++;
            }

            items.Add(Placed(item, path, standing));
        }

        var gone = image.Files
            .Children(folder)
            .Where(f => !f.IsFolder && JarSet.IsJar(f.Name) && !labels.Jars.Jars.ContainsKey(f.Name))
            .ToList();
        items.AddRange(gone.Select(f => TarItem.Whiteout(f.Path)));
        return (items, added, changed, gone.Count);
    }

    // What else COPY brings: entrypoint.sh, bin, python/lib. What the image has beyond that stays: it may come from
    // elsewhere.
    private async Task<List<TarItem>> OtherChangesAsync(
        ImageJob job, ImageDraft image, string folder, CancellationToken cancellationToken)
    {
        var scratch = image.Copy();
        var items = new SortedDictionary<string, TarItem>(StringComparer.Ordinal);
        IEnumerable<ImageJob> followed = job.Recipe.OnSpark ? [plan.Jobs[0], job] : [job];
        foreach (var made in followed)
        {
            var copies = new CopyReplay(made.Document, plan.Files, open: null, contents);
            var replay = new DockerfileReplay(made.Document, made.BuildArguments, copies, new RunReplay());
            await foreach (var item in replay.CopiedAsync(
                scratch,
                (copy, why) => caller.Verbose($"{made.Recipe.Name}: '{copy}' stays as the image has it: {why}."),
                cancellationToken).ConfigureAwait(false))
            {
                items[item.Name] = item;
            }
        }

        var changes = new List<TarItem>();

        // A file's other names are looked at as files: on their own, they do not tell what changed.
        foreach (var item in items.Values
            .Select(i => i.Type == TarEntryType.HardLink ? items[i.LinkTarget!] with { Name = i.Name } : i)
            .Where(i => i.Name != folder && !i.Name.StartsWith(folder + "/", StringComparison.Ordinal)))
        {
            var standing = image.Files.Find(item.Name, followLast: false);
            if (!await IsSameAsync(item, standing, cancellationToken).ConfigureAwait(false))
            {
                changes.Add(Placed(item, item.Name, standing));
            }
        }

        return changes;
    }

    private static async Task<bool> IsSameAsync(TarItem item, ImageFile? standing, CancellationToken cancellationToken)
    {
        if (item.Type == TarEntryType.SymbolicLink)
        {
            return standing?.LinkTarget == item.LinkTarget;
        }

        if (standing is null || item.Type != TarEntryType.RegularFile)
        {
            return standing is not null;
        }

        return standing.IsFile
            && standing.Size == item.Length
            && standing.Sha256 == await HashAsync(item, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string> HashAsync(TarItem item, CancellationToken cancellationToken)
    {
        if (item.Sha256 is { } known)
        {
            return known;
        }

        if (item.Path is null)
        {
            return ContentDigest.Of(item.Content)[ContentDigest.Prefix.Length..];
        }

        return await FileHash.OfAsync(item.Path, cancellationToken).ConfigureAwait(false);
    }

    // A file that is replaced keeps its mode and owner: RUN may have set them.
    private static TarItem Placed(TarItem item, string path, ImageFile? standing)
    {
        var placed = item with { Name = path, Modified = DateTimeOffset.UnixEpoch };
        if (standing?.Type != item.Type)
        {
            return placed;
        }

        return placed with { Mode = standing.Mode, UserId = standing.UserId, GroupId = standing.GroupId };
    }

    private SortedDictionary<string, string> Labels(ImageJob job, ImageReference reference, ImageDraft image)
    {
        var all = labels.Of(job, reference.ToString(), image.BaseDigest);

        // The Dockerfile was not followed: what the image says of it stays true.
        all.Remove(ImageLabels.Dockerfile);
        all[ImageLabels.JarFolder] = ImageJars.FolderOf(image);
        foreach (var (name, value) in ImageLabels.ForJars(labels.Jars))
        {
            all[name] = value;
        }

        return all;
    }

    private void CheckRelease(ImageDraft image, string folder, ImageReference reference)
    {
        var theirs = VersionOf(image.Files.Children(folder).Select(f => f.Name));
        var ours = VersionOf(labels.Jars.Jars.Keys);
        if (theirs is not null && ours is not null && theirs != ours)
        {
            throw ImageErrors.PatchBaseOtherRelease(reference.ToString(), theirs, plan.Options.SparkHome, ours);
        }
    }

    private void WarnOfDockerfile(ImageJob job, ImageDraft image, ImageReference reference)
    {
        var then = (string?)image.Config["Labels"]?[ImageLabels.Dockerfile];
        if (then is not null && then != ContentDigest.Of(job.Document.ToBytes()))
        {
            caller.Warning(
                $"'{job.Document.Path}' is not the Dockerfile that {reference} was made from. Only files are brought "
                + "up to date; publish on a base image without Spark for what else changed in it.");
        }
    }

    private static string? VersionOf(IEnumerable<string> jars) =>
        jars.Where(IsCore).Select(n => JarName.Parse(n).Version).FirstOrDefault();

    private static bool IsCore(string name) =>
        name.StartsWith("spark-core_", StringComparison.Ordinal) && JarSet.IsJar(name);
}
