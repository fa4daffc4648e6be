using System.Text.Json.Nodes;
using SparkAzure.Core.Dss;

namespace SparkAzure.Core.Storage;

/// <summary>An HDFS connection in DSS's own JSON: made new, compared with one that is there, or set in its text.</summary>
internal static class HdfsConnectionEdit
{
    /// <summary>DSS's type of such a connection.</summary>
    public const string Type = "HDFS";

    /// <summary>
    /// A new connection: DSS's own defaults (its page for a new HDFS connection) around the root and the properties.
    /// </summary>
    public static JsonObject New(string name, AdlsAccess access) => new()
    {
        ["name"] = name,
        ["type"] = Type,
        ["params"] = new JsonObject
        {
            ["root"] = access.Root,
            ["extraConf"] = new JsonArray([.. access.Properties.Select(p => new JsonObject { ["name"] = p.Name, ["value"] = p.Value, ["secret"] = p.Secret })]),
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
        },
        ["allowWrite"] = true,
        ["allowManagedDatasets"] = true,
        ["allowManagedFolders"] = true,
        ["maxActivities"] = 0,
        ["usableBy"] = "ALL",
        ["allowedGroups"] = new JsonArray(),
        ["detailsReadability"] = new JsonObject { ["readableBy"] = "NONE", ["allowedGroups"] = new JsonArray() },
        ["credentialsMode"] = "GLOBAL",
    };

    /// <summary>
    /// The fields in which a connection differs from what is wanted, by name only. A secret that DSS keeps encrypted cannot be
    /// told from another and counts as the same.
    /// </summary>
    public static IReadOnlyList<string> Differences(JsonText connection, AdlsAccess access)
    {
        var differences = new List<string>();
        if (RootOf(connection)?.TrimEnd('/') != access.Root.TrimEnd('/'))
        {
            differences.Add("the root");
        }

        var list = Properties();
        foreach (var property in access.Properties)
        {
            switch (list.Find(connection, property.Name))
            {
                case null:
                    differences.Add($"{property.Name} (absent)");
                    break;
                case var there when there.Value != property.Value && !(property.Secret && there.Encrypted):
                    differences.Add(property.Name);
                    break;
                case { Secret: false } when property.Secret:
                    differences.Add($"{property.Name} (not marked secret)");
                    break;
            }
        }

        return differences;
    }

    /// <summary>The wanted properties whose stored value is encrypted, so that nobody but DSS could compare it.</summary>
    public static IReadOnlyList<string> NotCompared(JsonText connection, AdlsAccess access) =>
        [.. access.Properties.Select(p => p.Name).Where(name => Properties().Find(connection, name) is { Encrypted: true })];

    /// <summary>Sets root and properties in the text of a connection; every other field keeps its bytes.</summary>
    public static JsonText Set(JsonText connection, AdlsAccess access)
    {
        if (RootOf(connection)?.TrimEnd('/') != access.Root.TrimEnd('/'))
        {
            connection = Parameters(connection)["root"] is { } root
                ? connection.Replace(root, access.Root)
                : connection.Add(Parameters(connection), "root", access.Root);
        }

        return access.Properties.Aggregate(connection, (text, p) => Properties().Set(text, p.Name, p.Value, p.Secret, rewrite: true));
    }

    /// <summary>The type of a connection; empty when it does not say.</summary>
    public static string TypeOf(JsonText connection) => connection.Root["type"]?.Scalar ?? "";

    private static string? RootOf(JsonText connection) => Parameters(connection)["root"]?.Scalar;

    private static DssPropertyList Properties() => DssPropertyList.ExtraConf(Parameters);

    private static JsonPart Parameters(JsonText connection) =>
        connection.Root["params"] is { Kind: System.Text.Json.JsonValueKind.Object } parameters
            ? parameters
            : throw DssSettingsErrors.SettingsUnexpected(connection.Source, "params of the connection", "an object");
}
