package sparkruns

import java.net.{InetAddress, ServerSocket, SocketTimeoutException, URI}

import org.apache.hadoop.fs.{FileSystem, Path}

/** HDFS up to the first answer of its name node, which is a port here that never says a word. */
object HdfsJob {
  def main(arguments: Array[String]): Unit = Job {
    val mute = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))
    val configuration = Job.hadoop
    configuration.setInt("ipc.client.rpc-timeout.ms", 3000)
    configuration.setBoolean("ipc.client.ping", false)
    configuration.setInt("ipc.ping.interval", 3000)
    configuration.setBoolean("dfs.client.retry.policy.enabled", false)
    val files = FileSystem.get(new URI("hdfs://127.0.0.1:" + mute.getLocalPort), configuration)
    try {
      files.getFileStatus(new Path("/"))
      throw new IllegalStateException("a server that says nothing answered")
    } catch {
      case waited: Throwable if isTimeout(waited) => System.out.println("as far as it can: " + waited)
    }
  }

  private def isTimeout(thrown: Throwable): Boolean =
    thrown != null && (thrown.isInstanceOf[SocketTimeoutException] || isTimeout(thrown.getCause))
}
