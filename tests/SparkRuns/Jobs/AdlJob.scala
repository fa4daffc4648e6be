package sparkruns

import org.apache.hadoop.fs.Path

/** ADLS gen1 with a service principal. */
object AdlJob {
  def main(arguments: Array[String]): Unit = Job {
    val root = new Path("adl://old.azuredatalakestore.net/" + System.nanoTime)
    val files = root.getFileSystem(Job.hadoop)
    FileJob.exercise(files, root)
    files.close()
  }
}
