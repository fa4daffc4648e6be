import org.apache.spark.sql.SparkSession

// What a job can do to its executors; spark.sparkazure.fault says which.
object FaultJob {
  def main(arguments: Array[String]): Unit = {
    val spark = SparkSession.builder().appName("fault").getOrCreate()
    val context = spark.sparkContext
    context.getConf.get("spark.sparkazure.fault") match {
      // More than the container's limit, and not in the heap.
      case "direct" => context.parallelize(1 to 2, 2).map { _ =>
        val held = (1 to 18).map(_ => java.nio.ByteBuffer.allocateDirect(32 << 20))
        Thread.sleep(1000)
        held.size
      }.collect()
      case "heap" => context.parallelize(1 to 2, 2).map { _ => (1 to 100).map(_ => new Array[Long](2 << 20)).map(_.length).sum }.collect()
      case "disk" => context.parallelize(1 to 2, 2).map { _ =>
        val file = new java.io.FileOutputStream(java.io.File.createTempFile("fault", null))
        (1 to 200).foreach(_ => file.write(new Array[Byte](1 << 20)))
        Thread.sleep(60000)
        1
      }.collect()
      case "long" => context.parallelize(1 to 36, 36).map { n => Thread.sleep(1000); n }.sum()
    }
    spark.stop()
  }
}
