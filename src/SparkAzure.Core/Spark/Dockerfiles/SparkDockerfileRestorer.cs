using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>
/// Puts Dockerfiles back as they were before <see cref="SparkDockerfileEditor"/> edited them. What stood there by then is
/// kept in its turn, so that what somebody has changed since is not lost.
/// </summary>
public static class SparkDockerfileRestorer
{
    /// <summary>Puts back the Dockerfiles of a Spark home: those of spark, spark-py and spark-r that were edited.</summary>
    /// <param name="sparkHome">The distribution.</param>
    /// <param name="patience">How long to wait while another process changes a file.</param>
    /// <param name="caller">Who is told and asked.</param>
    /// <param name="cancellationToken">Ends the work between two files.</param>
    /// <returns>The Dockerfile of the image spark as it stands afterwards, with the differences of all three.</returns>
    /// <exception cref="SparkAzureException">NotASparkHome, and those of RestoreFileAsync.</exception>
    public static async Task<SparkDockerfile> RestoreAsync(
        string sparkHome, TimeSpan patience, ICaller caller, CancellationToken cancellationToken)
    {
        var home = SparkHome.Open(sparkHome);
        var spark = await RestorationOfAsync(home.Dockerfile, null, cancellationToken).ConfigureAwait(false);
        var restorations = new List<Restoration> { spark };
        foreach (var (kind, path) in home.BindingDockerfiles.Where(b => File.Exists(KeptDockerfile.OriginalOf(b.Path))))
        {
            var binding = await RestorationOfAsync(path, null, cancellationToken).ConfigureAwait(false);
            restorations.Add(binding with { Kind = kind });
        }

        var result = await ApplyAsync(restorations, patience, caller, cancellationToken).ConfigureAwait(false);
        return result with { SparkHome = home.Path };
    }

    /// <summary>Puts one Dockerfile back.</summary>
    /// <param name="path">The Dockerfile.</param>
    /// <param name="restorePoint">
    /// The file with the text that is to stand there; null for the one from before the first edit.
    /// </param>
    /// <param name="patience">How long to wait while another process changes the file.</param>
    /// <param name="caller">Who is told and asked.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The Dockerfile as it stands afterwards, or, in a rehearsal, as it would.</returns>
    /// <exception cref="SparkAzureException">
    /// DockerfileNotFound, DockerfileUnreadable, NotASparkDockerfile, DockerfileChanged, DocumentLocked, NotAFile,
    /// CannotRead, CannotWrite, DiskFull.
    /// </exception>
    public static async Task<SparkDockerfile> RestoreFileAsync(
        string path, string? restorePoint, TimeSpan patience, ICaller caller, CancellationToken cancellationToken) =>
        await ApplyAsync(
            [await RestorationOfAsync(path, restorePoint, cancellationToken).ConfigureAwait(false)],
            patience,
            caller,
            cancellationToken).ConfigureAwait(false);

    // A file that was never edited is as it was: it is its own restore point. What stands there is not read as a
    // Dockerfile, because a spoilt one is a reason to restore it.
    private static async Task<Restoration> RestorationOfAsync(
        string path, string? restorePoint, CancellationToken cancellationToken)
    {
        var original = KeptDockerfile.OriginalOf(path);
        var from = restorePoint ?? (File.Exists(original) ? original : path);
        var current = Array.Empty<byte>();
        if (File.Exists(path))
        {
            current = await KeptDockerfile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        }

        var wanted = await KeptDockerfile.ReadAsync(from, cancellationToken).ConfigureAwait(false);
        return new Restoration(path, from, current, wanted);
    }

    private static async Task<SparkDockerfile> ApplyAsync(
        List<Restoration> restorations, TimeSpan patience, ICaller caller, CancellationToken cancellationToken)
    {
        // All are read before the first is written: what is no Dockerfile goes nowhere.
        var first = restorations[0];
        var plans = restorations
            .Select(r => SparkDockerfileEditor.Plan(DockerfileDocument.Parse(r.Path, r.Wanted), repair: false, r.Kind))
            .ToList();
        var (isChanged, isPlanned) = (false, false);
        string? kept = null;
        foreach (var restoration in restorations)
        {
            if (!restoration.ChangesSomething)
            {
                caller.Verbose($"'{restoration.Path}' is as it was before it was edited.");
                continue;
            }

            var action = $"Put it back as {Path.GetFileName(restoration.From)} has it";
            if (!await caller.ShouldProcessAsync(restoration.Path, action, cancellationToken).ConfigureAwait(false))
            {
                isPlanned = true;
                continue;
            }

            var saved = await WriteAsync(restoration, patience, caller, cancellationToken).ConfigureAwait(false);
            isChanged = true;
            kept = restoration == first ? saved : kept;
        }

        var shape = plans[0].Shape;
        var (release, differences) = DockerfileReleases.Classify(shape, null);
        return new SparkDockerfile
        {
            Path = first.Path,
            Kind = shape.Kind,
            Release = release,
            Differences = differences,
            BaseImage = shape.BaseImage,
            Platform = shape.Platform,
            Edits = plans[0].Edits,
            Problems = [.. plans.SelectMany(p => p.Problems)],
            Diff = string.Concat(restorations.Select(r => r.Diff)),
            RestorePoint = kept,
            Changed = isChanged,
            Planned = isPlanned,
        };
    }

    // The file that holds what stood there; null where nothing did.
    private static async Task<string?> WriteAsync(
        Restoration restoration, TimeSpan patience, ICaller caller, CancellationToken cancellationToken)
    {
        var path = restoration.Path;
        var turn = new Turn(path, patience, caller);
        using var held = await FileLock.TakeAsync(path + ".sparkazure.lock", turn, cancellationToken)
            .ConfigureAwait(false);
        var now = await RestorationOfAsync(path, restoration.From, cancellationToken).ConfigureAwait(false);
        if (!now.Current.AsSpan().SequenceEqual(restoration.Current)
            || !now.Wanted.AsSpan().SequenceEqual(restoration.Wanted))
        {
            throw DockerfileErrors.DockerfileChanged(path);
        }

        string? kept = null;
        if (restoration.Current.Length > 0)
        {
            kept = await KeptDockerfile.KeepAsync(path, restoration.Current, DateTimeOffset.UtcNow, cancellationToken)
                .ConfigureAwait(false);
        }

        await AtomicFile.WriteAsync(
            path,
            restoration.Wanted,
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            cancellationToken).ConfigureAwait(false);
        caller.Verbose($"'{path}' is as '{restoration.From}' has it.");
        return kept;
    }

    private sealed record Restoration(string Path, string From, byte[] Current, byte[] Wanted)
    {
        public SparkDockerfileKind? Kind { get; init; }

        public bool ChangesSomething => !Current.AsSpan().SequenceEqual(Wanted);

        public string Diff => UnifiedDiff.Of(Path, Lines(Current), Lines(Wanted));

        // As text for people; the bytes are what is written.
        private static IReadOnlyList<TextLine> Lines(byte[] content) =>
            TextLine.Split(System.Text.Encoding.UTF8.GetString(content));
    }
}
