package sparkruns

import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.functions._

/** Tables of Parquet, written and read, with the codecs that this Spark brings itself. */
object ParquetJob {
  def main(arguments: Array[String]): Unit = Job {
    val session = SparkSession.builder.config(Job.conf("Parquet")).getOrCreate()
    try work(session) finally session.stop()
  }

  def work(session: SparkSession): Unit = {
    val codecs = Seq("uncompressed", "snappy", "gzip") ++ (if (session.version.startsWith("2.")) Nil else Seq("zstd", "lz4"))
    codecs.foreach(roundTrip(session, "file:" + Job.folder + "/parquet", _))
  }

  def roundTrip(session: SparkSession, folder: String, codec: String): Unit = {
    val path = folder + "/" + codec
    val rows = session.range(0, 2000, 1, 2).select(
      col("id"),
      (col("id") % 3).cast("int").as("part"),
      concat(lit("name "), col("id")).as("name"),
      (col("id") / 7).as("share"),
      col("id").cast("decimal(20,2)").as("price"),
      current_timestamp().as("at"),
      array(col("id"), col("id") + 1).as("list"),
      struct(col("id").as("a"), lit(true).as("b")).as("inner"),
      map(lit("k"), col("id")).as("map"))
    rows.write.option("compression", codec).mode("overwrite").parquet(path)
    rows.write.option("compression", codec).mode("append").parquet(path)
    val read = session.read.parquet(path)
    Job.check(read.count() == 4000, s"$codec: ${read.count()} rows")
    Job.check(read.filter("id > 1000 and part = 1").select("name", "share", "price", "at").collect().length == 666, s"$codec: filter")
    Job.check(read.filter("inner.a = 5").select("list", "inner", "map").collect().length == 2, s"$codec: nested")
  }
}
