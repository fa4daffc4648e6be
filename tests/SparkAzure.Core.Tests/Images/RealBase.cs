namespace SparkAzure.Core.Tests.Images;

/// <summary>
/// A base image for a real daemon: busybox, this machine's bash, and in place of what comes from the internet (apt-get, apk, pip, tini, java) programs that
/// do nothing, with the databases that they would have left. So the RUN lines of Spark's own Dockerfiles run to their end without a network.
/// </summary>
internal static class RealBase
{
    // Programs that a Dockerfile calls and that need do nothing.
    private static readonly string[] Idle = ["apt", "apt-get", "apk", "pip", "pip3", "python", "python3", "tini", "java"];

    private static readonly string[] Applets =
        ["sh", "ls", "cat", "mkdir", "echo", "ln", "chmod", "chown", "chgrp", "touch", "rm", "id", "basename", "dirname", "sed", "env", "true", "false", "test"];

    private static readonly string[] Packages =
    [
        "bash", "tini", "libc6", "libc6-compat", "linux-pam", "nss", "libpam-modules", "krb5-user", "libnss3", "procps", "net-tools", "python", "python3", "python3-pip", "r-base", "r-base-dev", "R", "R-dev",
    ];

    private static readonly string[] BashNeeds = ["/lib/x86_64-linux-gnu/libtinfo.so.6", "/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"];

    /// <summary>Makes the image and pushes it.</summary>
    /// <param name="reference">Its name.</param>
    /// <param name="isAlpine">True for the layout and database of Alpine, false for Debian's with /bin and /lib as links.</param>
    public static async Task PushOrSkipAsync(string reference, bool isAlpine)
    {
        Skip.IfNot(File.Exists("/bin/busybox") && File.Exists("/bin/bash") && BashNeeds.All(File.Exists), "busybox-static, or bash and its libraries of Debian on x86-64, are not there");
        using var folder = new TemporaryFolder();
        string At(string path) => folder["root", path];
        Directory.CreateDirectory(At("usr/bin"));
        Directory.CreateDirectory(At("usr/sbin"));
        Directory.CreateDirectory(At("usr/lib"));
        foreach (var name in new[] { "bin", "sbin", "lib" })
        {
            if (isAlpine)
            {
                Directory.CreateDirectory(At(name));
            }
            else
            {
                File.CreateSymbolicLink(At(name), "usr/" + name);
            }
        }

        File.Copy("/bin/busybox", At("bin/busybox"));
        File.Copy("/bin/bash", At("bin/bash"));
        foreach (var applet in Applets)
        {
            File.CreateSymbolicLink(At($"bin/{applet}"), "busybox");
        }

        foreach (var library in BashNeeds)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(library[1..]))!);
            File.Copy(library, At(library[1..]));
        }

        foreach (var program in Idle)
        {
            var path = program == "tini" && isAlpine ? At("sbin/tini") : At($"usr/bin/{program}");
            await File.WriteAllTextAsync(path, program == "tini" ? "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done\nshift\nexec \"$@\"\n" : "#!/bin/sh\nexit 0\n");
            File.SetUnixFileMode(path, (UnixFileMode)0x1ED);
        }

        folder.Write("root/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nspark:x:1185:1186::/:/bin/sh\n");
        folder.Write("root/etc/group", "root:x:0:\nsparks:x:1186:\n");
        folder.Write("root/etc/pam.d/su", "auth sufficient pam_rootok.so\n");
        folder.Write("root/etc/apt/sources.list", "deb http://deb.debian.org/debian bullseye main\n# http://deb.x\n");
        folder.Write("root/root/.cache/pip/x", "x");
        folder.Write("root/usr/lib/python3.6/ensurepip/__init__.py", "x");
        folder.Write("root/usr/lib/python3.6/site-packages/pip-21.3.1.dist-info/METADATA", "x");
        folder.Write("root/usr/lib/python3.6/site-packages/setuptools-59.dist-info/METADATA", "x");
        folder.Write("root/var/cache/apt/pkgcache.bin", "x");
        folder.Write("root/var/lib/apt/lists/lock", "x");
        folder.Write("root/opt/owned/deep/file", "x");
        folder.Write("root/opt/owned/.hidden", "x");
        folder.Write(isAlpine ? "root/lib/apk/db/installed" : "root/var/lib/dpkg/status", string.Concat(
            Packages
                .Select(p => isAlpine ? $"P:{p}\nV:1-r0\n\n" : $"Package: {p}\nStatus: install ok installed\nVersion: 1-1\n\n")));
        Directory.CreateDirectory(At("tmp"));
        File.SetUnixFileMode(At("tmp"), (UnixFileMode)0x3FF);
        Directory.CreateDirectory(At("shared"));
        File.SetUnixFileMode(At("shared"), (UnixFileMode)0x5FD);
        await ContainerTools.RunAsync("tar", ["-cf", folder["base.tar"], "--owner=0", "--group=0", "--numeric-owner", "-C", folder["root"], "."]);
        await ContainerTools.RunAsync("docker", ["import", "-c", "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", folder["base.tar"], reference]);
        await ContainerTools.RunAsync("docker", ["push", reference]);
    }
}
