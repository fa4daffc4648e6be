using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>Journals and restore points that somebody else has written into a Spark home.</summary>
public sealed class ForgedJournalTests : IDisposable
{
    private readonly SmallHome _home = new();

    public void Dispose() => _home.Dispose();

    public static TheoryData<string, string> Forgeries() => new()
    {
        { "Moves[0].From", "jars/../../roots/secret.jar" },
        { "Moves[0].From", "/etc/passwd" },
        { "Moves[0].To", "../roots/new.jar" },
        { "Moves[0].To", ".sparkazure/store/../../../roots/new.jar" },
        { "Moves[1].To", "jars/sub/new.jar" },
        { "Moves[1].To", "bin/new.jar" },
        { "Moves[1].From", "../roots/secret.jar" },
        { "Moves[1].From", ".sparkazure/incoming/../../../roots/secret.jar" },
        { "Moves[0].Sha256", "../../x" },
        { "Moves[0].Sha256", "" },
        { "Result[0].Name", "../../roots/secret.jar" },
        { "Result[0].Name", "a/b.jar" },
        { "Result[0].Mode", "2541" },
        { "Result[0].ModifiedTicks", "-1" },
        { "Result[0].ModifiedTicks", "9223372036854775807" },
        { "Result[0].Length", "9223372036854775807" },
        { "Former.Jars[0].Name", "spark\u001b[2J.jar" },
        { "Former.Jars[0].Sha256", "..\u002f" },
        { "Former.Id", "../../roots/secret" },
        { "Former.Id", "20240229T120000000Z.json" },
        { "Former.Before", "rm" },
        { "Former.What", "x\u001b]0;x" },
        { "Former", "null" },
        { "Former.Jars", "null" },
        { "Former.Jars[0]", "null" },
        { "Moves", "null" },
        { "Moves[0]", "null" },
        { "Moves[1]", "null" },
        { "Result", "null" },
        { "Result[0]", "null" },
        { "Result", "[]" },
        { "", "{}" },
        { "", "null" },
        { "", "[]" },
        { "", "\"x\"" },
        { "", "" },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task AJournalThatSaysWhatNoSwapDoesMovesNothing(string place, string value)
    {
        _home.WriteJournal(Forged(_home.Journal, place, value));
        var before = _home.Everything();

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => _home.RestoreAsync());

        Assert.Equal("SwapInterrupted", error.Id);
        Assert.DoesNotContain(error.Message, c => c == '\u001b');
        Assert.Equal(before, _home.Everything());
    }

    [Fact]
    public async Task AJournalOfTheRightFormIsFinished()
    {
        _home.WriteJournal(_home.Journal);

        Assert.True((await _home.RestoreAsync()).Changed);

        Assert.Equal(SmallHome.Old, await File.ReadAllTextAsync(Path.Combine(_home.Jars, SmallHome.Exchanged)));
    }

    [Theory]
    [InlineData("Former.Jars[0].Name", "../../roots/secret.jar")]
    [InlineData("Former.Jars[0].Mode", "2541")]
    [InlineData("Former.Jars", "null")]
    [InlineData("Former", "null")]
    [InlineData("", "{}")]
    [InlineData("", "null")]
    public async Task ARestorePointThatSaysWhatNoSetHasIsRefused(string place, string value)
    {
        _home.WriteRestorePoint("20240229T120000000Z", Forged(_home.Journal, place, value));
        var before = _home.Everything();

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => _home.RestoreAsync());

