using SparkAzure.Core.Spark.Failures;

namespace SparkAzure.Core.Tests.Spark.Failures;

/// <summary>What stands before a line, or around it, makes no difference.</summary>
public sealed class LogLayoutTests
{
    private const string Refused = "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly";

    public static TheoryData<string, string> Layouts => new()
    {
        { "Spark", $"26/11/27 15:19:30 ERROR Executor: {Refused}" },
        { "Spark, long date", $"2026-11-27 15:19:30,123 ERROR Executor: {Refused}" },
        { "Spark 2 on Kubernetes", $"2026-11-27 15:19:30 ERROR Executor:91 - {Refused}" },
        { "log4j with thread", $"2026-11-27T15:19:30.123 [main] ERROR org.apache.spark.executor.Executor - {Refused}" },
        { "log4j with method", $"2026-11-27 15:19:30,123 ERROR executor.Executor (Logging.scala:logError(91)) - {Refused}" },
        { "DSS", $"[2026/11/27-15:19:30.123] [null-err-42] [INFO] [dku.utils]  - [2026/11/27-15:19:30.122] [main] [ERROR] [org.apache.spark.executor.Executor]  - {Refused}" },
        { "DSS around Spark", $"[2026/11/27-15:19:30.123] [Thread-4 (err)] [INFO] [dku.utils]  - 26/11/27 15:19:30 ERROR Executor: {Refused}" },
        { "Airflow", $"[2026-11-27, 15:19:30 UTC] {{spark_submit.py:485}} INFO - 26/11/27 15:19:30 ERROR Executor: {Refused}" },
        { "Airflow 1", $"[2026-11-27 15:19:30,123] {{{{bash_operator.py:126}}}} INFO - 26/11/27 15:19:30 ERROR Executor: {Refused}" },
        { "Airflow pod", $"[2026-11-27T15:19:30.123+0000] {{pod_manager.py:235}} INFO - [base] 26/11/27 15:19:30 ERROR Executor: {Refused}" },
        { "kubectl --prefix", $"[pod/pi-exec-1/executor] 26/11/27 15:19:30 ERROR Executor: {Refused}" },
        { "kubectl --timestamps", $"2026-11-27T15:19:30.123456789Z 26/11/27 15:19:30 ERROR Executor: {Refused}" },
        { "CRI", $"2026-11-27T15:19:30.123456789Z stderr F 26/11/27 15:19:30 ERROR Executor: {Refused}" },
        { "docker", $$"""{"log":"26/11/27 15:19:30 ERROR Executor: {{Refused}}\n","stream":"stderr","time":"2026-11-27T15:19:30.1Z"}""" },
        { "log4j JSON", $$$"""{"timeMillis":1795792770123,"thread":"main","level":"ERROR","loggerName":"org.apache.spark.executor.Executor","message":"Exception in task","thrown":{"name":"org.apache.hadoop.fs.azurebfs.contracts.exceptions.AbfsRestOperationException","message":"{{{Refused}}}"}}""" },
        { "logstash", $$"""{"@timestamp":"2026-11-27T15:19:30.1Z","level":"ERROR","logger_name":"org.apache.spark.executor.Executor","message":"Exception in task","stack_trace":"java.io.IOException: {{Refused}}\n\tat a.b.C.d(C.java:1)\n"}""" },
        { "Spark 4 JSON", $$"""{"ts":"2026-11-27T15:19:30.1Z","level":"ERROR","msg":"Exception in task","exception":{"class":"java.io.IOException","msg":"{{Refused}}","stacktrace":[]},"logger":"Executor"}""" },
        { "docker around JSON", "{\"log\":\"{\\\"level\\\":\\\"ERROR\\\",\\\"message\\\":\\\"" + Refused + "\\\"}\\n\",\"stream\":\"stdout\"}" },
        { "Python's text of an exception", $"Py4JJavaError: An error occurred\\n: java.io.IOException: {Refused}\\n\\tat a.b.C.d(C.java:1)\\nCaused by: x" },
        { "colours", $"\u001b[31m26/11/27 15:19:30 ERROR Executor:\u001b[0m {Refused}" },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_line_is_read_behind_its_prefix(string layout, string line)
    {
        _ = layout;
        var reader = new SparkFailureReader();

        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.Text, line));

        var cause = Assert.Single(reader.Causes);
        Assert.Equal("StorageKeyWrong", cause.Id);
        Assert.Contains(Refused, cause.Line, StringComparison.Ordinal);
        Assert.DoesNotContain("dku.utils", cause.Line, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', cause.Line);
    }

    [Theory]
    [InlineData("26/11/27 15:19:30 INFO Executor: ")]
    [InlineData("[2026/11/27-15:19:30.123] [FRT-33-FlowRunnable] [INFO] [dku.flow.activity]  - ")]
    [InlineData("26/11/27 15:19:30 DEBUG AbfsClient: ")]
    public void What_a_good_run_prints_as_well_is_no_sign(string head)
    {
        var reader = new SparkFailureReader();

        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.Text, head + Refused));
        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.Text, "Caused by: java.io.IOException: " + Refused));

        Assert.Empty(reader.Causes);
    }

    [Fact]
    public void A_line_that_the_runtime_has_cut_is_whole_again()
    {
        var reader = new SparkFailureReader();

        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.Text, "2026-11-27T15:19:30.1Z stderr P 26/11/27 15:19:30 ERROR Executor: Server failed to auth"));
        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.Text, "2026-11-27T15:19:30.1Z stderr F enticate the request. Make sure"));

        Assert.Equal("StorageKeyWrong", Assert.Single(reader.Causes).Id);
    }

    [Fact]
    public void A_message_that_YAML_folds_is_whole_again()
    {
        var text = new SparkFailureText(null);

        text.Read(
            """
            status:
              containerStatuses:
              - image: contoso.azurecr.io/spark:v9
                state:
                  waiting:
                    message: 'rpc error: code = NotFound desc = failed to pull and unpack image
                      "contoso.azurecr.io/spark:v9": failed to resolve reference "contoso.azurecr.io/spark:v9":
                      contoso.azurecr.io/spark:v9: not found'
                    reason: ErrImagePull
            """);

        Assert.Equal("ImageNotFound", text.Causes(new RecordingCaller())[0].Id);
    }

    [Fact]
    public void What_kubectl_describes_is_read()
    {
        var text = new SparkFailureText(null);

        text.Read(
            """
            Name:             pi-exec-1
            Status:           Failed
                State:          Terminated
                  Reason:       OOMKilled
                  Exit Code:    137
            Events:
              Type     Reason     Age   From     Message
              Normal   Pulled     20s   kubelet  Container image "contoso.azurecr.io/spark:v9" already present on machine
            """);

        var cause = Assert.Single(text.Causes(new RecordingCaller()));
        Assert.Equal("ExecutorMemoryLimit", cause.Id);
        Assert.Equal(4, cause.LineNumber);
    }
}
