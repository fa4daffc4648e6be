using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>Says of the lines of a text why a Spark job failed.</summary>
/// <param name="sparkVersion">The Spark release, where the text does not tell it; else null.</param>
public sealed class SparkFailureText(string? sparkVersion)
{
    private static readonly char[] LineEnds = ['\n'];

    private readonly SparkFailureReader _reader = ReaderFor(sparkVersion);
    private long _lines;

    /// <summary>Takes a line, or several.</summary>
    public void Read(string text)
    {
        foreach (var line in text.TrimEnd('\n').Split(LineEnds))
        {
            _lines++;
            var evidence = new FailureEvidence(SparkFailureEvidenceKind.Text, line.TrimEnd('\r')) { Number = _lines };
            _reader.Read(evidence);
        }
    }

    /// <summary>The causes, the deciding one first; none where nothing decides, and a warning says so.</summary>
    public IReadOnlyList<SparkFailureCause> Causes(ICaller caller) =>
        SparkFailures.Told(_reader, "the text", _lines, caller);

    private static SparkFailureReader ReaderFor(string? sparkVersion)
    {
        var reader = new SparkFailureReader();
        reader.Facts.SparkVersion = sparkVersion;
        return reader;
    }
}
