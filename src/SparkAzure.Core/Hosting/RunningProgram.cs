using System.ComponentModel;
using System.Diagnostics;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// A program that runs while its caller does other things: its lines come as it prints them, it may be told things on its
/// standard input, and the end of that input tells it to end.
/// </summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ProgramPipes _pipes = new();
    private readonly OutputLines[] _lines;
    private readonly Task<int> _end;

    /// <param name="process">The process, started with all three streams redirected.</param>
    /// <param name="onOutput">Is given every line of its standard output.</param>
    /// <param name="onError">Is given every line of its standard error.</param>
    public RunningProgram(Process process, Action<string> onOutput, Action<string> onError)
    {
        _process = process;
        _lines = [new OutputLines(onOutput), new OutputLines(onError)];
        _ = _pipes.Read(process.StandardOutput, _lines[0].Take);
        _ = _pipes.Read(process.StandardError, _lines[1].Take);
        _end = EndAsync();
    }

    /// <summary>Its exit code, once it has ended and all that it printed was passed on.</summary>
    public Task<int> Ended => _end;

    /// <summary>Tells it something on its standard input, which stays open.</summary>
    public async Task SayAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            await _process.StandardInput.WriteAsync(text.AsMemory(), cancellationToken).ConfigureAwait(false);
            await _process.StandardInput.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It has ended without reading; its exit code tells.
        }
    }

    /// <summary>Ends its input, and kills it with all that it started when it does not end in time.</summary>
    /// <param name="patience">How long it may take to end by itself.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync(TimeSpan patience)
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended.
        }

        await Task.WhenAny(_end, Task.Delay(patience)).ConfigureAwait(false);
        if (!_end.IsCompleted)
        {
            Kill();
        }

        return await _end.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _pipes.Dispose();
        _process.Dispose();
    }

    private async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await _pipes.DrainAsync().ConfigureAwait(false);
        foreach (var lines in _lines)
        {
            lines.End();
        }

        return _process.ExitCode;
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception
            or AggregateException)
        {
            // It has ended by itself, or a child of it belongs to somebody else: whoever waits for it sees.
        }
    }
}
