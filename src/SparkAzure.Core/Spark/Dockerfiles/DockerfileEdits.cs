using System.Text.RegularExpressions;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>
/// The two edits of howto 3.3 and 4.3, each made where the base image needs it; else the reason why not.
/// </summary>
internal static partial class DockerfileEdits
{
    private const string Alpine = "Alpine";
    private const string InBase = "the file begins with the image spark, where the edit belongs";
    private const string InOther = "the file begins with another image, where the edit belongs";
    private const string Lib64 = "/lib64";

    private static readonly Dictionary<string, string> SystemNames = new(StringComparer.Ordinal)
    {
        ["Debian"] = "Debian or Ubuntu",
        ["RedHat"] = "Red Hat's or of its kin",
    };

    /// <summary>Adds nss to the apk line.</summary>
    /// <exception cref="SparkAzureException">NotASparkDockerfile, DockerfileUnreadable.</exception>
    internal static (DockerfileShape Shape, SparkDockerfileEdit Edit) AddNss(DockerfileShape shape)
    {
        var packages = shape.PackageLines.Where(p => p.Tool == "apk").ToList();
        if (WhyNoNss(shape, packages) is { } reason)
        {
            return (shape, NotNeeded(EditNames.Nss, reason));
        }

        // The line meant is the one with Spark's own packages; a file may have others.
        var line = packages.Find(p => p.Packages.Contains("libc6-compat")) ?? packages.FirstOrDefault();
        if (line is null)
        {
            throw DockerfileErrors.NotASparkDockerfile(
                shape.Document.Path,
                "its base is Alpine, but no RUN instruction has an 'apk add' line to which nss could be added");
        }

        var edited = shape.Document.Replace(line.Line, line.Column, 0, " " + EditNames.Nss);
        var edit = new SparkDockerfileEdit(
            EditNames.Nss,
            true,
            line.Line + 1,
            shape.Document.PhysicalLines[line.Line].Text,
            edited.PhysicalLines[line.Line].Text,
            "without nss Java fails on Alpine with FileNotFoundException: /usr/lib/libnss3.so (SPARK-27178)");
        return (shape.After(edited), edit);
    }

    /// <summary>Sets LD_LIBRARY_PATH below the line that sets SPARK_HOME.</summary>
    /// <exception cref="SparkAzureException">NotASparkDockerfile, EnvLineMissing, DockerfileUnreadable.</exception>
    internal static (DockerfileShape Shape, SparkDockerfileEdit Edit) AddLibraryPath(DockerfileShape shape)
    {
        var existing = shape.Instructions.LastOrDefault(i => DockerfileShape.Sets(i, EditNames.LibraryPath));
        if (WhyNoLibraryPath(shape, existing) is { } reason)
        {
            return (shape, NotNeeded(EditNames.LibraryPath, reason));
        }

        var document = shape.Document;
        var anchor = shape.HomeVariable ?? throw DockerfileErrors.EnvLineMissing(document.Path);
        var above = Math.Max(anchor.LastLine, existing?.LastLine ?? 0);
        var edited = document.InsertAfter(above, LibraryPathLine(document, anchor, existing));
        var isInstruction = edited.Instructions.Any(x =>
            x.FirstLine == above + 1 && DockerfileShape.Sets(x, EditNames.LibraryPath));
        if (!isInstruction)
        {
            throw DockerfileErrors.DockerfileUnreadable(
                document.Path, above + 1, "it ends in a continuation that nothing follows");
        }

        var edit = new SparkDockerfileEdit(
            EditNames.LibraryPath,
            true,
            above + 2,
            "",
            edited.PhysicalLines[above + 1].Text,
            "without it snappy-java fails on Alpine with UnsatisfiedLinkError: Error loading shared library " +
            "ld-linux-x86-64.so.2 (SPARK-26995)");
        return (shape.After(edited), edit);
    }

    private static string? WhyNoNss(DockerfileShape shape, List<PackageLine> packages)
    {
        if (shape.Kind != SparkDockerfileKind.Spark)
        {
            return InBase;
        }

        if (shape.IsDerived)
        {
            return InOther;
        }

        if (shape.Platform != Alpine)
        {
            var image = $"the image is {SystemName(shape)}";
            if (shape.Packages.Contains("libnss3"))
            {
                return $"{image} and installs libnss3";
            }

            return $"{image}; nss is what Alpine calls the package that Java needs there";
        }

        if (packages.Exists(p => p.Packages.Any(IsNss)))
        {
            return "the apk line names it already (Spark has it since 2.4.1, SPARK-27178)";
        }

        return null;
    }

    private static string? WhyNoLibraryPath(DockerfileShape shape, DockerfileInstruction? existing)
    {
        if (shape.Kind != SparkDockerfileKind.Spark)
        {
            return InBase;
        }

        if (shape.IsDerived)
        {
            return InOther;
        }

        if (shape.Platform.Length == 0)
        {
            throw DockerfileErrors.NotASparkDockerfile(
                shape.Document.Path, "neither its base image nor a package line (apk, apt, yum) tells its platform");
        }

        if (shape.Platform != Alpine)
        {
            return $"the image is {SystemName(shape)} (glibc), whose /lib64 holds the loader only; the setting would " +
                $"do nothing";
        }

        if (shape.Commands.LinksLoader)
        {
            return "the image links the loader to where it is looked for already, the same cure (Spark has it since " +
                "2.4.4, SPARK-26995)";
        }

        if (existing is not null && NamesLib64().IsMatch(existing.Arguments))
        {
            return "the file sets it to /lib64 already";
        }

        return null;
    }

    // In the style of the line above: its indentation, its spelling of ENV, a blank or an equals sign.
    private static string LibraryPathLine(
        DockerfileDocument document, DockerfileInstruction anchor, DockerfileInstruction? existing)
    {
        var above = document.PhysicalLines[anchor.FirstLine].Text;
        var indent = above[..^above.TrimStart().Length];
        var keyword = "ENV";
        if (above.AsSpan(indent.Length).StartsWith(keyword, StringComparison.OrdinalIgnoreCase))
        {
            keyword = above.Substring(indent.Length, keyword.Length);
        }

        var separator = DockerfileShape.IsEqualsForm(anchor) ? '=' : ' ';
        var former = existing is null ? "" : $"${{{EditNames.LibraryPath}}}:";
        return $"{indent}{keyword} {EditNames.LibraryPath}{separator}{former}{Lib64}";
    }

    // A platform that nothing tells has no name; only the edit that needs one refuses it.
    private static string SystemName(DockerfileShape shape) => SystemNames[shape.Platform];

    private static SparkDockerfileEdit NotNeeded(string name, string reason) => new(name, false, 0, "", "", reason);

    // nss, nss=3.44-r0, nss>3, nss~3.44, nss@edge: apk's ways to name a version or a repository.
    private static bool IsNss(string package) =>
        package.Split('=', '<', '>', '~', '@')[0].Trim('"', '\'') == EditNames.Nss;

    [GeneratedRegex(
        @"(^|[\s=:""'])/lib64/?($|[\s:""'])", RegexOptions.CultureInvariant)]
    private static partial Regex NamesLib64();
}
