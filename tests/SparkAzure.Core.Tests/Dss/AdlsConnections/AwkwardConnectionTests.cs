using System.Text;
using System.Text.Json.Nodes;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.AdlsConnections;

/// <summary>
/// Connection files as nobody would write them on purpose: odd spacing and line ends, escapes, numbers in odd spellings,
/// unknown members, flags left out. Made from seeds, so that a failure can be had again.
/// </summary>
public sealed class AwkwardConnectionTests : IDisposable
{
    private const int Documents = 120;

    private readonly TemporaryFolder _folder = new();
    private readonly SampleDssHost _host;

    public AwkwardConnectionTests() => _host = SampleDssHost.Create(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Changing_one_connection_changes_nothing_foreign()
    {
        for (var seed = 0; seed < Documents; seed++)
        {
            var (text, mine) = Write(new Random(seed));
            await File.WriteAllTextAsync(_host.Connections, text, new UTF8Encoding(false));
            var options = new AdlsConnectionOptions { Name = "lake", RootPath = $"p{seed}", Rights = new() { AllowedGroup = ["g"], PathPrefix = "x/" } };
            var dss = new DssAddress { DataDirectory = _host.DataDirectory };

            var result = await AdlsConnectionWriter.SetAsync(dss, options, new RecordingCaller(), CancellationToken.None);

            // All before and after the connection stands to the byte; within it, all members but the wanted ones say the same.
            var after = await File.ReadAllTextAsync(_host.Connections);
            var (head, tail) = (text[..text.IndexOf(mine, StringComparison.Ordinal)], text[(text.IndexOf(mine, StringComparison.Ordinal) + mine.Length)..]);
            Assert.True(result.Changed && after.StartsWith(head, StringComparison.Ordinal) && after.EndsWith(tail, StringComparison.Ordinal), $"seed {seed}");
            var expected = JsonNode.Parse(mine)!.AsObject();
            expected["params"]!["root"] = $"abfss://data@acct.dfs.core.windows.net/p{seed}";
            expected["usableBy"] = "ALLOWED";
            expected["allowedGroups"] = new JsonArray("g");
            if (expected["params"]!["namingRule"] is not JsonObject)
            {
                expected["params"]!["namingRule"] = new JsonObject();
            }

            expected["params"]!["namingRule"]!["hdfsPathDatasetNamePrefix"] = "x/";
            Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(after[head.Length..^tail.Length])), $"seed {seed}");

            var again = await AdlsConnectionWriter.SetAsync(dss, options, new RecordingCaller(), CancellationToken.None);
            Assert.True(!again.Changed && after == await File.ReadAllTextAsync(_host.Connections), $"seed {seed}: a second run");

            // Taken out, the file is one without it, and everything else of it is still there.
            var removed = await AdlsConnectionStore.RemoveAsync(dss, "lake", new RecordingCaller(), CancellationToken.None);
            var rest = JsonNode.Parse(text)!.AsObject();
            rest["connections"]!.AsObject().Remove("lake");
            Assert.True(removed.Changed && JsonNode.DeepEquals(rest, JsonNode.Parse(await File.ReadAllTextAsync(_host.Connections))), $"seed {seed}: taken out");
        }
    }

    // A whole file, and the text of the connection "lake" in it.
    private static (string Text, string Mine) Write(Random random)
    {
        var newLine = Pick(random, "\n", "\r\n", "", "\n\n");
        var space = Pick(random, "", " ", "\t", "   ");
        string Gap() => random.Next(3) == 0 ? newLine + space : random.Next(2) == 0 ? space : "";
        string Object(params string[] members) => "{" + Gap() + string.Join(Gap() + "," + Gap(), members) + Gap() + "}";
        string Member(string name, string value) => $"\"{name}\"{Gap()}:{Gap()}{value}";

        var extra = Enumerable.Range(0, random.Next(4)).Select(i => Object(
            Member("name", $"\"fs.theirs.{i}\""), Member("value", Pick(random, "1", "\"\\u00e9\"", "1.50", "null", "true", "\"e:AES:zzz\"")))).ToList();
        extra.Insert(random.Next(extra.Count + 1), Object(Member("value", "\"e:AES:abc\""), Member("secret", "true"), Member("name", "\"fs.azure.account.key.acct.dfs.core.windows.net\"")));
        var root = Pick(random, "\"abfss://data@acct.dfs.core.windows.net/old\"", "\"abfss:\\/\\/data@acct.dfs.core.windows.net\"");
        var parameters = new List<string>
        {
            Member("root", root),
            Member("extraConf", "[" + Gap() + string.Join("," + Gap(), extra) + Gap() + "]"),
            Member("zz" + random.Next(9), Pick(random, "1E2", "-0.0", "[[],{}]", "12345678901234567890", "{\"a\":[1,\"\\\\\",{\"b\":null}]}")),
        };
        if (random.Next(2) == 0)
        {
            parameters.Add(Member("namingRule", Pick(random, "null", "{}", "{ \"uploadsPathPrefix\":\"u\" }", "{\"hdfsPathDatasetNamePrefix\":\"old/\"}")));
        }

        var members = new List<string> { Member("type", "\"HDFS\""), Member("params", Object([.. Shuffled(random, parameters)])), Member("été", "\"\\\"\\n\"") };
        if (random.Next(2) == 0)
        {
            members.Add(Member("usableBy", Pick(random, "\"ALL\"", "null", "\"ALLOWED\"")));
        }

        var mine = Object([.. Shuffled(random, members)]);
        var others = Enumerable.Range(0, random.Next(4)).Select(i => Member($"other {i} \\u00e9", Object(Member("type", "\"Filesystem\""), Member("n", Pick(random, "1.0", "01".Trim('0'), "1e-7"))))).ToList();
        others.Insert(random.Next(others.Count + 1), Member("lake", mine));
        var outer = new List<string> { Member("connections", Object([.. others])), Member("version", Pick(random, "1", "\"x\"", "[1,2]")) };
        return (Gap() + Object([.. Shuffled(random, outer)]) + Gap(), mine);
    }

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];

    private static IEnumerable<string> Shuffled(Random random, IEnumerable<string> items) => items.OrderBy(_ => random.Next());
}
