namespace SparkAzure.Core.Spark.Failures;

/// <summary>What begins a context, and what tells how a run went: as Spark 2.4 to 4.3 print it.</summary>
internal static class FailureMarks
{
    internal static readonly IReadOnlyList<FailureMark> All =
    [
        // Contexts.
        new("UndeclaredThrowableException") { Context = FailureContext.ExecutorStart },
        new("CoarseGrainedExecutorBackend$.run") { Context = FailureContext.ExecutorStart },
        new("apache.spark.rpc.netty.Outbox") { Context = FailureContext.ExecutorStart },
        new("apache.spark.rpc.netty.NettyRpcEnv.createClient") { Context = FailureContext.ExecutorStart },
        new("RpcOutboxMessage: Ask t") { Context = FailureContext.ExecutorStart },
        new("Error initializing SparkContext") { Context = FailureContext.SparkStart },
        new("Exception in thread \"main\"") { Context = FailureContext.SparkStart },
        new("KubernetesClientException") { Context = FailureContext.KubernetesClient },
        new("WatchConnectionManager") { Context = FailureContext.KubernetesClient },
        new("ExecutorPodsSnapshotsStoreImpl") { Context = FailureContext.KubernetesClient },
        new("io.fabric8.kubernetes") { Context = FailureContext.KubernetesClient },
        new("RetryingBlock") { Context = FailureContext.BlockTransfer },
        new("Inbox: Ignoring error") { Context = FailureContext.BlockTransfer },
        new("TorrentBroadcast") { Context = FailureContext.BlockTransfer },
        new("FetchFailed") { Context = FailureContext.BlockTransfer },
        new("api.python.PythonException") { Context = FailureContext.PythonWorker },
        new("Error from python worker") { Context = FailureContext.PythonWorker },
        new("TaskSetManager: Lost task") { Context = FailureContext.Task },
        new("Exception in task ") { Context = FailureContext.Task },
        new("AbfsRestOperationException") { Context = FailureContext.AzureStorage },
        new("hadoop.fs.azure") { Context = FailureContext.AzureStorage },
        new("org.apache.hadoop.hive") { Context = FailureContext.Hive },

        // What comes of the job's end.
        new("Uncaught exception in thread shutdown-hook") { IsAftermath = true },

        // Whose log it is.
        new("SparkContext: Running Spark version ") { Kind = SparkFailureEvidenceKind.DriverLog },
        new("SparkContext: Submitted application: ") { Kind = SparkFailureEvidenceKind.DriverLog },
        new("Error initializing SparkContext") { Kind = SparkFailureEvidenceKind.DriverLog },
        new("CoarseGrainedExecutorBackend: ") { Kind = SparkFailureEvidenceKind.ExecutorLog },
        new("KubernetesExecutorBackend: ") { Kind = SparkFailureEvidenceKind.ExecutorLog },
        new("Exception in thread \"main\" java.lang.reflect.UndeclaredThrowableException") { Kind = SparkFailureEvidenceKind.ExecutorLog },

        // How it went.
        new("Exception in thread \"main\"") { IsFailure = true },
        new("Error initializing SparkContext") { IsFailure = true },
        new("Job aborted due to stage failure") { IsFailure = true },
        new("; aborting job") { IsFailure = true },
        new("Max number of executor failures (") { IsFailure = true, IsWaiting = true },
        new("Initial job has not accepted any resources") { IsWaiting = true },
        new("Spark context stopped while waiting for backend") { IsFailure = true, IsWaiting = true },
        new("Py4JJavaError") { IsFailure = true },
        new("DAGScheduler", "Job ", " finished: ") { IsSuccess = true },
        new("Pi is roughly ") { IsSuccess = true },
        new("Finished task ", " in stage ") { IsProgress = true },
        new("triggered scale-up") { IsScaleUp = true },
        new("TriggeredScaleUp") { IsScaleUp = true },
        new("Registered executor") { IsRegistration = true },

        // Where the driver says only warnings, as in a shell, executors tell that they have reached it.
        new("Successfully registered with driver") { IsRegistration = true },
        new("TransportClientFactory: Successfully created connection to ") { IsRegistration = true },
    ];
}
