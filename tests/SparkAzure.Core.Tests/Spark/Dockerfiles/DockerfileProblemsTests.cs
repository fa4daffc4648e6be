using SparkAzure.Core.Spark.Dockerfiles;


namespace SparkAzure.Core.Tests.Spark.Dockerfiles;

/// <summary>What keeps an image from being built is found in the releases that have it, mended by its line, and not seen elsewhere.</summary>
public sealed class DockerfileProblemsTests
{
    private const string Head = "ARG base_img\nFROM $base_img\n";
    private const string Python = Head + "RUN apt-get update && \\\n    apt install -y python3 python3-pip && \\\n    pip3 install --upgrade pip setuptools && \\\n    # why\n    rm -rf /root/.cache\nCOPY python/lib /opt/spark/python/lib\n";

    // Rule, kind, base of the image spark, the file (its RUN after the head), and the same mended.
    public static TheoryData<string, SparkDockerfileKind, string, string, string> Cases => new()
    {
        { "archived-debian", SparkDockerfileKind.Spark, "", "ARG java_image_tag=11-jre-slim-buster\nFROM openjdk:${java_image_tag}\nENV SPARK_HOME /opt/spark\n", "ARG java_image_tag=11-jre-slim-bullseye\nFROM openjdk:${java_image_tag}\nENV SPARK_HOME /opt/spark\n" },
        { "archived-debian", SparkDockerfileKind.Spark, "", "from openjdk:8-jdk-slim-stretch as base\nFROM base\nENV SPARK_HOME /opt/spark\n", "from openjdk:8-jdk-slim-bullseye as base\nFROM base\nENV SPARK_HOME /opt/spark\n" },
        { "temurin-noble", SparkDockerfileKind.Spark, "", "ARG java_image_tag=17-jre\n\nFROM eclipse-temurin:${java_image_tag}\nENV SPARK_HOME /opt/spark\n", "ARG java_image_tag=17-jammy\n\nFROM eclipse-temurin:${java_image_tag}\nENV SPARK_HOME /opt/spark\n" },
        { "cran-key", SparkDockerfileKind.R, "", Head + "RUN \\\n  apt-get update && \\\n  apt install -y gnupg && \\\n  echo \"deb http://cloud.r-project.org/bin/linux/debian buster-cran35/\" >> /etc/apt/sources.list && \\\n  (apt-key adv --keyserver keys.gnupg.net --recv-key 'E1' || apt-key adv --keyserver keys.openpgp.org --recv-key 'E1') && \\\n  apt-get update && \\\n  apt install -y -t buster-cran35 r-base r-base-dev && \\\n  rm -rf /var/cache/apt/*\nCOPY R /opt/spark/R\n", Head + "RUN \\\n  apt-get update && \\\n  apt-get update && \\\n  apt install -y r-base r-base-dev && \\\n  rm -rf /var/cache/apt/*\nCOPY R /opt/spark/R\n" },
        { "apt-lists", SparkDockerfileKind.R, "", Head + "RUN apt install -y r-base && rm -rf /var/cache/apt/*\n", Head + "RUN apt-get update && apt install -y r-base && rm -rf /var/cache/apt/*\n" },
        { "python-2", SparkDockerfileKind.Python, "", Head + "RUN apt-get update && \\\n    apt install -y python python-pip && \\\n    apt install -y python3 python3-pip && \\\n    # kept\n    rm -r /usr/lib/python*/ensurepip && \\\n    pip install --upgrade pip setuptools\n", Head + "RUN apt-get update && \\\n    apt install -y python3 python3-pip && \\\n    # kept\n    rm -rf /usr/lib/python*/ensurepip && \\\n    pip3 install --upgrade pip setuptools\n" },
        { "python-2", SparkDockerfileKind.Python, "", Head + "RUN apt-get update; \\\r\n  apt-get install -y curl \\\r\n\tpython \\\r\n# mine\r\n\tpython-pip; true\r\n", Head + "RUN apt-get update; \\\r\n  apt-get install -y curl \\\r\n\tpython3 \\\r\n# mine\r\n\tpython3-pip; true\r\n" },
        { "pip-cache", SparkDockerfileKind.Python, "", Python.Replace("rm -rf", "rm -r", StringComparison.Ordinal), Python },
        { "pip-managed", SparkDockerfileKind.Python, "azul/zulu-openjdk:21", Python, Python.Replace("    pip3 install --upgrade pip setuptools && \\\n", "", StringComparison.Ordinal) },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_problem_is_named_with_its_cure_and_mended_by_its_line_alone(string rule, SparkDockerfileKind kind, string sparkBase, string text, string mended)
    {
        var found = DockerfileText.Plan(text, repair: false, kind, sparkBase.Length > 0 ? sparkBase : null);
        var repaired = DockerfileText.Plan(text, repair: true, kind, sparkBase.Length > 0 ? sparkBase : null);
        var again = DockerfileText.Plan(DockerfileText.Text(repaired.Edited), repair: true, kind, sparkBase.Length > 0 ? sparkBase : null);

        Assert.Same(found.Original, found.Edited);
        var problem = Assert.Single(found.Problems);
        Assert.Equal(rule, problem.Rule);
        Assert.NotEmpty(problem.Symptom);
        Assert.NotEmpty(problem.Cure);
        Assert.NotEmpty(problem.Source);
        Assert.Equal(mended, DockerfileText.Text(repaired.Edited));
        Assert.Equal([rule], repaired.Mended);
        Assert.Equal("", again.Action);
        Assert.Empty(again.Problems);
    }

    [Fact]
    public void Every_rule_is_used() =>
        Assert.Equal(DockerfileProblems.All.Select(r => r.Name).Order(), Cases.Select(c => (string)c[0]).Distinct().Order());

    [Theory]
    [InlineData("ARG java_image_tag=17-jre\nFROM eclipse-temurin:${java_image_tag}\n", "java_image_tag=17-jammy")]
    [InlineData("ARG java=eclipse-temurin:17\nFROM ${java} AS spark\n", "java=eclipse-temurin:17-jammy")]
    [InlineData("FROM eclipse-temurin:17-jre\n", null)]
    public void A_base_image_named_by_a_build_argument_is_cured_by_that_argument(string from, string? argument)
    {
        var plan = DockerfileText.Plan(from + "ENV SPARK_HOME /opt/spark\n");

        Assert.Equal(argument, Assert.Single(plan.Problems).BuildArgument);
    }

    // The newest of each line, and files that were mended as others mend them.
    [Theory]
    [InlineData(SparkDockerfileKind.Python, "eclipse-temurin:17-jammy", Python)]
    [InlineData(SparkDockerfileKind.Python, "openjdk:11-jre-slim", Python)]
    [InlineData(SparkDockerfileKind.Python, "azul/zulu-openjdk:21", Head + "RUN apt-get update && apt install -y python3 python3-pip && pip3 install --no-cache-dir --break-system-packages --upgrade setuptools\n")]
    [InlineData(SparkDockerfileKind.R, "openjdk:11-jre-slim", Head + "RUN \\\n  apt-get update && \\\n  apt install -y r-base r-base-dev\n")]
    [InlineData(SparkDockerfileKind.R, "openjdk:8-alpine", Head + "RUN apk add --no-cache R R-dev\n")]
    [InlineData(SparkDockerfileKind.Spark, "eclipse-temurin:17-jammy", "FROM eclipse-temurin:17-jammy\nENV SPARK_HOME /opt/spark\n")]
    public void A_file_that_builds_has_no_problem(SparkDockerfileKind kind, string sparkBase, string text) =>
        Assert.Empty(DockerfileText.Plan(text, repair: false, kind, sparkBase).Problems);

    [Fact]
    public void A_repair_that_would_not_cure_is_not_made()
    {
        var plan = DockerfileText.Plan(Head + "RUN apt-get update && apt-key add key.asc && apt install -y -t=x \"r-base\"/buster-cran35 r-base\n", repair: true, SparkDockerfileKind.R);

        Assert.Equal("cran-key", Assert.Single(plan.Problems).Rule);
        Assert.Empty(plan.Mended);
        Assert.Same(plan.Original, plan.Edited);
    }
}
