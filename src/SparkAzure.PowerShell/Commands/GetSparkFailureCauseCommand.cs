using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Spark.Failures;

namespace SparkAzure.Commands;

/// <summary>Says of a log why a Spark job failed.</summary>
[Cmdlet(VerbsCommon.Get, "SparkFailureCause", DefaultParameterSetName = ByPath)]
[OutputType(typeof(SparkFailureCause))]
public sealed class GetSparkFailureCauseCommand : SparkAzureCommand
{
    private const string ByPath = "Path";
    private const string ByInput = "Input";

    // What objects that stand for a file call its path: FileInfo and its like, and what lists files.
    private static readonly string[] PathProperties = ["FullName", "Path"];

    private SparkFailureText? _text;

    /// <summary>A log, or the folder of a job.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByPath)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>A line of a log or several, a file, or the folder of a job.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByInput)]
    [AllowEmptyString]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    /// <summary>The Spark release, where the log does not tell it.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? SparkVersion { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (ParameterSetName == ByPath || PathOf(InputObject) is not null)
        {
            base.ProcessRecord();
            return;
        }

        // A line is read here: a pump for each would take longer than the reading.
        _text ??= new SparkFailureText(SparkVersion);
        _text.Read(InputObject?.ToString() ?? "");
    }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        if (_text is not null)
        {
            Pump(_ => WriteAsync(_text.Causes(Caller)));
        }
    }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var path in LogsOf(PathOf(InputObject) ?? Path))
        {
            var options = new SparkFailureOptions { Path = path, SparkVersion = SparkVersion };
            await WriteAsync(await SparkFailures.FindAsync(options, Caller, cancellationToken));
        }
    }

    // A line is a text, also where Get-Content has put properties onto it.
    private static string? PathOf(PSObject? input)
    {
        if (input is null or { BaseObject: string or ErrorRecord })
        {
            return null;
        }

        var named = PathProperties.Select(name => input.Properties[name]?.Value as string);
        return named.FirstOrDefault(path => !string.IsNullOrEmpty(path));
    }

    private async Task WriteAsync(IReadOnlyList<SparkFailureCause> causes)
    {
        foreach (var cause in causes)
        {
            await WriteResultAsync(cause);
        }
    }

    // A pattern stands for the files that it matches; a file that has such a name is meant itself.
    private IReadOnlyList<string> LogsOf(string path)
    {
        var full = FullPath(path);
        if (!WildcardPattern.ContainsWildcardCharacters(path) || System.IO.Path.Exists(full))
        {
            return [full];
        }

        var found = Directory.EnumerateFileSystemEntries(
            System.IO.Path.GetDirectoryName(full)!, System.IO.Path.GetFileName(full));
        return [.. found.Order(StringComparer.Ordinal).DefaultIfEmpty(full)];
    }
}
