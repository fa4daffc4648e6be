namespace SparkAzure.Core.Spark.Failures.Tables;

/// <summary>Pods that find no node, and executors that go.</summary>
internal static class PodCauses
{
    private const string Scheduler = "run: kube-scheduler 1.34, 2026-11";
    private const string Runs = "run: Spark 2.4.8 and 3.5.9 on Kubernetes 1.34, 2026-11";

    internal static readonly IReadOnlyList<FailureCauseRow> All =
    [
        new(
            "InsufficientCpu", FailureRank.Names,
            "No node has as many cores free as an executor asks for.",
            "Ask for less (Set-DssSparkConfig -ExecutorRequestCores, below the node's allocatable cores), or give the node pool larger or more nodes.",
            "Set-DssSparkConfig", Scheduler,
            [
                new("nodes are available", "Insufficient cpu") { IsScheduling = true },
            ]),
        new(
            "InsufficientMemory", FailureRank.Names,
            "No node has as much memory free as an executor asks for.",
            "Ask for less (Set-DssSparkConfig -ExecutorMemory, -MemoryOverheadFactor), or give the node pool larger or more nodes.",
            "Set-DssSparkConfig", Scheduler,
            [
                new("nodes are available", "Insufficient memory") { IsScheduling = true },
            ]),
        new(
            "NodeSelectorUnmatched", FailureRank.Names,
            "No node has the labels that the executors' node selector or affinity wants.",
            "Correct spark.kubernetes.node.selector.*, or label the node pool.",
            "Set-DssSparkConfig", Scheduler,
            [
                new("nodes are available", "node affinity") { IsScheduling = true },
                new("nodes are available", "didn't match node selector") { IsScheduling = true },
                new("nodes are available", "Pod's node selector") { IsScheduling = true },
            ]),
        new(
            "NodesTainted", FailureRank.Names,
            "The nodes have taints that executors do not tolerate; a node that is not ready has one too, and the words are the same.",
            "Look at the nodes (kubectl get nodes, kubectl describe node). Where they are ready, use a pool without the taint, or tolerations in a pod template, which Spark reads from 3.0 on.",
            null, Scheduler,
            [
                new("nodes are available", "untolerated taint") { IsScheduling = true },
                new("nodes are available", "had taint", "didn't tolerate") { IsScheduling = true },
            ]),
        new(
            "NodesCordoned", FailureRank.Names,
            "The nodes are cordoned: marked as taking no pods.",
            "kubectl uncordon, or wait until whoever drains them is done.",
            null, Scheduler,
            [
                new("nodes are available", "node(s) were unschedulable") { IsScheduling = true },
            ]),
        new(
            "NodesFull", FailureRank.Names,
            "The nodes run as many pods as they may.",
            "Give the node pool more nodes, or nodes that may run more pods.",
            null, Scheduler,
            [
                new("nodes are available", "Too many pods") { IsScheduling = true },
            ]),
        new(
            "VolumeNotBound", FailureRank.Names,
            "A volume of the executors cannot be had: {volume:its claim is not bound}.",
            "Look at the claim (kubectl describe pvc): its storage class, its zone, and whether another node holds it.",
            null, "kubernetes.io: persistent volumes",
            [
                new("nodes are available", "unbound immediate PersistentVolumeClaims") { IsScheduling = true },
                new("nodes are available", "volume node affinity conflict") { IsScheduling = true },
                new("persistentvolumeclaim \"", "\" not found") { Form = @"persistentvolumeclaim ""(?<volume>[^""]+)""" },
                new("Multi-Attach error for volume"),
            ]),
        new(
            "SchedulerSilent", FailureRank.Follows,
            "The pod waits, and the scheduler has not looked at it: the control plane is not at work.",
            "Wait for an upgrade or restart of the control plane to end, and look at the cluster's state in Azure.",
            "Get-AksApiServer", "run: API server away for 30 s, the scheduler 60 s longer, Kubernetes 1.34, 2026-11", []),
        new(
            "NodeNotReady", FailureRank.Follows,
            "A node with executors on it is not ready.",
            "Look at the node's conditions (kubectl describe node): its kubelet, its disk, its memory.",
            null, Runs,
            [
                new("NodeNotReady") { Weight = FailureWeight.WhenFailed },
                new("Node is not ready") { Weight = FailureWeight.WhenFailed },
            ]),
        new(
            "PodConfigMissing", FailureRank.Names,
            "The executors' pods name {object:a secret or config map} that is not in the namespace.",
            "Make it there, or take it out of spark.kubernetes.executor.secrets.*, secretKeyRef.* or the pod template.",
            null, "kubernetes.io: pod lifecycle, CreateContainerConfigError",
            [
                new("Error: secret \"", "\" not found") { Form = @"Error: (?<object>secret ""[^""]+"")" },
                new("Error: configmap \"", "\" not found") { Form = @"Error: (?<object>configmap ""[^""]+"")" },
                new("CreateContainerConfigError", "\" not found") { Form = @"(?<object>(secret|configmap) ""[^""]+"") not found" },
                new("MountVolume.SetUp failed", "secret \"", "\" not found") { Form = @"(?<object>secret ""[^""]+"") not found" },
                new("MountVolume.SetUp failed", "configmap \"", "\" not found") { Without = ["-conf-map"], Form = @"(?<object>configmap ""[^""]+"") not found" },
            ]),
        new(
            "PodAddressesExhausted", FailureRank.Names,
            "The node has no address left to give to a pod.",
            "Give the pods' subnet more addresses, or use fewer executors.",
            null, "learn.microsoft.com: AKS, plan IP addressing",
            [
                new("FailedCreatePodSandBox", "no IP addresses available"),
                new("FailedCreatePodSandBox", "No available addresses"),
                new("FailedCreatePodSandBox", "Failed to allocate address"),
            ]),
        new(
            "ExecutorMemoryLimit", FailureRank.Names,
            "An executor used more memory than its container may have, beside the heap (Python, direct buffers), and was killed for it (OOMKilled).",
            "Raise spark.executor.memoryOverhead or the factor (Set-DssSparkConfig -MemoryOverheadFactor), not spark.executor.memory.",
            "Set-DssSparkConfig", Runs,
            [
                new("OOMKilled") { Without = ["ContainerStateTerminated", "termination reason"] },
                new("OOMKilled") { Weight = FailureWeight.WhenFailed },
                new("137(SIGKILL, possible container OOM)") { Weight = FailureWeight.WhenFailed },
                new("exit code 137", "Container killed") { Weight = FailureWeight.WhenFailed },
            ]),
        new(
            "ExecutorHeap", FailureRank.Names,
            "An executor's Java heap is too small for its tasks.",
            "Raise spark.executor.memory (Set-DssSparkConfig -ExecutorMemory), give it fewer cores, or make the partitions smaller.",
            "Set-DssSparkConfig", "org.apache.spark.util.SparkExitCode: 52",
            [
                new("terminated reason=", "exit=52"),
                new("OutOfMemoryError: Java heap space") { After = FailureContext.Task, Weight = FailureWeight.WhenFailed },
                new("OutOfMemoryError: GC overhead limit") { After = FailureContext.Task, Weight = FailureWeight.WhenFailed },
                new("OutOfMemoryError: Java heap space") { Kinds = [SparkFailureEvidenceKind.ExecutorLog] },
                new("exited with exit code 52") { Weight = FailureWeight.WhenFailed },
                new("exitCode=52,") { Weight = FailureWeight.WhenFailed },
            ]),
        new(
            "DriverHeap", FailureRank.Names,
            "The driver's Java heap is too small for what it collects or plans.",
            "Raise spark.driver.memory, or collect less.",
            "Set-DssSparkConfig", "java.lang.OutOfMemoryError in the driver's main thread",
            [
                new("Exception in thread \"main\" java.lang.OutOfMemoryError"),
                new("OutOfMemoryError: Java heap space") { Kinds = [SparkFailureEvidenceKind.DriverLog], After = FailureContext.SparkStart },
            ]),
        new(
            "LocalDiskFull", FailureRank.Names,
            "An executor's local disk is full, or it wrote more than its ephemeral-storage limit.",
            "Raise the limit (LimitRange, pod template), or give spark.local.dir a volume of its own.",
            null, Runs,
            [
                new("ephemeral local storage usage exceeds"),
                new("ephemeral-storage usage exceeds"),
                new("low on resource: ephemeral-storage"),
                new("No space left on device") { Weight = FailureWeight.WhenFailed },
            ]),
        new(
            "NodeMemoryPressure", FailureRank.Names,
            "The node ran out of memory and evicted the executor.",
            "Let executors ask for what they use, and keep other pods off the node pool.",
            "Set-DssSparkConfig", "kubernetes.io: node-pressure eviction",
            [
                new("low on resource: memory"),
            ]),
        new(
            "ExecutorDeleted", FailureRank.Follows,
            "Executors were deleted: a node was drained or taken away (spot), or somebody deleted the pods.",
            "None for one that is replaced; where it repeats, look at the node pool (spot, autoscaler, upgrade).",
            null, Runs,
            [
                new("was deleted by a user or the framework") { Weight = FailureWeight.WhenFailed },
                new("was deleted by a user or the framework") { IsRepeated = true },

                // What the kubelet ends a deleted pod with.
                new("terminated reason=Error exit=143") { IsRepeated = true },
            ]),
        new(
            "ExecutorKilled", FailureRank.Alone,
            "Executors were killed from outside (exit code 137, and not for their memory limit).",
            "Look at the node: its own memory (the kernel's out-of-memory killer), and who ends processes there.",
            null, Runs,
            [
                new("terminated reason=Error exit=137") { Weight = FailureWeight.WhenFailed },
                new("exited with exit code 137") { Weight = FailureWeight.WhenFailed },
                new("exitCode=137,", "reason=Error") { Weight = FailureWeight.WhenFailed },
                new("terminated reason=Error exit=137") { IsRepeated = true },
                new("Lost executor ", "exited with exit code 137") { IsRepeated = true, Without = ["possible container OOM"] },
            ]),
        new(
            "ExecutorsLost", FailureRank.Alone,
            "Executors end again and again, each with {how:the same state}, and no task is done meanwhile: those that come in their place end the same way.",
            "Read what such an executor says last (its log, LogPath of the smoke test's executors) and what its node says (kubectl describe node).",
            null, "run: executors killed and deleted one after the other, Spark 2.4.8 and 3.5.9 on Kubernetes 1.34, 2026-11",
            [
                new("terminated reason=", "exit=") { IsRepeated = true, Weight = FailureWeight.Waits, Kinds = [SparkFailureEvidenceKind.PodStatus], Form = @"terminated (?<how>reason=\S+ exit=[1-9][0-9]*)" },
                new("Failed ", ": ") { IsRepeated = true, Weight = FailureWeight.Waits, Kinds = [SparkFailureEvidenceKind.PodStatus], Form = "^Failed (?<how>[A-Za-z]+): " },
            ]),
        new(
            "ExecutorMemoryBelowMinimum", FailureRank.Names,
            "spark.executor.memory is below Spark's minimum of 450 MB.",
            "Set it to at least 1g: Set-DssSparkConfig -ExecutorMemory.",
            "Set-DssSparkConfig", "run: Spark 2.4.8, 2026-11; UnifiedMemoryManager",
            [
                new("Executor memory ", " must be at least "),
            ]),
        new(
            "DriverMemoryBelowMinimum", FailureRank.Names,
            "spark.driver.memory is below Spark's minimum of 450 MB.",
            "Set it to at least 1g.",
            "Set-DssSparkConfig", "UnifiedMemoryManager",
            [
                new("System memory ", " must be at least "),
            ]),
        new(
            "LocalDirUnusable", FailureRank.Names,
            "Spark cannot make its local folder {folder:} on the driver's host or in the pod.",
            "Give spark.local.dir a folder that the job's account (in the image: its user) may write to.",
            "Set-DssSparkConfig", "org.apache.spark.storage.DiskBlockManager; SparkExitCode: 53",
            [
                new("Failed to create a temp directory (under ") { Form = @"under (?<folder>[^)]+)\)", Weight = FailureWeight.WhenFailed },
                new("Failed to create any local dir"),
                new("terminated reason=", "exit=53"),
            ]),
        new(
            "OpenFilesLimit", FailureRank.Names,
            "Too many files are open for the process's limit.",
            "Raise the limit (ulimit -n) of the account or the container.",
            null, "setrlimit(2)",
            [
                new("Too many open files") { Weight = FailureWeight.WhenFailed },
            ]),
        new(
            "ThreadLimit", FailureRank.Names,
            "No more threads may be started by this account or in this container.",
            "Raise the limit of processes (ulimit -u, the pod's pids limit).",
            null, "setrlimit(2)",
            [
                new("unable to create new native thread") { Weight = FailureWeight.WhenFailed },
                new("unable to create native thread") { Weight = FailureWeight.WhenFailed },
            ]),
        new(
            "ResultTooLarge", FailureRank.Names,
            "The results of the job are larger than spark.driver.maxResultSize.",
            "Collect less, or raise spark.driver.maxResultSize and with it spark.driver.memory.",
            "Set-DssSparkConfig", "org.apache.spark.scheduler.TaskSetManager",
            [
                new("Total size of serialized results of ", "is bigger than"),
            ]),
    ];
}
