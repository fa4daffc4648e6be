using System.Globalization;
using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Images.Docker;

/// <summary>How far a build has come, by the lines that the daemon says of its steps.</summary>
/// <param name="caller">Is told.</param>
/// <param name="image">The image.</param>
internal sealed partial class BuildProgress(ICaller caller, string image) : IDisposable
{
    private readonly string _activity = $"Building {image}";
    private bool _isShown;

    /// <summary>Reads a line of the build's output.</summary>
    public void Read(string line)
    {
        var match = Step().Match(line);
        if (!match.Success
            || !int.TryParse(match.Groups["step"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            || !int.TryParse(match.Groups["of"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var all)
            || step < 1
            || step > all)
        {
            return;
        }

        _isShown = true;
        caller.Progress(new StationProgress(_activity, match.Groups["what"].Value, (int)((step - 1) * 100L / all)));
    }

    /// <summary>Takes the bar away.</summary>
    public void Dispose()
    {
        if (_isShown)
        {
            caller.Progress(new StationProgress(_activity, "Done", 100, Completed: true));
        }
    }

    // "Step 3/17 : RUN …" of Docker's classic builder, "STEP 3/17: RUN …" of podman.
    [GeneratedRegex(
        "^step (?<step>[0-9]+)/(?<of>[0-9]+) ?: (?<what>.{1,200})",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Step();
}
