package sparkruns

import org.apache.hadoop.fs.{FileSystem, Path}

/** What Spark and DSS ask of any file system, in Hadoop's own words. */
object FileJob {
  def main(arguments: Array[String]): Unit = Job {
    val root = new Path("file:" + Job.folder + "/files")
    val files = root.getFileSystem(Job.hadoop)
    exercise(files, root)
    files.copyFromLocalFile(new Path(root, "kept"), new Path(root, "copy"))
    files.close()
  }

  def exercise(files: FileSystem, root: Path, listsDeep: Boolean = true): Unit = {
    Job.check(!files.exists(new Path(root, "nothing")), "exists")
    files.mkdirs(new Path(root, "a/b"))
    for (name <- Seq("a/one.txt", "a/two.txt", "a/b/three.txt")) {
      write(files, new Path(root, name), name)
    }

    Job.check(read(files, new Path(root, "a/one.txt")) == "a/one.txt", "read")
    Job.check(files.listStatus(new Path(root, "a")).length == 3, "list")
    Job.check(files.globStatus(new Path(root, "a/{one,t*}.txt")).length == 2, "glob")
    if (listsDeep) {
      val all = files.listFiles(new Path(root, "a"), true)
      var count = 0
      while (all.hasNext) {
        all.next()
        count += 1
      }

      Job.check(count == 3, s"recursive list: $count")
    }

    Job.check(files.rename(new Path(root, "a/one.txt"), new Path(root, "kept")), "rename")
    Job.check(files.getFileStatus(new Path(root, "kept")).getLen == 9, "status")
    Job.check(files.delete(new Path(root, "a"), true), "delete")
    Job.check(!files.exists(new Path(root, "a/b")), "deleted")
  }

  private def write(files: FileSystem, path: Path, text: String): Unit = {
    val out = files.create(path, true)
    try out.write(text.getBytes("UTF-8")) finally out.close()
  }

  private def read(files: FileSystem, path: Path): String = {
    val in = files.open(path)
    try scala.io.Source.fromInputStream(in, "UTF-8").mkString finally in.close()
  }
}
