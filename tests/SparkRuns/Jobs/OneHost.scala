package org.apache.spark.scheduler.sparkruns

import java.io.File

import org.apache.spark.SparkContext
import org.apache.spark.rpc.RpcEndpointAddress
import org.apache.spark.scheduler.{ExternalClusterManager, SchedulerBackend, TaskScheduler, TaskSchedulerImpl}
import org.apache.spark.scheduler.cluster.CoarseGrainedSchedulerBackend

/**
 * The master "local-onehost": one executor in a JVM of its own beside the driver, started as a pod's entry point starts it. Spark's own
 * local-cluster would bring the standalone master and worker along, which Kubernetes does not have.
 */
class OneHost extends ExternalClusterManager {
  override def canCreate(master: String): Boolean = master == "local-onehost"

  override def createTaskScheduler(context: SparkContext, master: String): TaskScheduler = new TaskSchedulerImpl(context)

  override def createSchedulerBackend(context: SparkContext, master: String, scheduler: TaskScheduler): SchedulerBackend =
    new OneHostBackend(context, scheduler.asInstanceOf[TaskSchedulerImpl])

  override def initialize(scheduler: TaskScheduler, backend: SchedulerBackend): Unit =
    scheduler.asInstanceOf[TaskSchedulerImpl].initialize(backend)
}

private class OneHostBackend(context: SparkContext, scheduler: TaskSchedulerImpl)
  extends CoarseGrainedSchedulerBackend(scheduler, context.env.rpcEnv) {

  private var executor: Process = _

  override def start(): Unit = {
    super.start()
    val settings = context.getConf
    val driver = RpcEndpointAddress(settings.get("spark.driver.host"), settings.get("spark.driver.port").toInt, CoarseGrainedSchedulerBackend.ENDPOINT_NAME)
    val command = new java.util.ArrayList[String]()
    command.add(System.getProperty("java.home") + "/bin/java")
    (settings.get("spark.executor.extraJavaOptions") + " " + sys.props.getOrElse("sparkruns.executor.options", "")).split(" ").filter(_.nonEmpty).foreach(command.add(_))
    val kubernetes = "org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend"
    val pods = getClass.getResource("/" + kubernetes.replace('.', '/') + ".class") != null
    // The home's jars alone: the job comes from the driver.
    Seq("-Xmx600m", "-cp", System.getProperty("sparkruns.jars"), if (pods) kubernetes else "org.apache.spark.executor.CoarseGrainedExecutorBackend",
      "--driver-url", driver.toString, "--executor-id", "1", "--cores", "1", "--app-id", "one", "--hostname", "127.0.0.1").foreach(command.add(_))
    if (!context.version.startsWith("2.")) Seq("--resourceProfileId", "0").foreach(command.add(_))
    if (pods) Seq("--podName", "one").foreach(command.add(_))
    executor = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(new File(System.getProperty("sparkruns.folder"), "executor.txt")).start()
  }

  override def stop(): Unit = {
    super.stop()
    // It ends by itself when the driver says so; its log is whole then.
    if (!executor.waitFor(20, java.util.concurrent.TimeUnit.SECONDS)) executor.destroy()
  }
}
