package sparkruns

import org.apache.spark.SparkContext

/** What every job needs: a context, Pi, a count, a shuffle, a broadcast, a cached set. On executors of their own it is the feature Executor. */
object DriverJob {
  def main(arguments: Array[String]): Unit = Job {
    val context = new SparkContext(Job.conf("Driver"))
    try work(context) finally context.stop()
  }

  def work(context: SparkContext): Unit = {
    val hits = context.parallelize(1 to 20000, 2).map { i =>
      val x = (i * 7919 % 10007) / 10007.0
      val y = (i * 104729 % 10009) / 10009.0
      if (x * x + y * y <= 1) 1 else 0
    }.reduce(_ + _)
    Job.check(hits > 10000, s"Pi: $hits of 20000")

    val factor = context.broadcast(3)
    // Keys that are no primitives: those go through Kryo, of which these homes have only a part.
    val counts = context.parallelize(1 to 1000, 4).map(i => (Some(i % 10): Option[Int], factor.value)).reduceByKey(_ + _).cache()
    Job.check(counts.count() == 10, "count")
    Job.check(counts.collect().forall(_._2 == 300), "sum")
  }
}
