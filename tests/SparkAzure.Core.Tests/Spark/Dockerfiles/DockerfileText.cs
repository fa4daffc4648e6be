using System.Text;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Tests.Spark.Dockerfiles;

/// <summary>Dockerfiles in words of our own with just what a row of the table of releases says.</summary>
internal static class DockerfileText
{
    // The one thing that a row leaves open: bindings of the Alpine releases install with apk, as their base does.
    private static readonly string[] AlpineReleases = ["2.3.0-2.3.4", "2.4.0", "2.4.1-2.4.3", "2.4.4", "2.4.0-2.4.4"];

    internal static string Of(DockerfileRelease row)
    {
        var left = row.CountsByName.ToDictionary();
        var text = new StringBuilder("# A file like Spark's.\n");
        if (row.Base.Length == 0)
        {
            left["ARG"]--;
            text.Append("ARG base_img\nFROM $base_img\n");
        }
        else
        {
            text.Append("FROM ").Append(row.Base.Split(' ')[0].Replace("*", "3.5.1", StringComparison.Ordinal)).Append('\n');
        }

        left.Remove("FROM");
        Add("ARG", i => $"name{i}=value");
        Add("LABEL", i => $"name{i}=\"a value\"");
        var commands = new List<string> { $"{(AlpineReleases.Contains(row.Releases) ? "apk add --no-cache" : "apt-get install -y")} {row.Packages}" };
        if (row.LinksLoader)
        {
            commands.Insert(0, "ln -s /lib /lib64");
        }

        commands.InsertRange(0, Enumerable.Repeat("apt-get update", left[DockerfileShape.ShellCount] - (left["RUN"] - 1) - commands.Count));
        left.Remove(DockerfileShape.ShellCount);
        text.Append("RUN ").AppendJoin(" && \\\n    ", commands).Append('\n');
        left["RUN"]--;
        Add("RUN", i => $"chmod g+w /opt/{i}");
        Add("COPY", i => i > 0 ? $"bin /opt/{i}" : row.Kind switch
        {
            SparkDockerfileKind.Python => "python/lib ${SPARK_HOME}/python/lib",
            SparkDockerfileKind.R => "R ${SPARK_HOME}/R",
            _ => "jars /opt/spark/jars",
        });
        var separator = row.EqualsForm ? '=' : ' ';
        Add("ENV", i => i > 0 ? $"NAME{i} value" : row.Kind switch
        {
            SparkDockerfileKind.Python => $"PYTHONPATH{separator}/opt/spark/python",
            SparkDockerfileKind.R => $"R_HOME{separator}/usr/lib/R",
            _ => $"SPARK_HOME{separator}/opt/spark",
        });
        Add("WORKDIR", _ => "/opt/spark/work-dir");
        Add("ENTRYPOINT", _ => "[ \"/opt/entrypoint.sh\" ]");
        Add("USER", _ => "185");
        Assert.Empty(left);
        return text.ToString();

        void Add(string keyword, Func<int, string> arguments)
        {
            for (var i = 0; i < left.GetValueOrDefault(keyword); i++)
            {
                text.Append(keyword).Append(' ').Append(arguments(i)).Append('\n');
            }

            left.Remove(keyword);
        }
    }

    internal static DockerfilePlan Plan(string text, bool repair = false, SparkDockerfileKind? kind = null, string? sparkBase = null) =>
        SparkDockerfileEditor.Plan(Parse(text), repair, kind, sparkBase);

    internal static DockerfileDocument Parse(string text) => DockerfileDocument.Parse("Dockerfile", Encoding.UTF8.GetBytes(text));

    internal static string Text(DockerfileDocument document) => Encoding.UTF8.GetString(document.ToBytes());
}
