using System.Collections.Concurrent;

namespace SparkAzure.Hosting;

/// <summary>
/// Lets work run on the thread pool while everything PowerShell allows only on the pipeline thread (streams,
/// ShouldProcess) runs there: the work posts actions, the pipeline thread drains them until the work has ended, always.
/// </summary>
internal sealed class PipelinePump : IDisposable
{
    // A server or a program may tell faster than a person's screen shows: then the work waits instead of filling
    // memory.
    private const int MostWaiting = 10_000;

    private readonly BlockingCollection<Action> _actions = new(MostWaiting);

    /// <summary>Posts an action and goes on, once there is room for it.</summary>
    public void Post(Action action)
    {
        try
        {
            _actions.Add(action);
        }
        catch (InvalidOperationException)
        {
            // The work has ended: a late line of a child process has nobody to read it.
        }
    }

    /// <summary>Posts an action and waits for its outcome without blocking a thread.</summary>
    public Task<T> PostAsync<T>(Func<T> function)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                completion.SetResult(function());
            }
            catch (Exception exception)
            {
                completion.SetException(exception);
                throw;
            }
        });
        return completion.Task;
    }

    /// <summary>
    /// Runs the work to its end. An action that throws (the pipeline was stopped, -ErrorAction Stop) cancels the work;
    /// the pipeline thread still waits for it, so nothing goes on behind the user's back, and then gets that exception.
    /// </summary>
    public void Run(Func<CancellationToken, Task> work, CancellationToken stop)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var task = Task.Run(
            async () =>
            {
                try
                {
                    await work(cancellation.Token).ConfigureAwait(false);
                }
                finally
                {
                    _actions.CompleteAdding();
                }
            },
            CancellationToken.None);

        System.Runtime.ExceptionServices.ExceptionDispatchInfo? thrown = null;
        foreach (var action in _actions.GetConsumingEnumerable(CancellationToken.None))
        {
            try
            {
                if (thrown is null)
                {
                    action();
                }
            }
            catch (Exception exception)
            {
                thrown = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(exception);
                cancellation.Cancel();
            }
        }

        try
        {
            task.GetAwaiter().GetResult();
        }
        catch (Exception) when (thrown is not null)
        {
            // What the pipeline thread met is the cause; what the work then met is its echo.
        }

        thrown?.Throw();
    }

    public void Dispose() => _actions.Dispose();
}
