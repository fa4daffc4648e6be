using System.Text.Json.Serialization;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>How findings are written down, without reflection: that would cost more than the search.</summary>
[JsonSerializable(typeof(SparkJarConflict[]))]
internal sealed partial class FindingsJson : JsonSerializerContext;
