namespace SparkAzure.Core.Tests.Images.Registry.Run;

public sealed class RunReplayTests
{
    private readonly RunFixture _run = new();

    [Fact]
    public async Task Folders_files_links_and_modes_are_made_where_they_really_are()
    {
        _run.Base.Link("bin", "usr/bin").Folder("usr").Folder("usr/bin").File("usr/bin/bash", "b", 0x1ED).Link("usr/bin/sh", "dash").Folder("lib").Folder("lib64").File("etc/passwd", "root:x:0:0\n");

        var findings = await _run.RunAsync("set -ex && ln -s /lib /lib64 && mkdir -p /opt/spark/work-dir && touch /opt/spark/RELEASE && rm /bin/sh && ln -sv /bin/bash /bin/sh && chgrp root /etc/passwd && chmod ug+rw /etc/passwd");

        Assert.All(findings, f => Assert.False(f.IsUnverified, f.ToString()));
        Assert.Equal(
            ["etc/passwd", "lib64/lib", "opt", "opt/spark", "opt/spark/RELEASE", "opt/spark/work-dir", "usr/bin/sh"],
            _run.Layer.Select(i => i.Name).Order(StringComparer.Ordinal));
        Assert.Equal("777 0:0 -> /bin/bash", _run.Show("usr/bin/sh"));
        Assert.Equal("664 0:0", _run.Show("etc/passwd"));
        Assert.Equal("root:x:0:0\n", _run.Text("etc/passwd"));
        Assert.Equal("755 0:0/", _run.Show("opt/spark/work-dir"));
        Assert.Equal("777 0:0 -> /lib", _run.Show("lib64/lib"));
    }

