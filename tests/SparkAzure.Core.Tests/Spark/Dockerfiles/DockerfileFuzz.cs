using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SparkAzure.Core.Spark.Dockerfiles;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Tests.Spark.Dockerfiles;

/// <summary>Released files, changed at random: whatever they become, they are edited rightly or refused.</summary>
internal static partial class DockerfileFuzz
{
    private static readonly string[] Pieces =
    [
        "\\\n", "\\\r\n", "\\ \n", "\n", "\r\n", "\t", " ", "#", "# comment\n", "    # comment in a RUN\n", "\\", "`", "# escape=`\n", "# syntax=docker/dockerfile:1\n",
        "FROM ", "FROM openjdk:8-alpine AS base\n", "from base\n", "FROM scratch\n", "ARG x=8-alpine\nFROM openjdk:${x}\n", "ARG base_img\n", "${x:-y}", "${", "}", "$", "$x",
        "RUN ", "RUN <<EOF\n", "EOF\n", "<<EOF", "COPY <<'X' /a\n", "X\n", "RUN --mount=type=cache,target=/x ", "RUN [\"apk\", \"add\", \"x\"]\n",
        "apk add ", "apk add --no-cache bash nss\n", "apt install -y python python-pip && ", "apt-get update && ", "pip install ", "rm -r /root/.cache", "apt-key adv --recv-key 'x' && ",
        "libc6-compat", "nss", "'nss>3'", "$(cat x)", ">/dev/null", "&&", "||", ";", "(", ")", "\"", "'", "ln -s /lib /lib64 && ",
        "ENV SPARK_HOME /opt/spark\n", "env SPARK_HOME=/opt/spark\n", "ENV A=1 SPARK_HOME=/opt/spark \\\n  B=2\n", "ENV LD_LIBRARY_PATH /lib64\n", "ENV LD_LIBRARY_PATH=/x\n", "\uFEFF", "ä", "\0", "-buster", ":17-jre",
    ];

    /// <summary>Changes and edits files until the count or the time is reached; says how many there were of what.</summary>
    internal static string Run(int seed, int count, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        var random = new Random(seed);

        // Those that the procedure edits more often than the others, and those that need a repair.
        var originals = DockerfileReleases.All.SelectMany(r => Enumerable.Repeat(DockerfileText.Of(r), r.Base.Contains("alpine", StringComparison.Ordinal) ? 8 : 1))
            .Concat(DockerfileProblemsTests.Cases.Select(c => (string)c[3]))
            .Select(Encoding.UTF8.GetBytes)
            .ToList();
        int done = 0, refused = 0, edited = 0, mended = 0;
        for (; done < count && clock.Elapsed < limit; done++)
        {
            var content = Mutate(originals[random.Next(originals.Count)], random);
            try
            {
                var document = DockerfileDocument.Parse("Dockerfile", content);
                Assert.True(document.ToBytes().AsSpan().SequenceEqual(content), "The file does not survive reading.");
                var plan = SparkDockerfileEditor.Plan(document, repair: false);
                edited += CheckEdits(content, plan) ? 1 : 0;
                mended += plan.Problems.Count > 0 && CheckRepairs(content, SparkDockerfileEditor.Plan(document, repair: true)) ? 1 : 0;
                _ = done % 16 == 0 ? DockerfileReleases.Classify(plan.Shape) : default;
            }
            catch (SparkAzureException)
            {
                refused++;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}, file {done}:\n{Convert.ToBase64String(content)}\n{Encoding.Latin1.GetString(content)}", exception);
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{done} files in {clock.Elapsed}: {edited} edited, {mended} mended, {refused} refused");
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var content = original.ToList();
        for (var steps = random.Next(1, 7); steps > 0; steps--)
        {
            var at = random.Next(content.Count + 1);
            var length = Math.Min(random.Next(1, 40), content.Count - at);
            switch (random.Next(8))
            {
                case 0:
                    content.RemoveRange(at, length);
                    break;
                case 1:
                    content.InsertRange(at, content.GetRange(random.Next(content.Count - length + 1), length));
                    break;
                case 2 when at < content.Count:
                    content[at] = (byte)random.Next(256);
                    break;
                case 3:
                    content = [.. Encoding.Latin1.GetBytes(Encoding.Latin1.GetString([.. content]).Replace("\n", "\r\n", StringComparison.Ordinal))];
                    break;
                case 4 when random.Next(4) == 0:
                    content.RemoveRange(at, content.Count - at);
                    break;
                case 5 when at < content.Count && content[at] is >= (byte)'A' and <= (byte)'z':
                    content[at] ^= 0x20;
                    break;
                default:
                    content.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
            }
        }

        return [.. content];
    }

    // The file as it is now, the procedure's pieces taken out, is the file as it was.
    private static bool CheckEdits(byte[] content, DockerfilePlan plan)
    {
        var before = Lines(content);
        var after = Lines(plan.Edited.ToBytes());
        if (plan.Edits.Single(e => e.Name == "LD_LIBRARY_PATH") is { Needed: true } inserted)
        {
            Assert.Contains("LD_LIBRARY_PATH", after[inserted.Line - 1], StringComparison.Ordinal);
            if (inserted.Line == after.Count)
            {
                // After a last line without a newline: that one has one now.
                after[^2] = before[^1];
            }

            after.RemoveAt(inserted.Line - 1);
        }

        if (plan.Edits.Single(e => e.Name == "nss") is { Needed: true } added)
        {
            var index = added.Line - 1 - (plan.Edits.Single(e => e.Name == "LD_LIBRARY_PATH") is { Needed: true } earlier && earlier.Line < added.Line ? 1 : 0);
            Assert.True(Enumerable.Range(0, after[index].Length - 3).Any(k => after[index].AsSpan(k, 4) is " nss" && after[index].Remove(k, 4) == before[index]), after[index]);
            after[index] = before[index];
        }

        Assert.True(before.SequenceEqual(after), "Something else than the procedure's pieces differs.");
        return CheckTwice(plan, repair: false);
    }

    // Lines that no repair is about stay, in their order.
    private static bool CheckRepairs(byte[] content, DockerfilePlan plan)
    {
        if (!plan.Edits.Any(e => e.Needed))
        {
            var after = new Queue<string>(Lines(plan.Edited.ToBytes()));
            foreach (var line in Lines(content).Where(l => !Repairable().IsMatch(l)))
            {
                while (after.Dequeue() != line)
                {
                }
            }
        }

        Assert.Empty(plan.Mended.Except(plan.Problems.Select(p => p.Rule)));
        return CheckTwice(plan, repair: true) && plan.Mended.Count > 0;
    }

    private static bool CheckTwice(DockerfilePlan plan, bool repair)
    {
        var changed = !ReferenceEquals(plan.Edited, plan.Original);
        Assert.Equal(changed, plan.Action.Length > 0);
        if (!changed)
        {
            return false;
        }

        Assert.NotEmpty(UnifiedDiff.Of("a", plan.Original.PhysicalLines, plan.Edited.PhysicalLines));
        var again = SparkDockerfileEditor.Plan(DockerfileDocument.Parse("Dockerfile", plan.Edited.ToBytes()), repair);
        Assert.Equal("", again.Action);
        return true;
    }

    private static List<string> Lines(byte[] content) => [.. Encoding.Latin1.GetString(content).Split('\n')];

    [GeneratedRegex("&&|[;()]|apt|pip|python|install|update|gnupg|buster|bullseye|stretch|jessie|debian|ubuntu|centos|openjdk|jdk|jre|8-alpine|temurin|cran|keys|echo|rm|-r|cache|FROM|ARG|17", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Repairable();
}
