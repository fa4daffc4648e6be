package sparkruns

import org.apache.spark.sql.{SaveMode, SparkSession}
import org.apache.spark.sql.expressions.Window
import org.apache.spark.sql.functions._

case class Sale(id: Long, shop: String, amount: Double)

/** SQL and data sets without Hive. */
object SqlJob {
  def main(arguments: Array[String]): Unit = Job {
    val session = SparkSession.builder.config(Job.conf("Sql")).config("spark.sql.warehouse.dir", "file:" + Job.folder + "/warehouse").getOrCreate()
    try work(session) finally session.stop()
  }

  def work(session: SparkSession): Unit = {
    relations(session)
    userFunctions(session)
    typed(session)
    documents(session)
    catalog(session)
  }

  private def relations(session: SparkSession): Unit = {
    import session.implicits._
    val sales = session.range(0, 1000, 1, 2).select(col("id"), concat(lit("shop"), col("id") % 5).as("shop"), (col("id") * 1.5).as("amount"))
    val shops = Seq(("shop0", "Lyon"), ("shop1", "Paris"), ("shop9", null)).toDF("shop", "town")
    sales.createOrReplaceTempView("sales")
    shops.createOrReplaceTempView("shops")
    Job.check(sales.join(shops, "shop").count() == 400, "broadcast join")
    session.conf.set("spark.sql.autoBroadcastJoinThreshold", -1)
    Job.check(sales.join(shops, Seq("shop"), "left_outer").filter("town is null").count() == 600, "sort merge join")
    Job.check(sales.join(shops, Seq("shop"), "left_anti").count() == 600, "anti join")
    Job.check(sales.crossJoin(shops).count() == 3000, "cross join")
    session.conf.unset("spark.sql.autoBroadcastJoinThreshold")

    val totals = session.sql("select shop, count(*) n, sum(amount) total, avg(amount) mean, max(id) last, collect_list(id) ids, count(distinct amount) d, approx_count_distinct(id) a from sales group by shop having n > 10 order by total desc limit 3")
    Job.check(totals.collect().length == 3, "aggregate")
    totals.explain(true)
    totals.show()
    session.sql("select shop, sum(amount) from sales group by shop with rollup").collect()
    val ranked = sales.withColumn("rank", row_number().over(Window.partitionBy("shop").orderBy(desc("amount")))).withColumn("running", sum("amount").over(Window.partitionBy("shop").orderBy("id")))
    Job.check(ranked.filter("rank = 1").count() == 5, "window")
    Job.check(sales.groupBy("shop").pivot("shop").agg(sum("amount")).count() == 5, "pivot")

    session.sql("select date_add(to_date('2024-02-28'), 2), date_format(timestamp '2024-02-28 10:00:00', 'yyyy/MM'), regexp_replace('a1', '[0-9]', 'x'), md5('a'), cast('1.25' as decimal(5,2)), rand(1), split('a,b', ','), explode(array(1, 2)) as e").collect()
    sales.cache().count()
    sales.union(sales).distinct().repartition(3, col("shop")).sortWithinPartitions("id").write.format("json").mode(SaveMode.Overwrite).save("file:" + Job.folder + "/union")
    sales.unpersist()
  }

  private def userFunctions(session: SparkSession): Unit = {
    if (!compiles(session)) {
      session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
      session.conf.set("spark.sql.codegen.wholeStage", "false")
    }

    val twice = udf((text: String) => text + text)
    session.udf.register("half", (number: Double) => number / 2)
    val some = session.table("sales").select(twice(col("shop")).as("s"), expr("half(amount)"))
    Job.check(some.filter("s = 'shop0shop0'").count() == 200, "udf")
    session.conf.unset("spark.sql.codegen.factoryMode")
    session.conf.unset("spark.sql.codegen.wholeStage")
  }

  private def typed(session: SparkSession): Unit = {
    import session.implicits._
    val sales = session.createDataset((1 to 100).map(i => Sale(i, "shop" + i % 4, i * 0.5)))
    Job.check(sales.groupByKey(_.shop).mapGroups((shop, all) => (shop, all.map(_.amount).sum)).collect().length == 4, "typed groups")
    Job.check(sales.map(s => s.copy(amount = s.amount * 2)).filter(_.amount > 50).count() == 50, "typed map")
    Job.check(sales.rdd.map(_.amount).max() == 50, "rows of an rdd")
  }

  private def documents(session: SparkSession): Unit = {
    import session.implicits._
    val rows = session.range(10).select(col("id"), struct(col("id").as("a"), lit("x").as("b")).as("inner"))
    val texts = rows.select(to_json(col("inner")).as("text"))
    val parsed = texts.select(from_json(col("text"), rows.schema("inner").dataType.asInstanceOf[org.apache.spark.sql.types.StructType]).as("back"), get_json_object(col("text"), "$.a").as("a"))
    Job.check(parsed.filter("back.a = 3 and a = '3'").count() == 1, "to_json, from_json")
    val folder = "file:" + Job.folder
    rows.write.mode("overwrite").option("compression", "gzip").json(folder + "/json")
    Job.check(session.read.json(folder + "/json").filter("inner.b = 'x'").count() == 10, "json")
    texts.write.mode("overwrite").text(folder + "/text")
    Job.check(session.read.textFile(folder + "/text").count() == 10, "text")
    // A home without the parser has no csv; what it has of SQL is recorded all the same.
    if (Job.has("com.univocity.parsers.csv.CsvParser")) {
      rows.select("id").write.mode("overwrite").option("header", "true").csv(folder + "/csv")
      Job.check(session.read.option("header", "true").option("inferSchema", "true").csv(folder + "/csv").count() == 10, "csv")
    }
  }

  private def catalog(session: SparkSession): Unit = {
    session.sql("create database if not exists trade")
    if (compiles(session)) {
      Job.check(session.sql("show databases").collect().length == 2, "databases")
      session.sql("create table trade.sale (id bigint, shop string) using json")
      session.sql("insert into trade.sale select id, concat('shop', id) from range(10)")
      Job.check(session.table("trade.sale").count() == 10, "table")
      session.range(5).write.format("json").mode("overwrite").saveAsTable("trade.plain")
      session.sql("describe table extended trade.sale").collect()
      session.sql("analyze table trade.sale compute statistics")
      Job.check(session.sql("show tables in trade").where("not isTemporary").count() == 2, "tables")
    }

    session.sql("drop database trade cascade")
  }

  // From 3.0 on, user functions and tables of the catalog load classes that have Arrow's in their signatures.
  private def compiles(session: SparkSession): Boolean =
    session.version.startsWith("2.") || Job.has("org.apache.arrow.vector.types.pojo.ArrowType")
}
