using System.Formats.Tar;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Images.Registry.Run;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Brings published Spark images up to what a Spark home holds now: only files that differ become a layer on top, jars
/// that left become whiteouts. Nothing else is touched: what RUN, ENV and USER made of the image stays, and what a
/// Dockerfile says beyond it is named. A Dockerfile that derives from the image is carried out on it.
/// </summary>
/// <param name="plan">What is published.</param>
/// <param name="labels">What the images say of themselves, and the jars of the Spark home.</param>
/// <param name="source">Where base images come from.</param>
/// <param name="contents">Brings what is in archives.</param>
/// <param name="dockerfiles">Carries out a Dockerfile that derives from a Spark image.</param>
/// <param name="caller">Is told what differs.</param>
internal sealed class SparkImagePatch(
    PublishPlan plan,
    ImageLabels labels,
    BaseImageSource source,
    LayerContents contents,
    DockerfileImages dockerfiles,
    ICaller caller)
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
        // What stands on the image spark must have what its Dockerfile adds.
        if (DerivedDockerfile.Is(plan.Jobs[0], plan.Files))
        {
            CheckRelease(given, JarFolderOf(given)!, reference);
            return await dockerfiles.MakeAsync(reference, given, cancellationToken).ConfigureAwait(false);
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
            CheckRelease(image, folder, own);
            if (DerivedDockerfile.Is(job, plan.Files))
            {
                images.Add(await dockerfiles.DeriveAsync(job, own, image, cancellationToken).ConfigureAwait(false));
                continue;
            }

            if (plan.Options.SparkUid is not null)
            {
                throw ImageErrors.OptionNotForPatch("-SparkUid", reference.ToString());
            }

            var leftOut = await LeftOutAsync(job, own, image, cancellationToken).ConfigureAwait(false);
            stale += await ApplyAsync(job, own, image, folder, cancellationToken).ConfigureAwait(false);
            images.Add(new MadeImage(job, image, leftOut));
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
        var copied = await CopiedAsync(job, image, cancellationToken).ConfigureAwait(false);
        var wanted = await PatchedJars.WantedAsync(plan.Files, labels.Jars, folder, copied, cancellationToken)
            .ConfigureAwait(false);
        var jars = PatchedJars.Of(
            image,
            folder,
            wanted,
            labels.Jars,
            Followed(job).Any(j => PatchedJars.AreMentioned(j.Document, folder)),
            kept => WarnOfKept(job, folder, kept));
        var others = await OtherChangesAsync(image, folder, copied, cancellationToken).ConfigureAwait(false);
        if (jars.Items.Count + others.Count == 0)
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
            $"{reference} against {plan.Options.SparkHome}: {jars.Added} jars are new, {jars.Changed} have "
            + $"other bytes, {jars.Removed} are gone; {others.Count} other files differ{Names(others)}.");
        var counts = $"{jars.Added} new, {jars.Changed} changed, {jars.Removed} removed";
        Add(image, jars.Items, $"COPY jars /{folder} (patch: {counts})");
        Add(image, others, $"COPY {others.Count} changed files (patch)");
        image.SetLabels(Labels(job, reference, image, jars.AreThoseOfHome));
        return jars.Changed + jars.Removed;
    }

    private void WarnOfKept(ImageJob job, string folder, IReadOnlyList<string> kept) => caller.Warning(
        $"{job.Recipe.Name}: {string.Join(", ", kept)} stay in the image: the Spark home has none of them, but a RUN "
        + $"line of the Dockerfile is about /{folder} and may have brought them. Publish on a base image without Spark "
        + "to be rid of them.");

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

    private IEnumerable<ImageJob> Followed(ImageJob job)
    {
        if (job.Recipe.OnSpark)
        {
            return [plan.Jobs[0], job];
        }

        return [job];
    }

    private DockerfileReplay ReplayOf(ImageJob job, RunReplay runs)
    {
        var copies = new CopyReplay(job.Document, plan.Files, open: null, contents);
        return new DockerfileReplay(job.Document, job.BuildArguments, copies, runs);
    }

    // What COPY brings, by its place: jars, entrypoint.sh, bin, python/lib.
    private async Task<SortedDictionary<string, TarItem>> CopiedAsync(
        ImageJob job, ImageDraft image, CancellationToken cancellationToken)
    {
        var scratch = image.Copy();
        var items = new SortedDictionary<string, TarItem>(StringComparer.Ordinal);
        foreach (var made in Followed(job))
        {
            var replay = ReplayOf(made, new RunReplay());
            await foreach (var item in replay.CopiedAsync(
                scratch,
                (copy, why) => caller.Verbose($"{made.Recipe.Name}: '{copy}' stays as the image has it: {why}."),
                cancellationToken).ConfigureAwait(false))
            {
                items[item.Name] = item;
            }
        }

        return items;
    }

    // What else COPY brings. What the image has beyond that stays: it may come from elsewhere.
    private static async Task<List<TarItem>> OtherChangesAsync(
        ImageDraft image,
        string folder,
        IReadOnlyDictionary<string, TarItem> copied,
        CancellationToken cancellationToken)
    {
        var changes = new List<TarItem>();

        // A file's other names are looked at as files: on their own, they do not tell what changed.
        foreach (var item in copied.Values
            .Select(i => i.Type == TarEntryType.HardLink ? copied[i.LinkTarget!] with { Name = i.Name } : i)
            .Where(i => i.Name != folder && !i.Name.StartsWith(folder + "/", StringComparison.Ordinal)))
        {
            var standing = image.Files.Find(item.Name, followLast: false);
            if (!await CopiedContent.IsSameAsync(item, standing, cancellationToken).ConfigureAwait(false))
            {
                changes.Add(PatchedJars.Placed(item, item.Name, standing));
            }
        }

        return changes;
    }

    private SortedDictionary<string, string> Labels(
        ImageJob job, ImageReference reference, ImageDraft image, bool areThoseOfHome)
    {
        var all = labels.Of(job, reference.ToString(), image.BaseDigest);

        // The Dockerfile was not followed: what the image says of it stays true.
        all.Remove(ImageLabels.Dockerfile);
        foreach (var name in all.Keys.Where(n => n == ImageLabels.JarDigest || ImageLabels.IsJarList(n)).ToList())
        {
            all.Remove(name);
        }

        // Listed are the jars of the Spark home, where the image has those and no others.
        all[ImageLabels.JarFolder] = ImageJars.FolderOf(image);
        if (areThoseOfHome)
        {
            foreach (var (name, value) in ImageLabels.ForJars(labels.Jars))
            {
                all[name] = value;
            }
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

    // What the Dockerfiles say that the image does not have.
    private async Task<IReadOnlyList<string>> LeftOutAsync(
        ImageJob job, ImageReference reference, ImageDraft image, CancellationToken cancellationToken)
    {
        var then = (string?)image.Config["Labels"]?[ImageLabels.Dockerfile];
        var isSame = then == ContentDigest.Of(job.Document.ToBytes());
        var leftOut = new LeftOutInstructions(image);
        foreach (var followed in Followed(job))
        {
            var runs = isSame ? null : new RunReplay();
            await leftOut.FollowAsync(followed, ReplayOf(followed, new RunReplay()), runs, cancellationToken)
                .ConfigureAwait(false);
        }

        var all = leftOut.All();
        if (all.Count > 0)
        {
            caller.Warning(
                $"'{job.Document.Path}' {WhoseDockerfile(then, isSame)} {reference} was made from. Only files are "
                + $"brought up to date, and left out is: {string.Join("; ", all)}. Publish on a base image without "
                + "Spark to have it.");
        }

        return all;
    }

    private static string WhoseDockerfile(string? then, bool isSame)
    {
        if (isSame)
        {
            return "has build arguments now, or the image settings, that are not those of the day when";
        }

        return then is null ? "may not be the Dockerfile that" : "is not the Dockerfile that";
    }

    private static string? VersionOf(IEnumerable<string> jars) =>
        jars.Where(IsCore).Select(n => JarName.Parse(n).Version).FirstOrDefault();

    /// <summary>Whether a file name is that of Spark's core.</summary>
    internal static bool IsCore(string name) =>
        name.StartsWith("spark-core_", StringComparison.Ordinal) && JarSet.IsJar(name);
}
