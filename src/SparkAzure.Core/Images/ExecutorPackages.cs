using System.Text;
using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Images;

/// <summary>
/// What is installed into spark-py and spark-r beside what Spark's own Dockerfiles install: code environments of DSS
/// reach the driver only, so what an executor imports must be in its image.
/// </summary>
/// <param name="Requirements">The content of requirements.txt; null for an image without Python packages.</param>
/// <param name="RPackages">Names of R packages.</param>
internal sealed partial record ExecutorPackages(byte[]? Requirements, IReadOnlyList<string> RPackages)
{
    /// <summary>The name of requirements.txt in a build context.</summary>
    public const string RequirementsName = ".sparkazure/requirements.txt";

    // Lines that lead out of the file: what they name is not in the build context.
    private static readonly string[] Elsewhere = ["-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-f", "--find-links", ".", "/", "file:"];

    /// <summary>Reads a requirements.txt.</summary>
    /// <exception cref="SparkAzureException">RequirementsUnusable, CannotRead.</exception>
    public static async Task<ExecutorPackages> ForPythonAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw ImageErrors.RequirementsUnusable(path, "it is not there", "Give the path of a requirements.txt.");
        }

        byte[] content;
        try
        {
            content = await RegularFile.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }

        var lines = Encoding.UTF8.GetString(content).Split('\n').Select(l => l.Trim()).ToList();
        for (var i = 0; i < lines.Count; i++)
        {
            var word = lines[i].Split(' ', '=')[0];
            if (Elsewhere.Contains(word, StringComparer.Ordinal)
                || lines[i].StartsWith("./", StringComparison.Ordinal)
                || lines[i].StartsWith("../", StringComparison.Ordinal)
                || lines[i].StartsWith('/') || lines[i].Contains("file:", StringComparison.OrdinalIgnoreCase))
            {
                throw ImageErrors.RequirementsUnusable(
                    path,
                    $"line {i + 1} names another file, which the build does not have",
                    "Write what that file holds into this one; publish packages of your own in an index that the " +
                    "build reaches.");
            }

            if (Login().IsMatch(lines[i]))
            {
                // The line itself is not shown.
                throw ImageErrors.RequirementsUnusable(
                    path,
                    $"line {i + 1} has a login in a URL, and this file becomes part of the image",
                    "Use an index that the build reaches without a login in the file.");
            }
        }

        if (!lines.Exists(l => l.Length > 0 && !l.StartsWith('#')))
        {
            throw ImageErrors.RequirementsUnusable(path, "it names no package", "Leave -PythonRequirements out.");
        }

        return new ExecutorPackages(content, []);
    }

    /// <summary>Takes names of R packages.</summary>
    /// <exception cref="SparkAzureException">RPackageNameInvalid.</exception>
    public static ExecutorPackages ForR(IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(n => !RName().IsMatch(n)) is { } wrong)
        {
            throw ImageErrors.RPackageNameInvalid(wrong);
        }

        return new ExecutorPackages(null, [.. names.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>The instructions that install them, after those of the image's own Dockerfile.</summary>
    /// <param name="user">The user as whom containers of the image run; null when that is root.</param>
    public IEnumerable<string> Instructions(string? user)
    {
        if (user is not null)
        {
            yield return "USER 0";
        }

        if (Requirements is not null)
        {
            // PEP 668: a pip that guards the system's packages has an option that says they are meant.
            yield return $"COPY {RequirementsName} /opt/requirements.txt";
            yield return "RUN pip3 install --no-cache-dir $(pip3 install --help | grep -q -e --break-system-packages && echo --break-system-packages) -r /opt/requirements.txt";
        }

        if (RPackages.Count > 0)
        {
            // install.packages only warns of a package that it could not install.
            var names = string.Join(", ", RPackages.Select(p => $"\"{p}\""));
            yield return $"RUN Rscript -e 'p <- c({names}); r <- getOption(\"repos\"); r[r == \"@CRAN@\"] <- " +
                "\"https://cloud.r-project.org\"; install.packages(p, repos = r); " +
                "m <- setdiff(p, rownames(installed.packages())); if (length(m) > 0) stop(\"not installed: \", " +
                "paste(m, collapse = \", \"))'";
        }

        if (user is not null)
        {
            yield return $"USER {user}";
        }
    }

    // A user name or token before the @ of a URL; git@ is no secret.
    [GeneratedRegex(@"://(?!git@)[^/\s@]+@", RegexOptions.CultureInvariant)]
    private static partial Regex Login();

    // Writing R Extensions, 1.1.1: letters, digits and dots, at least two, begins with a letter and does not end in a
    // dot.
    [GeneratedRegex(
        @"^[A-Za-z][A-Za-z0-9.]*[A-Za-z0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex RName();
}
