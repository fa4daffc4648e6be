using System.Text;
using System.Xml;

namespace SparkAzure.HelpCompiler;

/// <summary>
/// <c>HelpCompiler &lt;module assembly&gt; &lt;help folder&gt; &lt;output folder&gt; [--strict]</c>: writes
/// <c>&lt;assembly&gt;-Help.xml</c> and <c>about_*.help.txt</c>. Exit 1 when help and cmdlets disagree and --strict is
/// given, or when a
/// page does not have the form of a page. SPARKAZURE_PROJECT_URI says where the project lives, if anybody knows.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is not [var assembly, var helpFolder, var outputFolder, .. var options])
        {
            Console.Error.WriteLine("usage: HelpCompiler <module assembly> <help folder> <output folder> [--strict]");
            return 2;
        }

        try
        {
            return Compile(assembly, helpFolder, outputFolder, options.Contains("--strict"));
        }
        catch (HelpFormatException exception)
        {
            Console.WriteLine(
                $"{Path.Combine(helpFolder, exception.File)}({exception.Line}): error HELP001: {exception.Message}");
            return 1;
        }
    }

    private static int Compile(string assembly, string helpFolder, string outputFolder, bool strict)
    {
        var commands = CommandReader.Read(assembly);
        HelpPage[] pages =
        [
            .. Directory.GetFiles(helpFolder, "*-*.md").Order(StringComparer.Ordinal).Select(HelpPage.Read)
        ];
        var findings = HelpCheck.Compare(commands, pages);
        foreach (var finding in findings)
        {
            // Only the strict form is one that MSBuild takes for an error.
            Console.WriteLine(strict
                ? $"{Path.Combine(helpFolder, finding.File)}({finding.Line}): error HELP002: {finding.Message}"
                : $"help: {finding.File}, line {finding.Line}: {finding.Message}");
        }

        if (strict && findings.Count > 0)
        {
            return 1;
        }

        Directory.CreateDirectory(outputFolder);
        var settings = new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false), NewLineChars = "\n" };
        using (var writer = XmlWriter.Create(
            Path.Combine(outputFolder, Path.GetFileName(assembly) + "-Help.xml"), settings))
        {
            var project = Environment.GetEnvironmentVariable("SPARKAZURE_PROJECT_URI");
            MamlWriter.Write(commands, pages, string.IsNullOrEmpty(project) ? null : project).Save(writer);
        }

        foreach (var topic in Directory.GetFiles(helpFolder, "about_*.md"))
        {
            File.WriteAllText(
                Path.Combine(outputFolder, Path.GetFileNameWithoutExtension(topic) + ".help.txt"),
                AboutTopic.Compile(Path.GetFileName(topic), File.ReadAllText(topic)));
        }

        return 0;
    }
}
