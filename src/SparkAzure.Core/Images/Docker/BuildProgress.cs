using System.Globalization;
using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Images.Docker;

/// <summary>How far a build has come, by the lines that the daemon says of its steps.</summary>
/// <param name="caller">Is told.</param>
/// <param name="image">The image.</param>
internal sealed partial class BuildProgress(ICaller caller, string image) : IDisposable
{
    // Characters. More than a bar shows; the expression does not count them, as .NET 8 makes no automaton of "{1,200}".
    private const int LongestStatus = 200;

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
        var what = match.Groups["what"].Value;
        var percent = (int)((step - 1) * 100L / all);
        caller.Progress(new StationProgress(_activity, what[..Math.Min(what.Length, LongestStatus)], percent));
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
        "^step (?<step>[0-9]+)/(?<of>[0-9]+) ?: (?<what>.+)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Step();
}
