using System.ComponentModel;
using System.Diagnostics;

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

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The program's path, or a name on PATH.</param>
    /// <param name="arguments">Its arguments. Never a secret: other users see them.</param>
    /// <param name="account">
    /// The account to run as; null for this process's own. Needs root when it is another one.
    /// </param>
    /// <param name="workingDirectory">The working directory; null for this process's own.</param>
    /// <param name="onLine">Is given every line of both streams as it comes, from other threads.</param>
    /// <param name="cancellationToken">Kills the program and everything it started.</param>
    /// <exception cref="SparkAzureException">HostCannotRunProcess when the program cannot be started.</exception>
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
        AsAccount(start, account, program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var last = new LastLines(LinesKept, onLine);
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => last.Take(e.Data);
        process.ErrorDataReceived += (_, e) => last.Take(e.Data);
        try
        {
            process.Start();
        }
        catch (Exception exception) when (exception is Win32Exception or PlatformNotSupportedException
            or InvalidOperationException)
        {
            throw HostErrors.HostCannotRunProcess(program, exception);
        }

        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        return new ChildProcessResult(process.ExitCode, last.Kept);
    }

    /// <summary>
    /// Asks a program something on its standard input and takes what it prints on its standard output, which nobody
    /// else gets to see.
    /// </summary>
    /// <param name="program">The program's path.</param>
    /// <param name="arguments">Its arguments. Never a secret: other users see them.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="cancellationToken">Kills the program and everything it started.</param>
    /// <param name="environment">Variables that it gets beside this process's own; null for none.</param>
    /// <exception cref="SparkAzureException">HostCannotRunProcess when the program cannot be started.</exception>
    internal static async Task<(int ExitCode, string Output)> AskAsync(
        string program, IEnumerable<string> arguments, string input, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment =
            null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Exception exception) when (exception is Win32Exception or PlatformNotSupportedException
            or InvalidOperationException)
        {
            throw HostErrors.HostCannotRunProcess(program, exception);
        }

        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken).ConfigureAwait(false);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has ended without reading; its exit code tells.
            }

            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return (process.ExitCode, output);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    // setpriv (util-linux, part of every Debian and Red Hat base system) takes numbers, so it also serves accounts that
    // are not in /etc/passwd, and it execs: the child is the program itself, not a wrapper around it.
    private static void AsAccount(ProcessStartInfo start, FileOwner? account, string program)
    {
        if (account is null || !FileOwner.IsRoot || account.UserId == 0)
        {
            start.FileName = program;
            return;
        }

        start.FileName = "setpriv";
        start.ArgumentList.Add($"--reuid={account.UserId}");
        start.ArgumentList.Add($"--regid={account.GroupId}");
        start.ArgumentList.Add(account.UserName.All(char.IsAsciiDigit) ? "--clear-groups" : "--init-groups");
        start.ArgumentList.Add("--");
        start.ArgumentList.Add(program);

        // Else programs of that account look for their settings in root's home, which they may not even enter.
        start.Environment["HOME"] = account.Home ?? "/";
        start.Environment["USER"] = account.UserName;
        start.Environment["LOGNAME"] = account.UserName;
    }
}
