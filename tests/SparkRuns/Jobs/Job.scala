package sparkruns

import org.apache.hadoop.conf.Configuration
import org.apache.spark.SparkConf

/** How a job ends, so that whoever started it can tell: one line when all of it worked, else the exceptions, the innermost last. */
object Job {
  def apply(body: => Unit): Unit = {
    val code =
      try {
        body
        System.out.println("FEATURE ok")
        0
      } catch {
        case thrown: Throwable =>
          thrown.printStackTrace()
          var cause = thrown
          while (cause != null) {
            System.out.println("THROWN " + cause.toString.replace("\n", "\nTHROWN| "))
            cause = if (cause.getCause eq cause) null else cause.getCause
          }
          1
      }
    System.out.flush()
    System.exit(code)
  }

  /** What is the same for all jobs comes as system properties from whoever starts them. */
  def conf(feature: String): SparkConf = new SparkConf().setAppName(feature)

  /** Hadoop's settings without a Spark: the properties that Spark would hand on to it. */
  def hadoop: Configuration = {
    val configuration = new Configuration()
    for (key <- scala.collection.JavaConverters.asScalaSetConverter(System.getProperties.stringPropertyNames).asScala if key.startsWith("spark.hadoop.")) {
      configuration.set(key.stripPrefix("spark.hadoop."), System.getProperty(key))
    }

    configuration
  }

  /** A folder of this run's own. */
  def folder: String = System.getProperty("sparkruns.folder")

  /** Whether a class is there, for parts of a feature that need what a home may not have. */
  def has(name: String): Boolean = getClass.getResource("/" + name.replace('.', '/') + ".class") != null

  def check(right: Boolean, what: => String): Unit = if (!right) throw new IllegalStateException(what)
}
