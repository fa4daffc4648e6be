using SparkAzure.Core.Text;


namespace SparkAzure.Core.Dss.Settings;

/// <summary>Reads what is meant to be a document of DSS's settings.</summary>
internal static class SettingsDocument
{
    /// <summary>Reads a document.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="source">Where it comes from: a path or an address.</param>
    /// <exception cref="SparkAzureException">SettingsNotJson, with line and column.</exception>
    public static JsonText Parse(byte[] bytes, string source)
    {
        try
        {
            return JsonText.Parse(bytes, source);
        }
        catch (JsonTextException exception)
        {
            throw DssSettingsErrors.SettingsNotJson(source, exception.Line, exception.Column);
        }
    }
}
