package sparkruns

import org.apache.spark.sql.SparkSession

/** The jobs of the recorded features Driver, Sql and Parquet in one JVM, each told for itself: one that fails does not hide the others. */
object ChangeJob {
  private def chain(thrown: Throwable): String =
    if (thrown == null) "" else thrown.toString.replace("\n", " ") + " <- " + chain(if (thrown.getCause eq thrown) null else thrown.getCause)

  private def feature(name: String)(body: => Unit): Unit =
    try {
      body
      System.out.println("\nCHANGE " + name + " ok")
    } catch {
      case thrown: Throwable => System.out.println("\nCHANGE " + name + " failed " + chain(thrown))
    }

  def main(arguments: Array[String]): Unit = {
    var session: SparkSession = null
    feature("Driver") {
      session = SparkSession.builder.config(Job.conf("Change")).config("spark.sql.warehouse.dir", "file:" + Job.folder + "/warehouse").getOrCreate()
      DriverJob.work(session.sparkContext)
    }
    if (session != null) {
      feature("Sql") { SqlJob.work(session) }
      feature("Parquet") { ParquetJob.work(session) }
    }
    System.out.flush()
    System.exit(0)
  }
}