        Assert.Equal("RestorePointDamaged", error.Id);
        Assert.Equal(before, _home.Everything());
    }

    [Fact]
    public async Task AJournalDoesNotReplaceARestorePoint()
    {
        _home.WriteRestorePoint((string)_home.Journal["Former"]!["Id"]!, _home.Journal.ToJsonString());
        _home.WriteJournal(_home.Journal);
        var before = _home.Everything();

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => _home.RestoreAsync());

        Assert.Equal("SwapInterrupted", error.Id);
        Assert.Equal(before, _home.Everything());
    }

    // Seeded; SPARKAZURE_TEST_FORGERIES raises the number.
    [Fact]
    public async Task WhateverStandsInAJournalOrARestorePointNothingElseHappensThanARefusal()
    {
        var count = int.Parse(
            Environment.GetEnvironmentVariable("SPARKAZURE_TEST_FORGERIES") ?? "500",
            System.Globalization.CultureInfo.InvariantCulture);
        var random = new Random(20240229);
        var pristine = _home.Journal.ToJsonString();
        for (var i = 0; i < count; i++)
        {
            using var home = new SmallHome();
            var text = Mutated(pristine, random);
            if (i % 2 == 0)
            {
                home.WriteJournal(text);
            }
            else
            {
                home.WriteRestorePoint("20240229T120000000Z", text);
            }

            try
            {
                _ = await SparkJars.RestorePointsAsync(home.Path, CancellationToken.None);
                await home.RestoreAsync();
            }
            catch (SparkAzureException)
            {
                // Told in words what is wrong.
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Forgery {i}: {Convert.ToBase64String(text)}", exception);
            }

            Assert.Equal("secret", await File.ReadAllTextAsync(home.Secret));
            Assert.Equal(["home", "roots"], home.Beside());
            Assert.Equal(["secret.jar"], home.InRoots());
        }
    }

    private static byte[] Mutated(string pristine, Random random)
    {
        if (random.Next(4) == 0)
        {
            var bytes = Encoding.UTF8.GetBytes(pristine);
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            return bytes;
        }

        var document = JsonNode.Parse(pristine)!;
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            Mutate(document, random);
        }

        return Encoding.UTF8.GetBytes(document.ToJsonString().Replace("lone-surrogate", "\\ud800.jar", StringComparison.Ordinal));
    }

    private static readonly string?[] Values =
    [
        null, "0", "-1", "511", "2541", "9223372036854775807", "1e999", "1.5", "{}", "[]", "true", "[null]", "\"\"",
        "\"../../roots/secret.jar\"", "\"/etc/passwd\"", "\"jars/x.jar\"", "\"..\"", "\".\"", "\".jar\"", "\"a\\u0000.jar\"",
        "\"lone-surrogate\"", "\"jars\"", "\"jars/\"", "\".sparkazure/incoming/x.jar\"", "\".sparkazure/journal.json\"",
        "\"hadoop-common-2.7.3.jar\"", "\"99991231T235959999Z\"", "\"00010101T000000000Z\"", "\"9999-12-31T23:59:59.9999999+14:00\"",
        "\"0001-01-01T00:00:00+14:00\"", "\"update\"", "\"restore\"",
    ];

    private static void Mutate(JsonNode document, Random random)
    {
        var nodes = new List<JsonNode>();
        Collect(document, nodes);
        var node = nodes[random.Next(nodes.Count)];
        if (Values[random.Next(Values.Length)] is not { } value)
        {
            (node.Parent as JsonArray)?.Add(node.DeepClone());
            (node.Parent as JsonObject)?.Remove(node.GetPropertyName());
            return;
        }

        try
        {
            node.ReplaceWith(JsonNode.Parse(value));
        }
        catch (InvalidOperationException)
        {
            // The document itself has no place in anything.
        }
    }

    private static void Collect(JsonNode? node, List<JsonNode> nodes)
    {
        if (node is null)
        {
            return;
        }

        nodes.Add(node);
        foreach (var child in (node as JsonArray)?.ToList() ?? [])
        {
            Collect(child, nodes);
        }

        foreach (var (_, child) in (node as JsonObject)?.ToList() ?? [])
        {
            Collect(child, nodes);
        }
    }

    // Puts a value at a place such as Moves[0].From; at no place, instead of all.
    private static string Forged(JsonNode journal, string place, string value)
    {
        if (place.Length == 0)
        {
            return value;
        }

        var node = journal.DeepClone();
        var at = node;
        foreach (var part in place.Split('.', '[').Select(p => p.TrimEnd(']')))
        {
            at = int.TryParse(part, out var index) ? at![index] : at![part];
        }

        var isString = at!.GetValueKind() == JsonValueKind.String;
        at.ReplaceWith(isString ? JsonValue.Create(value) : JsonNode.Parse(value));
        return node.ToJsonString();
    }
}
