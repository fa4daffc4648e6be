using SparkAzure.Core.Spark.Failures.Tables;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>The causes that are told, each with its signs, what cures it and where it is known from.</summary>
internal static class FailureCauses
{
    /// <summary>All of them; where several signs stand in one line, the first one counts most.</summary>
    internal static readonly IReadOnlyList<FailureCauseRow> All =
    [
        .. DriverCauses.All,
        .. ImageCauses.All,
        .. PodCauses.All,
        .. ApiServerCauses.All,
        .. StorageCauses.All,
        .. HiveCauses.All,
        .. PythonCauses.All,
        .. JarCauses.All,
    ];

    /// <summary>The row of an id.</summary>
    public static FailureCauseRow Of(string id) => All.First(c => c.Id == id);
}
