using SparkAzure.Core.Oci.Files;


namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// What a package is wanted for, as a file of the image: it proves the package where the image has no package database,
/// or came to the program in another way (tini is often copied). One row per package that Spark's Dockerfiles install.
/// </summary>
/// <param name="Package">The package's names, separated by blanks.</param>
/// <param name="Program">A program on the search path; null when it is wanted for a library.</param>
/// <param name="Library">A library's file name.</param>
internal sealed record PackageFiles(string Package, string? Program, string? Library = null)
{
    // Source: the file lists of the packages of Debian 11 and 12, Ubuntu 22.04 and 24.04, Alpine 3.9.
    private static readonly PackageFiles[] All =
    [
        new("bash", "bash"),
        new("tini", "tini"),
        new("python3", "python3"),
        new("python python2", "python"),
        new("python3-pip py3-pip", "pip3"),
        new("python-pip", "pip"),
        new("procps", "ps"),
        new("net-tools", "netstat"),
        new("krb5-user krb5", "kinit"),
        new("gnupg gnupg2", "gpg"),
        new("wget", "wget"),
        new("curl", "curl"),
        new("gosu", "gosu"),
        new("logrotate", "logrotate"),
        new("r-base R", "R"),
        new("openjdk-17-jre openjdk-11-jre openjdk-8-jre", "java"),
        new("libnss3 nss", null, "libnss3.so"),
        new("libc6", null, "libc.so.6"),
        new("libc6-compat", null, "ld-linux-x86-64.so.2"),
        new("libpam-modules linux-pam", null, "pam_wheel.so"),
        new("libnss-wrapper", null, "libnss_wrapper.so"),
        new("libjemalloc2", null, "libjemalloc.so.2"),
    ];

    private static readonly string[] ProgramFolders = ["usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin"];
    private static readonly string[] LibraryFolders = ["lib", "lib64", "usr/lib", "usr/lib64"];

    /// <summary>Looks for what a package is wanted for.</summary>
    /// <returns>
    /// The file's absolute path, null when it is not there; and whether it is known what to look for.
    /// </returns>
    public static (string? Path, bool IsKnown) Find(ImageFileSystem files, string package)
    {
        if (Array.Find(All, r => r.Package.Split(' ').Contains(package)) is not { } row)
        {
            return (null, false);
        }

        return (row.Program is { } program ? FindProgram(files, program) : FindLibrary(files, row.Library!), true);
    }

    /// <summary>A program on the usual search path.</summary>
    public static string? FindProgram(ImageFileSystem files, string name) =>
        ProgramFolders.Select(f => $"{f}/{name}")
            .Where(p => files.Find(p) is { IsFile: true })
            .Select(p => "/" + p)
            .FirstOrDefault();

    private static string? FindLibrary(ImageFileSystem files, string name)
    {
        // Debian has a folder per architecture in them, PAM one of its own.
        var folders = LibraryFolders.Concat(
            LibraryFolders.SelectMany(
                f => files
                    .Children(files.Resolve(f) ?? f)
                    .Where(c => c.Name.Contains("-linux-", StringComparison.Ordinal))
                    .Select(c => c.Path))).ToList();
        return folders
            .SelectMany(f => new[] { $"{f}/{name}", $"{f}/security/{name}" })
            .Where(p => files.Find(p) is { IsFile: true })
            .Select(p => "/" + p)
            .FirstOrDefault();
    }
}
