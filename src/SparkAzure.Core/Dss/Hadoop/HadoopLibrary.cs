namespace SparkAzure.Core.Dss.Hadoop;

/// <summary>One jar of DSS's standalone Hadoop libraries.</summary>
/// <param name="FileName">Its file name.</param>
/// <param name="Length">Its size in bytes.</param>
public sealed record HadoopLibrary(string FileName, long Length);
