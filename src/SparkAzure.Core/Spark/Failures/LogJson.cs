using System.Text.Json;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>
/// A line of a log that is a JSON object: docker's, log4j's JsonLayout and JsonTemplateLayout, logstash's, Spark's own
/// structured logging, what collectors make of them. It becomes the lines that a plain layout would have printed.
/// </summary>
internal static class LogJson
{
    private const int MostLines = 2_000;
    private const int MostDepth = 40;

    // Names of several layouts; the first one that is there counts.
    private static readonly string[] Levels = ["level", "log.level", "severity", "levelname", "@l"];
    private static readonly string[] Loggers = ["logger_name", "loggerName", "logger", "log.logger", "category"];
    private static readonly string[] Messages = ["message", "msg", "MESSAGE", "textPayload", "LogMessage", "@m"];
    private static readonly string[] Raw = ["log", "LogEntry", "line"];
    private static readonly string[] Traces =
        ["thrown", "exception", "error", "stack_trace", "error.stack_trace", "stackTrace", "stacktrace", "exception.stacktrace", "extendedStackTrace", "throwable", "cause"];

    private static readonly string[] ExceptionNames = ["name", "class", "type", "exception_class", "className"];
    private static readonly string[] ExceptionMessages = ["message", "msg", "localizedMessage", "exception_message"];

    /// <summary>The lines; null where the text is no such object.</summary>
    /// <param name="text">The text, which begins with a brace.</param>
    public static IReadOnlyList<string>? LinesOf(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MostDepth });
            var lines = new List<string>();
            AddEntry(document.RootElement, lines);
            return lines.Count == 0 ? null : lines;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void AddEntry(JsonElement entry, List<string> lines)
    {
        if (TextOf(entry, Raw) is { } raw)
        {
            AddText(raw, "", lines);
            return;
        }

        if (TextOf(entry, Messages) is not { } message)
        {
            return;
        }

        AddText(message, Head(entry), lines);
        AddTraces(entry, lines, "");
    }

    private static string Head(JsonElement entry)
    {
        if (TextOf(entry, Levels) is not { } level)
        {
            return "";
        }

        var logger = TextOf(entry, Loggers) ?? "";
        var name = logger[(logger.LastIndexOf('.') + 1)..];
        if (name.Length == 0)
        {
            return $"{level.ToUpperInvariant()} ";
        }

        return $"{level.ToUpperInvariant()} {name}: ";
    }

    private static void AddTraces(JsonElement entry, List<string> lines, string before)
    {
        foreach (var name in Traces)
        {
            if (!entry.TryGetProperty(name, out var trace))
            {
                continue;
            }

            if (trace.ValueKind == JsonValueKind.String)
            {
                AddText(trace.GetString()!, "", lines);
            }
            else if (trace.ValueKind == JsonValueKind.Object)
            {
                AddException(trace, lines, name == "cause" ? "Caused by: " : before);
            }
        }
    }

    private static void AddException(JsonElement exception, List<string> lines, string before)
    {
        if (TextOf(exception, ExceptionNames) is { } name)
        {
            AddText($"{name}: {TextOf(exception, ExceptionMessages)}", before, lines);
        }

        AddTraces(exception, lines, before);
    }

    private static void AddText(string text, string head, List<string> lines)
    {
        foreach (var line in text.Split('\n', MostLines))
        {
            if (lines.Count < MostLines)
            {
                lines.Add(head + line.TrimEnd('\r'));
            }

            head = "";
        }
    }

    private static string? TextOf(JsonElement entry, string[] names)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var name in names)
        {
            if (entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
            {
                return value.GetString();
            }
        }

        return null;
    }
}
