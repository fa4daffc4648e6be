package sparkruns

import org.apache.hadoop.fs.Path

/** Blobs by the driver that was there before ABFS. */
object WasbJob {
  def main(arguments: Array[String]): Unit = Job {
    val root = new Path("wasb://fs@blobs.blob.core.windows.net/" + System.nanoTime)
    val files = root.getFileSystem(Job.hadoop)
    FileJob.exercise(files, root)
    files.close()
  }
}
