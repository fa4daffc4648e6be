using System.Runtime.InteropServices;
using System.Text;

namespace SparkAzure.Sandbox.Samples;

/// <summary>The texts that samples are laid out from, and what is done to the files: modes, owners, reach.</summary>
internal static class SampleFiles
{
    internal const UnixFileMode Regular =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    internal const UnixFileMode Executable =
        Regular | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode Traverse = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>A text of the folder <c>Samples/Files</c>, with <c>@NAME@</c> filled in.</summary>
    internal static string Text(string name, params (string Name, string Value)[] values)
    {
        var resource = $"Samples/{name}";
        using var stream = typeof(SampleFiles).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The sandbox has no text '{resource}'.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return values.Aggregate(
            reader.ReadToEnd(), (text, v) => text.Replace($"@{v.Name}@", v.Value, StringComparison.Ordinal));
    }

    /// <summary>Writes a file with its folder and mode.</summary>
    internal static string Write(string path, string text, bool executable = false) =>
        Write(path, Encoding.UTF8.GetBytes(text), executable);

    /// <summary>Writes a file with its folder and mode.</summary>
    internal static string Write(string path, byte[] content, bool executable = false)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, executable ? Executable : Regular);
        }

        return path;
    }

    /// <summary>
    /// Lets another account come to a folder: root's temporary folders are closed to everybody else, and the sample
    /// host's account is another one than root. Only folders under the temporary directory are opened, and only for
    /// passing through.
    /// </summary>
    internal static void MakeReachable(string folder)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            return;
        }

        var temporary = Path.GetFullPath(Path.GetTempPath()).TrimEnd('/') + '/';
        for (var at = new DirectoryInfo(Path.GetFullPath(folder)); at is not null; at = at.Parent)
        {
            var mode = at.UnixFileMode;
            if ((mode & Traverse) == Traverse)
            {
                continue;
            }

            if (!at.FullName.StartsWith(temporary, StringComparison.Ordinal))
            {
                throw new IOException(
                    $"The sample host runs as another account than root, and that account cannot pass " +
                    $"'{at.FullName}'. Choose a folder that is open to it, for example under {temporary}.");
            }

            at.UnixFileMode = mode | Traverse;
        }
    }

    /// <summary>Gives a whole tree to an account; only root can, so only root's samples do.</summary>
    internal static void Give(string folder, uint user, uint group)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(
            folder, "*", SearchOption.AllDirectories).Append(folder))
        {
            if (lchown(path, user, group) != 0)
            {
                throw new IOException($"'{path}' could not be given to account {user}.");
            }
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);
}
