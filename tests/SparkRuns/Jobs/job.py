"""Python in the driver and in the workers: rows through the JVM and back, as an RDD, a function of SQL and a broadcast."""
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf, sum as total
from pyspark.sql.types import StringType

try:
    session = SparkSession.builder.appName("PySpark").getOrCreate()
    context = session.sparkContext
    factor = context.broadcast(3)
    seen = context.accumulator(0)
    context.parallelize(range(100), 2).foreach(lambda i: seen.add(1))
    assert seen.value == 100, seen.value
    # Without a shuffle of its own: that goes through Kryo, of which these homes have only a part.
    assert context.parallelize(range(1000), 4).map(lambda i: i % 10 * factor.value).reduce(lambda a, b: a + b) == 13500
    frame = session.createDataFrame([(i, "name %d" % i) for i in range(100)], ["id", "name"])
    twice = udf(lambda text: text + text, StringType())
    assert frame.filter(twice(frame.name) == "name 1name 1").count() == 1
    assert frame.select(total("id")).first()[0] == 4950
    assert frame.rdd.map(lambda row: row.id).sum() == 4950
    session.sql("select 1 as one").collect()
    session.stop()
    print("FEATURE ok", flush=True)
except Exception as error:
    print("THROWN " + str(error).replace("\n", "\nTHROWN| "), flush=True)
    raise
