import org.apache.hadoop.fs.Path
import org.apache.spark.SparkEnv
import org.apache.spark.sql.SparkSession

// The job that proves a Spark. One source for Scala 2.11 to 2.13, as a program and line by line in Spark's shell, so no
// closure that goes to an executor refers to anything outside of it.
// Arguments: its name, how many executors must take part, the folder below which Parquet is written ("-" for none).
object SparkAzureSmokeTest {
  def say(stage: String, state: String, text: String): Unit = {
    println("SPARKAZURE|" + stage + "|" + state + "|" + text.replaceAll("\\s+", " "))
    System.out.flush()
  }

  // In the form of a JVM and at once, so that a reader knows it from the log entry that happens to stand before it.
  def tell(failure: Throwable): Unit = {
    val trace = new java.io.StringWriter()
    failure.printStackTrace(new java.io.PrintWriter(trace, true))
    System.err.print("Exception in thread \"" + Thread.currentThread.getName + "\" " + trace)
    System.err.flush()
  }

  def stage(name: String)(work: => String): Unit = {
    say(name, "started", "")
    try {
      say(name, "passed", work)
    } catch {
      case failure: Throwable =>
        tell(failure)
        say(name, "failed", failure.toString)
        throw failure
    }
  }

  def session(): SparkSession = {
    var made: SparkSession = null
    stage("Session") {
      made = SparkSession.builder().appName("sparkazure-smoke-test").getOrCreate()
      "Spark " + made.version + ", Java " + System.getProperty("java.version") + ", " + made.sparkContext.applicationId
    }
    made
  }

  def executors(spark: SparkSession, wanted: Int): Unit = stage("Executors") {
    // The driver is one of those that the tracker knows.
    while (spark.sparkContext.statusTracker.getExecutorInfos.length - 1 < wanted) Thread.sleep(50)
    wanted + " registered"
  }

  def pi(spark: SparkSession, wanted: Int): Unit = stage("Pi") {
    val darts = 200000
    var took = Set.empty[String]
    var value = 0.0
    // A task may end before the second executor is asked for one.
    while (took.size < wanted) {
      val found = spark.sparkContext.parallelize(1 to wanted * 4, wanted * 4).map { seed =>
        val random = new java.util.Random(seed)
        var inside = 0
        var thrown = 0
        while (thrown < 200000) {
          val x = random.nextDouble()
          val y = random.nextDouble()
          if (x * x + y * y < 1) inside += 1
          thrown += 1
        }
        Thread.sleep(20)
        (SparkEnv.get.executorId, inside)
      }.collect()
      took = took ++ found.map(_._1)
      value = 4.0 * found.map(_._2.toLong).sum / (found.length.toLong * darts)
    }
    if (math.abs(value - math.Pi) > 0.05) throw new IllegalStateException("Pi is " + value)
    "Pi is roughly " + value + ", by executors " + took.toSeq.sorted.mkString(", ")
  }

  def shuffle(spark: SparkSession): Unit = stage("Shuffle") {
    val sums = spark.sparkContext.parallelize(1 to 1000, 4).map(n => (Integer.valueOf(n % 5), n)).reduceByKey((a, b) => a + b, 4).collect()
    if (sums.map(_._2).sum != 500500) throw new IllegalStateException("The sums are " + sums.mkString(", "))
    "1000 numbers by 5 keys"
  }

  def parquet(spark: SparkSession, root: String, name: String): Unit = {
    val folder = new Path(root + (if (root.endsWith("/")) "" else "/") + name)
    var files: org.apache.hadoop.fs.FileSystem = null
    val rows = 2000L
    val columns = Seq("count(1)", "sum(id)", "sum(length(text))", "sum(half)", "max(text)")
    val written = spark.range(0, rows, 1, 4).selectExpr("id", "concat('value ', cast(id as string)) as text", "id * 0.5D as half")
    try {
      stage("ParquetWrite") {
        files = folder.getFileSystem(spark.sparkContext.hadoopConfiguration)
        written.write.option("compression", "snappy").parquet(folder.toString)
        val parts = files.listStatus(folder).map(_.getPath.getName).filter(_.endsWith(".snappy.parquet"))
        if (parts.isEmpty) throw new IllegalStateException("No .snappy.parquet in " + folder)
        rows + " rows in " + parts.length + " files of " + folder
      }
      stage("ParquetRead") {
        val back = spark.read.parquet(folder.toString)
        val wrong = back.filter("text <> concat('value ', cast(id as string)) or half <> id * 0.5D").count()
        val sums = back.selectExpr(columns: _*).collect().mkString
        if (wrong > 0 || sums != written.selectExpr(columns: _*).collect().mkString) throw new IllegalStateException("What was read is not what was written: " + sums)
        "as written: " + sums
      }
    } finally {
      if (files != null) stage("ParquetRemove") {
        removeOld(files, folder.getParent)
        files.delete(folder, true)
        if (files.exists(folder)) throw new IllegalStateException(folder + " is still there")
        "removed"
      }
    }
  }

  // What a run that was killed has left: its name says until when it may have run (seconds, hexadecimal).
  def removeOld(files: org.apache.hadoop.fs.FileSystem, parent: Path): Unit = {
    val ours = "sparkazure-smoke-([0-9a-f]{8})-.*".r
    files.listStatus(parent).foreach { entry =>
      entry.getPath.getName match {
        case ours(until) if java.lang.Long.parseLong(until, 16) < System.currentTimeMillis / 1000 => files.delete(entry.getPath, true)
        case _ =>
      }
    }
  }

  def main(arguments: Array[String]): Unit = {
    val code = try {
      val spark = session()
      val wanted = arguments(1).toInt
      executors(spark, wanted)
      pi(spark, wanted)
      shuffle(spark)
      if (arguments(2) != "-") parquet(spark, arguments(2), arguments(0))
      stage("Stop") {
        spark.stop()
        "stopped"
      }
      0
    } catch {
      case failure: Throwable => 1
    }
    System.exit(code)
  }
}
