using System.Text;
using SparkAzure.Core.Dss.SparkConfigs;

namespace SparkAzure.Core.Spark.Proof;

/// <summary>A file of Spark's properties, in the form of java.util.Properties.load.</summary>
internal static class SparkProperties
{
    /// <summary>The file's text.</summary>
    public static string Text(IReadOnlyDictionary<string, string> properties)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in properties)
        {
            text.Append(Escaped(key, ":=#! ")).Append('=').Append(Escaped(value, "")).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The values that nobody is shown: what Hadoop and Spark sign in with.</summary>
    public static IEnumerable<string> Secrets(IReadOnlyDictionary<string, string> properties) =>
        properties.Where(p => SparkSecrets.IsSecretKey(p.Key) && p.Value.Length >= 6).Select(p => p.Value);

    private static string Escaped(string text, string also)
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            escaped.Append(character switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\0' => "",
                ' ' when i == 0 => "\\ ",
                _ when also.Contains(character, StringComparison.Ordinal) => "\\" + character,
                _ => character.ToString(),
            });
        }

        return escaped.ToString();
    }
}
