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
        { "archived-debian", SparkDockerfileKind.Spark, "", "ARG java_image_tag=11-jre-slim-buster\nFROM openjdk:${java_image_tag}\nENV SPARK_HOME /opt/spark\n", "ARG java_image_tag=11-jre-jammy\nFROM eclipse-temurin:${java_image_tag}\nENV SPARK_HOME /opt/spark\n" },
        { "archived-debian", SparkDockerfileKind.Spark, "", "from openjdk:8-jdk-slim-stretch as base\nFROM base\nENV SPARK_HOME /opt/spark\n", "from eclipse-temurin:8-jdk-jammy as base\nFROM base\nENV SPARK_HOME /opt/spark\n" },
        { "archived-debian", SparkDockerfileKind.Spark, "", "ARG java=8\nFROM openjdk:${java}u212-jre-slim-buster@sha256:0a\nENV SPARK_HOME /opt/spark\n", "ARG java=8\nFROM eclipse-temurin:8-jre-jammy\nENV SPARK_HOME /opt/spark\n" },
        { "expired-debian", SparkDockerfileKind.Spark, "", "ARG spark_uid=185\nARG java_image_tag=8-jdk-slim\nFROM openjdk:${java_image_tag}\nENV SPARK_HOME /opt/spark\n", "ARG spark_uid=185\nARG java_image_tag=8-jdk-jammy\nFROM eclipse-temurin:${java_image_tag}\nENV SPARK_HOME /opt/spark\n" },
        { "expired-debian", SparkDockerfileKind.Spark, "", "FROM debian:bullseye-slim\nRUN apt-get update && apt install -y openjdk-17-jre\nENV SPARK_HOME /opt/spark\n", "FROM eclipse-temurin:17-jre-jammy\nRUN apt-get update && apt install -y openjdk-17-jre\nENV SPARK_HOME /opt/spark\n" },
        { "expired-debian", SparkDockerfileKind.Spark, "", "FROM openjdk:11-jdk AS tools\nRUN apt-get update && apt-get install -y curl\nFROM eclipse-temurin:11-jre-jammy\nCOPY --from=tools /usr/bin/curl /usr/bin/\nENV SPARK_HOME /opt/spark\n", "FROM eclipse-temurin:11-jdk-jammy AS tools\nRUN apt-get update && apt-get install -y curl\nFROM eclipse-temurin:11-jre-jammy\nCOPY --from=tools /usr/bin/curl /usr/bin/\nENV SPARK_HOME /opt/spark\n" },
        { "temurin-noble", SparkDockerfileKind.Spark, "", "ARG java_image_tag=17-jre\n\nFROM eclipse-temurin:${java_image_tag}\nENV SPARK_HOME /opt/spark\n", "ARG java_image_tag=17-jre-jammy\n\nFROM eclipse-temurin:${java_image_tag}\nENV SPARK_HOME /opt/spark\n" },
        { "temurin-noble", SparkDockerfileKind.Spark, "", "FROM eclipse-temurin:17.0.12_7-jdk\nENV SPARK_HOME /opt/spark\n", "FROM eclipse-temurin:17.0.12_7-jdk-jammy\nENV SPARK_HOME /opt/spark\n" },
        { "deleted-openjdk", SparkDockerfileKind.Spark, "", "FROM openjdk:8-alpine\nRUN apk add --no-cache bash nss && ln -s /lib /lib64\nENV SPARK_HOME /opt/spark\nENV LD_LIBRARY_PATH /lib64\n", "FROM openjdk:8u212-alpine\nRUN apk add --no-cache bash nss && ln -s /lib /lib64\nENV SPARK_HOME /opt/spark\nENV LD_LIBRARY_PATH /lib64\n" },
        { "cran-key", SparkDockerfileKind.R, "", Head + "RUN \\\n  apt-get update && \\\n  apt install -y gnupg && \\\n  echo \"deb http://cloud.r-project.org/bin/linux/debian buster-cran35/\" >> /etc/apt/sources.list && \\\n  (apt-key adv --keyserver keys.gnupg.net --recv-key 'E1' || apt-key adv --keyserver keys.openpgp.org --recv-key 'E1') && \\\n  apt-get update && \\\n  apt install -y -t buster-cran35 r-base r-base-dev && \\\n  rm -rf /var/cache/apt/*\nCOPY R /opt/spark/R\n", Head + "RUN \\\n  apt-get update && \\\n  apt-get update && \\\n  apt install -y r-base r-base-dev && \\\n  rm -rf /var/cache/apt/*\nCOPY R /opt/spark/R\n" },
        { "apt-lists", SparkDockerfileKind.R, "", Head + "RUN apt install -y r-base && rm -rf /var/cache/apt/*\n", Head + "RUN apt-get update && apt install -y r-base && rm -rf /var/cache/apt/*\n" },
        { "python-2", SparkDockerfileKind.Python, "", Head + "RUN apt-get update && \\\n    apt install -y python python-pip && \\\n    apt install -y python3 python3-pip && \\\n    # kept\n    rm -r /usr/lib/python*/ensurepip && \\\n    pip install --upgrade pip setuptools\n", Head + "RUN apt-get update && \\\n    apt install -y python3 python3-pip && \\\n    # kept\n    rm -rf /usr/lib/python*/ensurepip && \\\n    pip3 install --upgrade pip setuptools\n" },
        { "python-2", SparkDockerfileKind.Python, "", Head + "RUN apt-get update; \\\r\n  apt-get install -y curl \\\r\n\tpython \\\r\n# mine\r\n\tpython-pip; true\r\n", Head + "RUN apt-get update; \\\r\n  apt-get install -y curl \\\r\n\tpython3 \\\r\n# mine\r\n\tpython3-pip; true\r\n" },
        { "python-2", SparkDockerfileKind.Python, "", Head + "RUN apt-get update && \\\n    apt install -y gcc python python-dev python-pip python-setuptools && \\\n    python -m pip install --upgrade pip\n", Head + "RUN apt-get update && \\\n    apt install -y gcc python3 python3-dev python3-pip python3-setuptools && \\\n    python3 -m pip install --upgrade pip\n" },
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
        Assert.Equal(DockerfileProblems.All.Select(r => r.Name).Except(["archived-ubuntu", "archived-centos"]).Order(), Cases.Select(c => (string)c[0]).Distinct().Order());

    [Theory]
    [InlineData("ARG java_image_tag=17-jre\nFROM eclipse-temurin:${java_image_tag}\n", "java_image_tag=17-jre-jammy")]
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

    // Read from the table's own days: nothing on these installs a package any more, or what it did.
    [Theory]
    [InlineData("openjdk:8-jdk-slim", "expired-debian", "eclipse-temurin:8-jdk-jammy")]
    [InlineData("openjdk:8-jre-slim", "expired-debian", "eclipse-temurin:8-jre-jammy")]
    [InlineData("docker.io/library/openjdk:11.0.16-jre-slim-bullseye", "expired-debian", "eclipse-temurin:11-jre-jammy")]
    [InlineData("openjdk:11", "expired-debian", "eclipse-temurin:11-jdk-jammy")]
    [InlineData("openjdk:15-slim", "expired-debian", null)]
    [InlineData("mirror.example/openjdk:8-jre-slim", "expired-debian", null)]
    [InlineData("debian:11.7-slim", "expired-debian", null)]
    [InlineData("python:3.9-slim-bullseye", "expired-debian", null)]
    [InlineData("debian:buster", "archived-debian", null)]
    [InlineData("openjdk:17-jdk-oracle", "deleted-openjdk", null)]
    [InlineData("openjdk:22-jdk-slim-bookworm", "deleted-openjdk", null)]
    [InlineData("openjdk", "deleted-openjdk", null)]
    [InlineData("ubuntu:23.10", "archived-ubuntu", null)]
    [InlineData("ubuntu:plucky", "archived-ubuntu", null)]
    [InlineData("centos:7", "archived-centos", null)]
    [InlineData("centos", "archived-centos", null)]
    [InlineData("eclipse-temurin:8", "temurin-noble", "eclipse-temurin:8-jammy")]
    [InlineData("eclipse-temurin:11-jre", "temurin-noble", "eclipse-temurin:11-jre-jammy")]
    [InlineData("eclipse-temurin:17-jdk", "temurin-noble", "eclipse-temurin:17-jdk-jammy")]
    [InlineData("eclipse-temurin:21-jre", "temurin-noble", "eclipse-temurin:21-jre-jammy")]
    [InlineData("eclipse-temurin:8u422-b05-jre", "temurin-noble", "eclipse-temurin:8u422-b05-jre-jammy")]
    [InlineData("eclipse-temurin", "temurin-noble", null)]
    [InlineData("eclipse-temurin:25-jre", "temurin-noble", null)]
    [InlineData("openjdk:8-alpine", "deleted-openjdk", "openjdk:8u212-alpine")]
    [InlineData("docker.io/library/openjdk:8-jre-alpine3.9", "deleted-openjdk", "docker.io/library/openjdk:8u212-jre-alpine3.9")]
    [InlineData("openjdk:8-jdk-alpine3.8", "deleted-openjdk", null)]
    [InlineData("openjdk:11-alpine", "deleted-openjdk", null)]
    public void A_base_that_has_aged_is_named_and_mended_only_where_a_living_one_is_known(string image, string rule, string? living)
    {
        var isAlpine = image.Contains("alpine", StringComparison.Ordinal);
        var install = isAlpine ? "apk add --no-cache bash nss && ln -s /lib /lib64" : "apt-get update && apt-get install -y bash";
        var library = isAlpine ? "ENV LD_LIBRARY_PATH /lib64\n" : "";
        var text = $"FROM {image}\nRUN {install}\nENV SPARK_HOME /opt/spark\n{library}";
        var plan = DockerfileText.Plan(text, repair: true);
        var again = DockerfileText.Plan(DockerfileText.Text(plan.Edited), repair: true);

        Assert.Equal(rule, Assert.Single(plan.Problems).Rule);
        Assert.Equal(living is null ? text : text.Replace(image, living, StringComparison.Ordinal), DockerfileText.Text(plan.Edited));
        Assert.Equal(living is null ? [] : [rule], plan.Mended);
        Assert.Equal(living is null ? [rule] : [], again.Problems.Select(p => p.Rule));
    }

    [Theory]
    [InlineData("eclipse-temurin:17-jre-jammy")]
    [InlineData("eclipse-temurin:17.0.11_9-jre")]
    [InlineData("eclipse-temurin:22.0.1_8-jre")]
    [InlineData("openjdk:8u212-jre-alpine3.9")]
    [InlineData("openjdk:21-ea-22-jdk-slim-bookworm")]
    [InlineData("mirror.example/library/openjdk:8-alpine")]
    [InlineData("debian:12-slim")]
    [InlineData("debian:trixie")]
    [InlineData("ubuntu:22.04")]
    [InlineData("azul/zulu-openjdk:21-jre")]
    [InlineData("rockylinux:9")]
    public void A_base_that_nothing_is_known_against_is_no_problem(string image) =>
        Assert.Empty(DockerfileText.Plan($"FROM {image}\nRUN apk add --no-cache bash nss\nENV SPARK_HOME /opt/spark\nRUN ln -s /lib /lib64\n").Problems);

    // What a repair by pattern leaves behind: pinned versions, other suites, paths of the former image, other programs.
    [Theory]
    [InlineData("expired-debian", "FROM openjdk:11-jre-slim\nRUN apt-get update && apt-get install -y curl=7.74.0-1.3+deb11u7\nENV SPARK_HOME /opt/spark\n")]
    [InlineData("archived-debian", "FROM openjdk:8-jre-slim-buster\nRUN echo deb http://deb.debian.org/debian buster-backports main > /etc/apt/sources.list.d/b.list && apt-get update && apt-get install -y -t buster-backports git\nENV SPARK_HOME /opt/spark\n")]
    [InlineData("expired-debian", "FROM openjdk:11-jre-slim\nENV JAVA_HOME=/usr/local/openjdk-11 SPARK_HOME=/opt/spark\n")]
    [InlineData("python-2", Head + "RUN apt-get update && apt install -y python-pip python-gnome2\n")]
    [InlineData("python-2", Head + "RUN apt-get update && apt install -y python=2.7.16-1 python3\n")]
    [InlineData("python-2", Head + "RUN apt-get update && apt install -y python-pip && pip2 install x\n")]
    [InlineData("apt-lists", Head + "RUN apt-get update && apt install -y python3 && rm -rf /var/lib/apt/lists/*\nRUN apt install -y curl\n")]
    [InlineData("pip-cache", Head + "RUN apt-get update && apt install -y python3 && rm -r -v /root/.cache\n")]
    public void What_a_line_does_not_cure_is_not_called_cured(string rule, string text)
    {
        var plan = DockerfileText.Plan(text, repair: true);
        var again = DockerfileText.Plan(DockerfileText.Text(plan.Edited));

        Assert.Contains(rule, plan.Problems.Select(p => p.Rule));
        Assert.DoesNotContain(rule, plan.Mended);
        Assert.Contains(rule, again.Problems.Select(p => p.Rule));
    }

    [Fact]
    public void Every_aged_base_has_a_day_and_a_source()
    {
        Assert.All(AgedBases.All, a => Assert.True(DateOnly.TryParseExact(a.Since, "yyyy-MM-dd", out _) && a.Source.Length > 0));
        Assert.All(DockerfileProblems.All, r => Assert.True(DateOnly.TryParseExact(r.AsOf, "yyyy-MM-dd", out _) && r.Source.Length > 0));
    }
}
