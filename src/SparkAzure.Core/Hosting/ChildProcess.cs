using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace SparkAzure.Core.Hosting;

/// <summary>How a child process ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="LastLines">The last lines it printed, both streams in the order they came.</param>
internal sealed record ChildProcessResult(int ExitCode, IReadOnlyList<string> LastLines);

/// <summary>
/// Runs a program with its output streamed, its input closed, and its whole process tree gone when the caller stops.
/// </summary>
internal static class ChildProcess
{
    private const int LinesKept = 20;

    // Characters; a credential with a chain of certificates has some thousand.
    private const int LongestAnswer = 1 << 20;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The program's path, or a name that is looked up on PATH and nowhere else.</param>
    /// <param name="arguments">Its arguments. Never a secret: other users see them.</param>
    /// <param name="account">
    /// The account to run as; null for this process's own. Needs root when it is another one.
    /// </param>
    /// <param name="workingDirectory">The working directory; null for this process's own.</param>
    /// <param name="onLine">
    /// Is given every line of both streams as it comes, fit for a terminal, from other threads.
    /// </param>
    /// <param name="cancellationToken">Kills the program and everything it started.</param>
    /// <exception cref="SparkAzureException">
    /// ProgramNotFound; HostCannotRunProcess when the program cannot be started.
    /// </exception>
    internal static async Task<ChildProcessResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        FileOwner? account,
        string? workingDirectory,
        Action<string> onLine,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingDirectory ?? "",
        };
        AsAccount(start, account?.Account, program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var last = new LastLines(LinesKept, onLine);
        using var process = Started(start, program);
        process.StandardInput.Close();
        using var pipes = new ProgramPipes();
        OutputLines[] streams = [new(last.Take), new(last.Take)];
        _ = pipes.Read(process.StandardOutput, streams[0].Take);
        _ = pipes.Read(process.StandardError, streams[1].Take);
        await EndAsync(process, cancellationToken).ConfigureAwait(false);
        await pipes.DrainAsync().ConfigureAwait(false);
        foreach (var stream in streams)
        {
            stream.End();
        }

        return new ChildProcessResult(process.ExitCode, last.Kept);
    }

    /// <summary>
    /// Asks a program something on its standard input and takes what it prints on its standard output, which nobody
    /// else gets to see.
    /// </summary>
    /// <param name="program">The program's path, or a name that is looked up on PATH and nowhere else.</param>
    /// <param name="arguments">Its arguments. Never a secret: other users see them.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="cancellationToken">Kills the program and everything it started.</param>
    /// <param name="environment">
    /// Variables that it gets beside this process's own, or beside the few of another account; null for none.
    /// </param>
    /// <param name="account">As for <see cref="RunAsync"/>.</param>
    /// <exception cref="SparkAzureException">
    /// ProgramNotFound; HostCannotRunProcess when the program cannot be started.
    /// </exception>
    internal static async Task<ProgramAnswer> AskAsync(
        string program,
        IEnumerable<string> arguments,
        string input,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? environment = null,
        UnixAccount? account = null)
    {
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        AsAccount(start, account, program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var output = new StringBuilder();
        var errors = new OutputLines(_ => { });
        using var process = Started(start, program);
        using var pipes = new ProgramPipes();
        var answering = pipes.Read(process.StandardOutput, text => IsShort(output.Append(text)));
        _ = pipes.Read(process.StandardError, errors.Take);
        await SayAsync(process, input, cancellationToken).ConfigureAwait(false);
        var ending = EndAsync(process, cancellationToken);
        await Task.WhenAny(answering, ending).ConfigureAwait(false);
        if (!IsShort(output))
        {
            Kill(process);
        }

        await ending.ConfigureAwait(false);
        await pipes.DrainAsync().ConfigureAwait(false);
        errors.End();
        return new ProgramAnswer(process.ExitCode, output.ToString(), errors.LastLines, !IsShort(output));
    }

    private static bool IsShort(StringBuilder output) => output.Length <= LongestAnswer;

    /// <summary>Starts a program that its caller talks to while it runs, and ends.</summary>
    /// <param name="program">The program's path, or a name that is looked up on PATH and nowhere else.</param>
    /// <param name="arguments">Its arguments. Never a secret: other users see them.</param>
    /// <param name="account">As for <see cref="RunAsync"/>.</param>
    /// <param name="onOutput">Is given every line of its standard output, fit for a terminal, from other threads.</param>
    /// <param name="onError">Is given every line of its standard error.</param>
    /// <exception cref="SparkAzureException">
    /// ProgramNotFound; HostCannotRunProcess when the program cannot be started.
    /// </exception>
    internal static RunningProgram Start(
        string program,
        IEnumerable<string> arguments,
        UnixAccount? account,
        Action<string> onOutput,
        Action<string> onError)
    {
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        AsAccount(start, account, program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new RunningProgram(Started(start, program), onOutput, onError);
    }

    private static Process Started(ProcessStartInfo start, string program)
    {
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            return process;
        }
        catch (Exception exception) when (exception is Win32Exception or PlatformNotSupportedException
            or InvalidOperationException or ArgumentException)
        {
            process.Dispose();
            throw HostErrors.HostCannotRunProcess(program, exception);
        }
    }

    private static async Task SayAsync(Process process, string input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended without reading; its exit code tells.
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            throw;
        }
    }

    // Its end, not that of its pipes, which a child of it may keep open for as long as it likes.
    private static async Task EndAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception
            or AggregateException)
        {
            // It has ended by itself, or a child of it belongs to somebody else: whoever waits for it sees.
        }
    }

    // setpriv (util-linux, part of every Debian and Red Hat base system) takes numbers, so it also serves accounts that
    // are not in /etc/passwd. It execs, and so does setsid (of util-linux as well) for a process that leads no group: the
    // child is the program itself, not a wrapper around it, in a session without root's terminal, into which it could
    // else type as root does (TIOCSTI, CVE-2016-2779). Programs are named by their absolute path: given a name, .NET
    // looks for it beside its own executable and in the current folder first.
    private static void AsAccount(ProcessStartInfo start, UnixAccount? account, string program)
    {
        var path = HostProcesses.Require(program);
        if (account is null || !FileOwner.IsRoot || account.UserId == 0)
        {
            start.FileName = path;
            return;
        }

        start.FileName = HostProcesses.Require("setsid");
        start.ArgumentList.Add(HostProcesses.Require("setpriv"));
        start.ArgumentList.Add($"--reuid={account.UserId}");
        start.ArgumentList.Add($"--regid={account.GroupId}");
        start.ArgumentList.Add(account.IsKnown ? "--init-groups" : "--clear-groups");
        start.ArgumentList.Add("--");
        start.ArgumentList.Add(path);
        AccountEnvironment.Reset(start.Environment, account);
        if (start.WorkingDirectory.Length == 0)
        {
            // This process's own folder may be one that the account may not enter.
            start.WorkingDirectory = "/";
        }
    }
}
