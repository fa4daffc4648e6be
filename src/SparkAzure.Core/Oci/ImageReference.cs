using System.Text.RegularExpressions;

namespace SparkAzure.Core.Oci;

/// <summary>An image reference by the distribution grammar: <c>host/repository:tag@digest</c>.</summary>
/// <param name="Registry">The registry; Docker Hub when the text names none.</param>
/// <param name="Repository">The repository, without the host.</param>
/// <param name="Tag">The tag; <c>latest</c> when neither tag nor digest is given, null when only a digest is.</param>
/// <param name="Digest">The digest; null without one.</param>
internal sealed partial record ImageReference(RegistryAddress Registry, string Repository, string? Tag, string? Digest)
{
    /// <summary>What to ask the registry for: the digest where there is one.</summary>
    public string Manifest => Digest ?? Tag!;

    /// <summary>Reads a reference.</summary>
    /// <exception cref="SparkAzureException">ImageReferenceInvalid.</exception>
    public static ImageReference Parse(string text)
    {
        var rest = text.Trim();
        string? digest = null;
        if (rest.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at)
        {
            digest = rest[(at + 1)..];
            rest = rest[..at];
            if (!ContentDigest.IsOne(digest))
            {
                throw OciErrors.ImageReferenceInvalid(text, $"'{digest}' is not a sha256 digest");
            }
        }

        string? tag = null;
        if (rest.LastIndexOf(':') is >= 0 and var colon && colon > rest.LastIndexOf('/'))
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
            if (!IsTag(tag))
            {
                throw OciErrors.ImageReferenceInvalid(text, $"'{tag}' is not a tag");
            }
        }

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var hasHost = slash > 0 && RegistryAddress.IsHost(rest[..slash]);
        var host = RegistryAddress.DockerHub;
        var repository = rest;
        if (hasHost)
        {
            (host, repository) = (rest[..slash], rest[(slash + 1)..]);
        }
        else if (slash < 0)
        {
            // Docker Hub's own images have no other name in front of theirs.
            repository = "library/" + rest;
        }

        if (!RegistryAddress.RepositoryPath().IsMatch(repository))
        {
            throw OciErrors.ImageReferenceInvalid(text, $"'{repository}' is not a repository's name");
        }

        if (digest is null)
        {
            tag ??= "latest";
        }

        return new ImageReference(new RegistryAddress(host, ""), repository, tag, digest);
    }

    /// <summary>Reads a reference that somebody else wrote; null where it is none.</summary>
    public static ImageReference? TryParse(string? text)
    {
        try
        {
            return text is null ? null : Parse(text);
        }
        catch (SparkAzureException)
        {
            return null;
        }
    }

    public static bool IsTag(string text) => TagForm().IsMatch(text);

    public override string ToString()
    {
        var text = $"{Registry.Host}/{Repository}";
        if (Tag is not null)
        {
            text += ":" + Tag;
        }

        if (Digest is null)
        {
            return text;
        }

        return $"{text}@{Digest}";
    }

    [GeneratedRegex(@"^\w[\w.-]{0,127}$", RegexOptions.ECMAScript)]
    private static partial Regex TagForm();
}
