namespace SparkAzure.Core.Oci.Files;

/// <summary>Paths in an image: from its root, slashes between the parts, none at the ends.</summary>
internal static class ImagePath
{
    /// <summary>A path in that form; <c>.</c> and <c>..</c> resolved, not beyond the root.</summary>
    public static string Of(string path)
    {
        // Nearly all are in order already, and a base image has tens of thousands.
        if (path.Length > 0
            && path[0] is not ('/' or '.')
            && path[^1] != '/'
            && !path.Contains("//", StringComparison.Ordinal)
            && !path.Contains("/.", StringComparison.Ordinal))
        {
            return path;
        }

        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part == "..")
            {
                if (parts.Count > 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>A path as seen from a folder of the image, which a path with a leading slash is not.</summary>
    public static string Of(string folder, string path) => Of(path.StartsWith('/') ? path : $"{folder}/{path}");

    public static string Join(string folder, string name)
    {
        if (folder.Length == 0)
        {
            return name;
        }

        if (name.Length == 0)
        {
            return folder;
        }

        return $"{folder}/{name}";
    }

    public static string Parent(string path)
    {
        if (path.LastIndexOf('/') is var slash and > 0)
        {
            return path[..slash];
        }

        return "";
    }

    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];
}
