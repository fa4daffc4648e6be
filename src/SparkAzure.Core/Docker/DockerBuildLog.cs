using Docker.DotNet.Models;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Docker;

/// <summary>The output of a build: passed on line by line, the last lines kept for the error that may end it.</summary>
internal sealed class DockerBuildLog(Action<string> onLine) : IProgress<JSONMessage>
{
    private readonly OutputLines _lines = new(onLine);

    public string? Error { get; private set; }

    public IReadOnlyList<string> LastLines => _lines.LastLines;

    public void Report(JSONMessage value)
    {
        Error = value.Error?.Message ?? Error;
        if (value.Status is not null && value.Progress is null or { Total: null or 0, Current: null or 0 })
        {
            _lines.WriteLine(value.ID is null ? value.Status ?? "" : $"{value.ID}: {value.Status}");
        }

        _lines.Write(value.Stream);
    }
}
