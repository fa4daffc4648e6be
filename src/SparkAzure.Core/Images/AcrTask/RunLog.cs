using System.Text;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Images.AcrTask;

/// <summary>
/// The log of a run, passed on as it grows: an append blob that says by its metadata when it is complete.
/// </summary>
internal sealed class RunLog(AcrRegistry acr, string runId, ICaller caller) : IDisposable
{
    private readonly OutputLines _lines = new(caller.Verbose);
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private SasBlob? _blob;
    private long _position;

    public bool IsComplete { get; private set; }

    public IReadOnlyList<string> LastLines => _lines.LastLines;

    /// <summary>
    /// Passes on what has come since. A log that cannot be read does not stop the run: that is told once.
    /// </summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_blob is null && (await acr.Client.GetLogSasUrlAsync(acr.Data, runId, cancellationToken)
                .ConfigureAwait(false)).LogLink is { } link)
            {
                _blob = new SasBlob(link, acr.Access.Handler, caller);
            }

            if (_blob is null || IsComplete)
            {
                return;
            }

            var (content, isComplete) = await _blob.ReadAsync(_position, cancellationToken).ConfigureAwait(false);
            _position += content.Length;
            var text = new char[_decoder.GetCharCount(content, isComplete)];
            _decoder.GetChars(content, text, isComplete);
            _lines.Write(text);
            if (isComplete)
            {
                _lines.End();
                IsComplete = true;
            }
        }
        catch (SparkAzureException exception)
        {
            caller.Verbose($"The log of run {runId} cannot be read: {exception.Message}");
            IsComplete = true;
        }
    }

    public void Dispose() => _blob?.Dispose();
}