    [Fact]
    public async Task What_is_removed_becomes_a_whiteout_and_what_was_never_there_nothing()
    {
        _run.Base.File("var/cache/apt/a").File("var/cache/apt/.hidden").File("var/lib/apt/lists/deep/x").File("keep");

        Assert.All(await _run.RunAsync("rm -rf /var/cache/apt/* && rm -rf /var/lib/apt/lists && rm -rf /root/.cache && rm -r /usr/lib/python*/ensurepip"), f => Assert.False(f.IsUnverified, f.ToString()));

        Assert.Equal(["var/cache/apt/.wh.a", "var/lib/apt/.wh.lists"], _run.Layer.Select(i => i.Name).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(await _run.RunAsync("rm -rf /var/cache/apt/*"), f => f.IsUnverified);
        Assert.Empty(_run.Layer);
    }

    [Fact]
    public async Task A_folder_that_is_made_anew_hides_what_was_in_it()
    {
        _run.Base.Folder("data", 0x1C0, 5, 5).File("data/old").File("data/same", "1");

        await _run.RunAsync("rm -r /data && mkdir /data && touch /data/new");

        Assert.Equal(["data", "data/.wh.old", "data/.wh.same", "data/new"], _run.Layer.Select(i => i.Name).Order(StringComparer.Ordinal));
        Assert.Equal("755 0:0/", _run.Show("data"));
    }

    [Fact]
    public async Task Echo_writes_small_files_and_leaves_their_mode_and_owner()
    {
        _run.Base.File("etc/pam.d/su", "auth sufficient\n", 0x1A0, 3, 4);

        await _run.RunAsync("echo \"auth required pam_wheel.so use_uid\" >> /etc/pam.d/su && echo -n one > /etc/new && : > /etc/empty && echo said");

        Assert.Equal("auth sufficient\nauth required pam_wheel.so use_uid\n", _run.Text("etc/pam.d/su"));
        Assert.Equal("640 3:4", _run.Show("etc/pam.d/su"));
        Assert.Equal("one", _run.Text("etc/new"));
        Assert.Equal("", _run.Text("etc/empty"));
        Assert.True((await _run.OneAsync("echo 'a\\nb' > /x")).IsUnverified);
        Assert.True((await _run.OneAsync("date > /x")).IsUnverified);
    }

    [Theory]
    [InlineData("sed -i 's/http:\\/\\/deb.\\(.*\\)/https:\\/\\/deb.\\1/g' /f", "deb http://deb.debian.org/debian x\n", "deb https://deb.debian.org/debian x\n")]
    [InlineData("sed -i -e 's|^#*\\(a\\)b*$|[&] \\1|' /f", "##abb\nab a\n", "[##abb] a\nab a\n")]
    [InlineData("sed -i 's/a+(b)/x/' /f", "a+(b) aab\n", "x aab\n")]
    [InlineData("sed -i 's/[^ ]*r/x\\/y/' /f", "ca bar r\n", "ca x/y r\n")]
    [InlineData("sed -i s/o/0/ /f", "foo\nboo", "f0o\nb0o")]
    public async Task A_substitution_by_sed_is_carried_out(string run, string before, string after)
    {
        _run.Base.File("f", before, 0x180, 1, 2);

        Assert.False((await _run.OneAsync(run)).IsUnverified);

        Assert.Equal(after, _run.Text("f"));
        Assert.Equal("600 1:2", _run.Show("f"));
    }

    [Fact]
    public async Task Owners_are_given_by_number_and_by_the_names_that_the_image_knows()
    {
        _run.Base.File("etc/passwd", "root:x:0:0:\nspark:x:185:186::/:/bin/sh\n").File("etc/group", "root:x:0:\nusers:x:100:\n").Folder("opt/d").File("opt/d/program", "", 0x9ED).Link("opt/d/link", "program");

        Assert.DoesNotContain(await _run.RunAsync("chown -R spark: /opt/d && chgrp users /opt/d && chown 7 /opt/d/program"), f => f.IsUnverified);

        Assert.Equal(("755 185:100/", "755 7:186", "777 185:186 -> program"), (_run.Show("opt/d"), _run.Show("opt/d/program"), _run.Show("opt/d/link")));
        Assert.Equal("the image knows no user 'nobody'", (await _run.OneAsync("chown nobody /opt/d")).Reason);
    }

    [Fact]
    public async Task Another_user_than_root_makes_what_is_his_and_may_change_no_more()
    {
        _run.Base.Folder("home", 0x1ED, 185, 0).File("etc/passwd", "root:x:0:0:\n");
        _run.User = "185";
        _run.WorkingDirectory = "/home";

        var findings = await _run.RunAsync("mkdir mine; touch mine/x; touch /etc/x; chmod 777 /etc/passwd; chown 1 mine");

        Assert.Equal([false, false, true, true, true], findings.Select(f => f.IsUnverified));
        Assert.Equal("644 185:0", _run.Show("home/mine/x"));
        Assert.Equal(["home/mine", "home/mine/x"], _run.Layer.Select(i => i.Name));
    }

    [Fact]
    public async Task What_a_builder_mounts_is_in_no_layer()
    {
        _run.Base.File("etc/hosts", "old\n").Folder("dev");

        var findings = await _run.RunAsync("echo nameserver 8.8.8.8 >> /etc/resolv.conf && echo 10.0.0.4 driver >> /etc/hosts && chmod 600 /etc/hosts && touch /etc/hostname /dev/x && mkdir /etc/other");

        Assert.DoesNotContain(findings, f => f.IsUnverified);
        Assert.Equal(["etc/other"], _run.Layer.Select(i => i.Name));
        Assert.Equal(("644 0:0", "nothing"), (_run.Show("etc/hosts"), _run.Show("etc/resolv.conf")));
    }

    [Theory]
    [InlineData("pip3 install --no-cache-dir numpy==1.26.4", "Missing", "the image has numpy 1.19.5, not numpy==1.26.4")]
    [InlineData("pip3 install \"numpy>=1.24\"", "Missing", "the image has numpy 1.19.5, not numpy>=1.24")]
    [InlineData("pip3 install 'numpy>=1.19,<2' \"numpy~=1.19.2\" \"numpy!=1.19.4\" numpy==1.19.*", "Proven", "the image has numpy 1.19.5, numpy 1.19.5, numpy 1.19.5, numpy 1.19.5")]
    [InlineData("python3 -m pip install --timeout 120 numpy", "Proven", "the image has numpy 1.19.5")]
    [InlineData("pip3 --retries 3 install --extra-index-url https://x.example/simple --trusted-host x.example -f /wheels numpy", "Proven", "the image has numpy 1.19.5")]
    [InlineData("pip3 install --requirement=/r.txt", "Unknown", null)]
    [InlineData("pip3 install -r/r.txt", "Unknown", null)]
    [InlineData("pip3 install --prefix /x numpy", "Unknown", null)]
    [InlineData("pip3 install 'numpy==1.26; python_version < \"3.6\"'", "Unknown", null)]
    [InlineData("pip3 install unmarked==1.0", "Unknown", null)]
    [InlineData("pip3 install numpy==1.19.5rc1", "Missing", null)]
    [InlineData("pip3 cache purge", "NotNeeded", null)]
    [InlineData("apt-get install -y -o Dpkg::Options::=--force-confdef -c /apt.conf bash", "Proven", null)]
    [InlineData("apt-get install -y bash:amd64=4.0", "Missing", null)]
    [InlineData("useradd -r -g root -u 185 spark", "Proven", null)]
    [InlineData("useradd --uid 1000 spark", "Missing", "the image's user spark has the number 185, not 1000")]
    [InlineData("useradd spark -g root", "Proven", null)]
    public async Task Versions_count_and_values_of_options_are_no_packages(string run, string judgement, string? reason)
    {
        _run.Base.File("etc/passwd", "root:x:0:0:\nspark:x:185:185::/:/bin/sh\n").File("var/lib/dpkg/status", "Package: bash\nStatus: install ok installed\nVersion: 5.1-2\n")
            .File("usr/local/lib/python3.6/site-packages/numpy-1.19.5.dist-info/METADATA").Folder("usr/lib/python3/dist-packages/unmarked");

        var finding = await _run.OneAsync(run);

        Assert.Equal(judgement, finding.Judgement.ToString());
        Assert.Equal(reason ?? finding.Reason, finding.Reason);
    }

    [Theory]
    [InlineData("apt-get update && apt-get -y upgrade && rm -rf /var/lib/apt/lists/*", "NotNeeded NotNeeded Done")]
    [InlineData("apt install -y bash libc6", "Proven")]
    [InlineData("DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends tini", "Proven")]
    [InlineData("apt install -y awk", "Proven")]
    [InlineData("apt install -y removed", "Missing")]
    [InlineData("apt install -y bash=5.1-2 && apt install -y bash=4.0", "Proven Missing")]
    [InlineData("apt install -y -t backports bash:amd64", "Proven")]
    [InlineData("apt-get install -y $PACKAGES", "Proven")]
    [InlineData("pip3 install --upgrade pip setuptools", "Proven")]
    [InlineData("pip3 install numpy", "Missing")]
    [InlineData("pip install -r /requirements.txt", "Unknown")]
    [InlineData("python3 -m ensurepip", "Proven")]
    [InlineData("python3 setup.py", "Unknown")]
    [InlineData("sed -i 's/http:/https:/g' /etc/apt/sources.list", "Done")]
    [InlineData("sed -i s/a/b/ /etc/none", "Missing")]
    [InlineData("sed s/a/b/ /etc/passwd", "Unknown")]
    [InlineData("sed -i '/root/d' /etc/passwd", "Unknown")]
    [InlineData("wget -q https://example.com/x", "Unknown")]
    [InlineData("useradd -u 185 spark && groupadd staff", "Proven Missing")]
    [InlineData("chmod +x /not/there", "Missing")]
    [InlineData("mkdir /a/b", "Missing")]
    [InlineData("mkdir /etc", "Done")]
    [InlineData("ln -s /other /etc/link", "Missing")]
    [InlineData("ln -s /target /etc/link", "Done")]
    [InlineData("chmod --reference=/a /etc/passwd", "Unknown")]
    [InlineData("true || wget x", "NotNeeded")]
    [InlineData("wget x || true", "Unknown")]
    [InlineData("wget x || wget y", "Unknown Unknown")]
    [InlineData("cd /etc && chmod 600 passwd", "NotNeeded Done")]
    [InlineData("[\"mkdir\", \"-p\", \"/a b\"]", "Done")]
    [InlineData("--mount=type=secret,id=x cat /run/secrets/x", "Unknown")]
    public async Task Each_command_is_done_proven_or_named(string run, string judgements)
    {
        _run.Variables["PACKAGES"] = "bash tini";
        _run.Base.File("etc/passwd", "root:x:0:0:\nspark:x:185:185::/:/bin/sh\n").Link("etc/link", "/target").File("usr/bin/tini", "", 0x1ED).File("usr/bin/python3", "", 0x1ED)
            .File("usr/local/lib/python3.11/site-packages/pip-23.0.dist-info/METADATA").Folder("usr/lib/python3/dist-packages/setuptools")
            .File("var/lib/dpkg/status", "Package: bash\nStatus: install ok installed\nVersion: 5.1-2\n\nPackage: mawk\nStatus: install ok installed\nProvides: awk (= 1), other\n\nPackage: removed\nStatus: deinstall ok config-files\n\nPackage: libc6\nStatus: hold ok installed\nVersion: 2.31\n");

        var findings = await _run.RunAsync(run);

        Assert.Equal(judgements, string.Join(' ', findings.Select(f => f.Judgement)));
        Assert.All(findings.Where(f => f.IsUnverified), f => Assert.True(f.Command.Length > 0 && f.Reason.Length > 0));
    }

    [Theory]
    [InlineData("lib/apk/db/installed", "P:bash\nV:5.0\np:cmd:bash=5 sh\n\nP:tini\nV:0.18\n", "apk --update add --no-cache bash tini sh", "Proven")]
    [InlineData("lib/apk/db/installed", "P:bash\nV:5.0\n", "apk add bash nss", "Missing")]
    [InlineData("var/lib/dpkg/status.d/base", "Package: base-files\nVersion: 12\n", "apt-get install -y base-files", "Proven")]
    [InlineData("var/lib/rpm/rpmdb.sqlite", "x", "microdnf install bash", "Unknown")]
    [InlineData("usr/bin/bash", "x", "apt install -y bash", "Proven")]
    [InlineData("usr/bin/other", "x", "apt install -y bash", "Missing")]
    [InlineData("usr/bin/other", "x", "apt install -y never-heard-of", "Unknown")]
    [InlineData("usr/lib/x86_64-linux-gnu/libnss3.so", "x", "apt install -y libnss3", "Proven")]
    [InlineData("lib/security/pam_wheel.so", "x", "apk add linux-pam", "Proven")]
    public async Task Packages_are_proven_by_the_databases_of_several_systems_or_by_what_they_are_wanted_for(string path, string content, string run, string expected)
    {
        _run.Base.File(path, content, 0x1ED);

        Assert.Equal(expected, (await _run.OneAsync(run)).Judgement.ToString());
    }

    // The commands of the released Dockerfiles; the releases that are not named have those of a neighbour.
    [Theory]
    [InlineData("2.3", "set -ex && apk upgrade --no-cache && apk add --no-cache bash tini libc6-compat && mkdir -p /opt/spark && mkdir -p /opt/spark/work-dir touch /opt/spark/RELEASE && rm /bin/sh && ln -sv /bin/bash /bin/sh && chgrp root /etc/passwd && chmod ug+rw /etc/passwd")]
    [InlineData("2.4.4", "set -ex && apk upgrade --no-cache && ln -s /lib /lib64 && apk add --no-cache bash tini libc6-compat linux-pam nss && mkdir -p /opt/spark && mkdir -p /opt/spark/work-dir && touch /opt/spark/RELEASE && rm /bin/sh && ln -sv /bin/bash /bin/sh && echo \"auth required pam_wheel.so use_uid\" >> /etc/pam.d/su && chgrp root /etc/passwd && chmod ug+rw /etc/passwd")]
    [InlineData("2.4.5", "set -ex && apt-get update && ln -s /lib /lib64 && apt install -y bash tini libc6 libpam-modules libnss3 && mkdir -p /opt/spark && rm -rf /var/cache/apt/*")]
    [InlineData("3.0.0", "set -ex && sed -i 's/http:/https:/g' /etc/apt/sources.list && apt-get update && apt install -y bash tini libc6 libpam-modules krb5-user libnss3 && rm -rf /var/cache/apt/*")]
    [InlineData("3.0.1", "set -ex && sed -i 's/http:\\/\\/deb.\\(.*\\)/https:\\/\\/deb.\\1/g' /etc/apt/sources.list && apt-get update")]
    [InlineData("python 2.4.0", "apk add --no-cache python && apk add --no-cache python3 && python -m ensurepip && python3 -m ensurepip && rm -r /usr/lib/python*/ensurepip && pip install --upgrade pip setuptools && rm -r /root/.cache")]
    [InlineData("python 3.1.1", "apt-get update && apt install -y python3 python3-pip && pip3 install --upgrade pip setuptools && rm -r /root/.cache && rm -rf /var/cache/apt/*")]
    [InlineData("R 3.0.2", "apt-get update && apt install -y gnupg && echo \"deb http://cloud.r-project.org/bin/linux/debian buster-cran35/\" >> /etc/apt/sources.list && apt-key adv --keyserver keys.gnupg.net --recv-key 'E19F5F87128899B192B1A2C2AD5F960A256A04AF' && apt-get update && apt install -y -t buster-cran35 r-base r-base-dev && rm -rf /var/cache/apt/*")]
    [InlineData("4.0.0", "ln -s $(basename ${SPARK_HOME}/examples/jars/spark-examples_*.jar) ${SPARK_HOME}/examples/jars/spark-examples.jar")]
    [InlineData("spark-docker", "set -ex; apt-get update; apt-get install -y gnupg2 wget bash tini libc6 libpam-modules krb5-user libnss3 procps net-tools gosu libnss-wrapper; mkdir -p /opt/spark; mkdir /opt/spark/python; chmod g+w /opt/spark; touch /opt/spark/RELEASE; chown -R spark:spark /opt/spark; rm -rf /var/lib/apt/lists/*")]
    [InlineData("spark-docker accounts", "groupadd --system --gid=185 spark && useradd --system --uid=185 --gid=spark spark")]
    public async Task Nothing_of_a_released_Dockerfile_is_left_unverified_on_a_base_image_that_has_what_it_installs(string release, string run)
    {
        _run.Variables["SPARK_HOME"] = "/opt/spark";
        var packages = "bash tini libc6 libc6-compat linux-pam nss libpam-modules krb5-user libnss3 procps net-tools gosu libnss-wrapper gnupg gnupg2 wget python python3 python3-pip r-base r-base-dev";
        _run.Base.Folder("etc").File("etc/passwd", "root:x:0:0:\nspark:x:185:185::/:/bin/sh\n").File("etc/group", "root:x:0:\nspark:x:185:\n").File("etc/pam.d/su").File("etc/apt/sources.list", "deb http://deb.debian.org\n")
            .File("bin/bash", "", 0x1ED).Link("bin/sh", "bash").Folder("lib").File("usr/bin/python", "", 0x1ED).File("usr/bin/python3", "", 0x1ED).Folder("opt")
            .File("usr/lib/python3.6/site-packages/pip-21.dist-info/METADATA").File("usr/lib/python3.6/site-packages/setuptools-59.dist-info/METADATA").File("usr/lib/python3.6/ensurepip/x")
            .File("opt/spark/examples/jars/spark-examples_2.13-4.0.0.jar").File("var/cache/apt/x")
            .File("var/lib/dpkg/status", string.Concat(packages.Split(' ').Select(p => $"Package: {p}\nStatus: install ok installed\nVersion: 1\n\n")));

        var findings = await _run.RunAsync(run);

        Assert.All(findings, f => Assert.False(f.IsUnverified, $"{release}: {f}"));
        Assert.Equal(run.Split(["&&", ";"], StringSplitOptions.None).Length, findings.Count);
        if (release == "4.0.0")
        {
            Assert.Equal("777 0:0 -> spark-examples_2.13-4.0.0.jar", _run.Show("opt/spark/examples/jars/spark-examples.jar"));
        }
        else if (release == "2.3")
        {
            Assert.Equal(("755 0:0/", "755 0:0/"), (_run.Show("touch"), _run.Show("opt/spark/RELEASE")));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_stands_in_a_RUN_line_is_followed_or_named_and_never_an_accident(int seed)
    {
        string[] words =
        [
            "mkdir", "-p", "ln", "-s", "-sf", "rm", "-rf", "chmod", "chown", "-R", "touch", "echo", "cd", "apt-get", "install", "pip", "set", "-ex", "export", "sed", "-i", "A=b", "if", "then", "fi", "{", "}", "(", ")",
            "&&", "||", ";", "|", "&", ">", ">>", "2>&1", "<", "<<EOF", "*", "[a-", "[z-a]", "?", "$", "$A", "${A", "${A:-x}", "$(", "$(basename /a/b)", "`x`", "'", "\"", "\\", "#", "~", "/", "..", ".", "/etc", "/etc/passwd", "/a/b/c", "a", "root", "755", "u+x", "777777", "\n", "\t", "--", "-",
        ];
        var random = new Random(seed);
        _run.Base.Folder("etc").File("etc/passwd", "root:x:0:0\n").Link("etc/loop", "loop").Folder("a").Link("a/up", "../..");
        for (var i = 0; i < 700; i++)
        {
            var script = string.Join(random.Next(4) == 0 ? "" : " ", Enumerable.Range(0, random.Next(1, 12)).Select(_ => words[random.Next(words.Length)]));
            if (script.Trim().Length > 0)
            {
                Assert.All(await _run.FollowAsync(script), f => Assert.True(f.Command.Length > 0 && f.Reason.Length > 0, script));
            }
        }
    }

    [Fact]
    public async Task A_mode_that_would_take_a_large_part_of_the_base_image_along_is_left_alone_and_named()
    {
        _run.Base.File("usr/lib/large", new string('x', 33 << 20)).File("usr/lib/small");

        var findings = await _run.RunAsync("chmod -R 700 /usr/lib && mkdir /made");

        Assert.Equal("modes or owners of 2 files of the base image", findings[^1].Reason[.."modes or owners of 2 files of the base image".Length]);
        Assert.Contains("made", _run.Layer.Select(i => i.Name));
        Assert.Equal("644 0:0", _run.Show("usr/lib/large"));
    }
}
