using System.Text.Json.Nodes;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// What DSS itself puts into a new connection (its pages for a new HDFS and a new Azure Blob connection).
/// </summary>
internal static class ConnectionTemplate
{
    public static JsonObject Of(string name, DssConnectionType type) => new()
    {
        ["name"] = name,
        ["type"] = type.ToString(),
        ["params"] = type == DssConnectionType.HDFS ? Hdfs() : Azure(),
        ["allowWrite"] = true,
        ["allowManagedDatasets"] = true,
        ["allowManagedFolders"] = true,
        ["maxActivities"] = 0,
        ["usableBy"] = "ALL",
        ["allowedGroups"] = new JsonArray(),
        ["detailsReadability"] = new JsonObject { ["readableBy"] = "NONE", ["allowedGroups"] = new JsonArray() },
        ["credentialsMode"] = "GLOBAL",
    };

    private static JsonObject Hdfs() => new()
    {
        ["root"] = "",
        ["extraConf"] = new JsonArray(),
        ["dkuProperties"] = new JsonArray(),
        ["namingRule"] = new JsonObject
        {
            ["hdfsPathDatasetNamePrefix"] = "${projectKey}/",
            ["hdfsPathDatasetNameSuffix"] = "",
            ["tableNameDatasetNamePrefix"] = "${projectKey}_",
            ["tableNameDatasetNameSuffix"] = "",
            ["uploadsPathPrefix"] = "uploads",
        },
        ["hiveSynchronizationMode"] = "KEEP_IN_SYNC",
        ["aclSynchronizationMode"] = "NONE",
        ["clearMode"] = "DSS_USER",
        ["overridePreCreateManagedDatasetFolderBeforeMetastoreSyncForRecipes"] = false,
    };

    private static JsonObject Azure() => new()
    {
        ["defaultManagedContainer"] = "dataiku",
        ["defaultManagedPath"] = "/dataiku",
        ["namingRule"] = new JsonObject
        {
            ["pathDatasetNamePrefix"] = "${projectKey}/",
            ["pathDatasetNameSuffix"] = "",
            ["metastoreTableNameDatasetNamePrefix"] = "${projectKey}_",
            ["metastoreTableNameDatasetNameSuffix"] = "",
        },
        ["dkuProperties"] = new JsonArray(),
    };
}
