using System.Text.Json;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Azure;

/// <summary>
/// The subscriptions that the Azure CLI (azureProfile.json) and Azure PowerShell (AzureRmContext.json) wrote down when
/// somebody signed in: what completion can offer without a request. Their tokens are elsewhere and not read.
/// </summary>
public static class KnownSubscriptions
{
    /// <summary>The names and ids, each once; empty where nobody signed in or the files are not as expected.</summary>
    /// <param name="environment">Reads a variable; AZURE_CONFIG_DIR names the CLI's folder.</param>
    public static IReadOnlyList<(string Id, string Name)> Read(Func<string, string?> environment)
    {
        var home = environment(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME") ?? "";
        var cli = environment("AZURE_CONFIG_DIR") is { Length: > 0 } named ? named : Path.Combine(home, ".azure");
        return
        [
            .. Entries(Path.Combine(cli, "azureProfile.json"), OfCli)
                .Concat(Entries(Path.Combine(home, ".Azure", "AzureRmContext.json"), OfPowerShell))
                .DistinctBy(s => s.Id, StringComparer.OrdinalIgnoreCase),
        ];
    }

    private static IEnumerable<(string Id, string Name)> OfCli(JsonElement root) =>
        root.GetProperty("subscriptions").EnumerateArray().Select(s => Pair(s, "id", "name"));

    private static IEnumerable<(string Id, string Name)> OfPowerShell(JsonElement root) =>
        root
            .GetProperty("Contexts")
            .EnumerateObject()
            .Select(c => Pair(c.Value.GetProperty("Subscription"), "Id", "Name"));

    private static (string Id, string Name) Pair(JsonElement subscription, string id, string name) =>
        (subscription.GetProperty(id).GetString() ?? "", subscription.GetProperty(name).GetString() ?? "");

    private static IReadOnlyList<(string Id, string Name)> Entries(
        string file, Func<JsonElement, IEnumerable<(string Id, string Name)>> read)
    {
        try
        {
            // The CLI writes a byte order mark, which ReadAllText takes away.
            using var document = JsonDocument.Parse(RegularFile.ReadAllText(file));
            return [.. read(document.RootElement).Where(s => s.Id.Length > 0)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException
            or KeyNotFoundException or InvalidOperationException or SparkAzureException)
        {
            return [];
        }
    }
}
