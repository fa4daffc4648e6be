package sparkruns

import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.functions._

/** Driver, SQL and Parquet in one JVM, each told for itself: one that fails does not hide the others. */
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
      session = SparkSession.builder.config(Job.conf("Change")).getOrCreate()
      Job.check(session.sparkContext.parallelize(1 to 100).map(_ * 2).sum == 10100, "sum")
    }
    if (session != null) {
      feature("Sql") { sql(session) }
      feature("Parquet") { parquet(session) }
    }
    System.out.flush()
    System.exit(0)
  }

  private def sql(session: SparkSession): Unit = {
    session.range(100).toDF("a").createOrReplaceTempView("t")
    val rows = session.sql("select a % 3 k, count(*) c, to_json(struct(a % 3)) j from t group by a % 3 order by k").collect()
    Job.check(rows.length == 3, "rows")
    val next = udf((x: Long) => x + 1)
    val t = session.table("t")
    Job.check(t.withColumn("b", next(t("a"))).join(session.table("t"), "a").count() == 100, "join")
  }

  private def parquet(session: SparkSession): Unit =
    for (codec <- Seq("snappy", "gzip")) {
      val path = Job.folder + "/" + codec
      session.range(100).toDF("a").write.option("compression", codec).parquet(path)
      Job.check(session.read.parquet(path).groupBy(expr("a % 3")).count().count() == 3, codec)
    }
}
