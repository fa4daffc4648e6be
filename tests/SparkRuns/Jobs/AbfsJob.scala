package sparkruns

import java.net.URI

import org.apache.hadoop.fs.{FileSystem, Path}
import org.apache.spark.sql.SparkSession

/** ADLS gen2 in the ways that DSS's connections use it: a key over TLS and without, a service principal; then a table. */
object AbfsJob {
  def main(arguments: Array[String]): Unit = Job {
    val session = SparkSession.builder.config(Job.conf("Abfs")).getOrCreate()
    // The iterator over a listing names a class that Java 8 has and a jar brings that these homes lack.
    val listsDeep = Job.has("javax.activation.UnsupportedDataTypeException")
    try {
      for (root <- Seq("abfs://fs@plain.dfs.core.windows.net", "abfss://fs@lake.dfs.core.windows.net", "abfss://fs@principal.dfs.core.windows.net")) {
        val files = FileSystem.newInstance(new URI(root), session.sparkContext.hadoopConfiguration)
        FileJob.exercise(files, new Path(root + "/" + System.nanoTime), listsDeep)
        files.close()
      }

      ParquetJob.roundTrip(session, "abfss://fs@lake.dfs.core.windows.net/table" + System.nanoTime, "snappy")
    } finally session.stop()
  }
}
