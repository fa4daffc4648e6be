using System.Formats.Tar;
using System.Text;

namespace SparkAzure.Sandbox.Registry;

/// <summary>
/// What a base image of the sandbox holds: the files by which Spark's RUN lines are proven, and which its entry points
/// call. None of them is a real program.
/// </summary>
internal static class BaseImageFiles
{
    private static readonly string[] Programs =
        ["bin/sh", "bin/bash", "sbin/tini", "usr/bin/env", "usr/bin/tini", "usr/bin/python", "usr/bin/python3", "usr/bin/pip3", "usr/lib/jvm/sandbox/bin/java"];

    private static readonly string[] AlpinePackages = ["bash", "tini", "libc6-compat", "linux-pam", "nss", "python", "python3", "R", "R-dev"];

    private static readonly string[] DebianPackages =
    [
        "bash", "tini", "libc6", "libpam-modules", "krb5-user", "libnss3", "procps", "net-tools", "logrotate", "libssl-dev", "python3", "python3-pip", "r-base", "r-base-dev",
    ];

    /// <summary>The image's one layer as a tar.</summary>
    /// <param name="architecture">Tells one image of an index from the other.</param>
    /// <param name="isAlpine">Whether it has apk's database, or dpkg's.</param>
    public static byte[] Tar(string architecture, bool isAlpine)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            Add("etc/os-release", $"ID=sandbox\nPRETTY_NAME=\"Sandbox base ({architecture})\"\n");
            Add("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
            Add("etc/group", "root:x:0:\n");
            Add("etc/pam.d/su", "auth sufficient pam_rootok.so\n");
            foreach (var program in Programs)
            {
                Add(program, "#!/bin/sh\n", isProgram: true);
            }

            foreach (var package in new[] { "pip-21.3.1", "setuptools-59.6.0" })
            {
                Add(
                    $"usr/lib/python3.6/site-packages/{package}.dist-info/METADATA",
                    $"Name: {package.Split('-')[0]}\n");
            }

            if (isAlpine)
            {
                Add("lib/apk/db/installed", string.Concat(AlpinePackages.Select(p => $"P:{p}\nV:1.0-r0\n\n")));
            }
            else
            {
                Add(
                    "var/lib/dpkg/status",
                    string.Concat(
                        DebianPackages.Select(p => $"Package: {p}\nStatus: install ok installed\nVersion: 1.0-1\n\n")));
            }

            void Add(
                string name,
                string content,
                bool isProgram = false) => writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
            {
                ModificationTime = DateTimeOffset.UnixEpoch,
                Mode = (UnixFileMode)(isProgram ? 0x1ED : 0x1A4),
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
            });
        }

        return tar.ToArray();
    }
}
