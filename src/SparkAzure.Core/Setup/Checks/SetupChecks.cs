using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>
/// The station that holds a whole setup against the procedure: every prerequisite and limit is a row of a table, made side
/// by side with the others, each within its own time. Nothing is changed but what a probe makes and takes away itself.
/// </summary>
public static class SetupChecks
{
    /// <summary>Every check, group by group in the order of the procedure.</summary>
    internal static IReadOnlyList<(CheckGroup Group, IReadOnlyList<CheckRow> Rows)> Table { get; } =
    [
        (CheckGroup.Host, HostChecks.Rows),
        (CheckGroup.Agreement, AgreementChecks.Rows),
        (CheckGroup.Azure, AzureChecks.Rows),
        (CheckGroup.Kubernetes, ClusterChecks.Rows),
        (CheckGroup.Inside, InsideChecks.Rows),
    ];

    /// <summary>The ids of all checks, for completion at a prompt.</summary>
    public static IReadOnlyList<string> Ids => [.. Table.SelectMany(g => g.Rows).Select(r => r.Id)];

    /// <summary>Makes the checks.</summary>
    /// <param name="options">Which setup, and how far.</param>
    /// <param name="caller">Is told.</param>
    /// <param name="cancellationToken">Ends it; what a probe has made is taken away first.</param>
    /// <returns>One of each, the gravest first; of the same state in the order of the procedure.</returns>
    /// <exception cref="SparkAzureException">NotADataDirectory, SetupCheckUnknown.</exception>
    public static async Task<IReadOnlyList<SparkAzureCheck>> RunAsync(
        SetupCheckOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        var rows = Wanted(options);
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var site = new CheckSite(options, new QuietCaller(caller), whole.Token);
        await using var closing = site.ConfigureAwait(false);
        var running = new ConcurrentBag<Task>();
        IReadOnlyList<SparkAzureCheck> checks;
        try
        {
            checks = await Task
                .WhenAll(rows.Select(row => MakeAsync(row, site, running, caller, cancellationToken)))
                .ConfigureAwait(false);
        }
        finally
        {
            // What went beyond its time is ended before anybody hears of the result.
            await whole.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await site.EndAsync().ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return SaidOnce([.. checks.OrderBy(c => c.State)]);
    }

    // What keeps many checks from being made, as a kubeconfig that is not there, is told once.
    private static IReadOnlyList<SparkAzureCheck> SaidOnce(IReadOnlyList<SparkAzureCheck> checks)
    {
        var first = checks.DistinctBy(c => c.Evidence).ToDictionary(c => c.Evidence, StringComparer.Ordinal);
        SparkAzureCheck Said(SparkAzureCheck check)
        {
            var before = first[check.Evidence];
            if (check.State != SparkAzureCheckState.Unknown || before.Id == check.Id || check.Remedy is null)
            {
                return check;
            }

            return check with { Evidence = $"It ends where {before.Id} does.", Remedy = null, Command = null };
        }

        return [.. checks.Select(Said)];
    }

    private static List<CheckRow> Wanted(SetupCheckOptions options)
    {
        var rows = Table.Where(g => IsAsked(g.Group, options)).SelectMany(g => g.Rows).ToList();
        if (options.Checks.Count == 0)
        {
            return rows;
        }

        if (options.Checks.FirstOrDefault(p => !Ids.Any(id => NamePattern.Matches(p, id))) is { } unknown)
        {
            throw SetupErrors.SetupCheckUnknown(unknown, Ids);
        }

        return [.. rows.Where(r => options.Checks.Any(p => NamePattern.Matches(p, r.Id)))];
    }

    private static bool IsAsked(CheckGroup group, SetupCheckOptions options) => group switch
    {
        CheckGroup.Azure => options.ClusterName is not null,
        CheckGroup.Inside => options.FromCluster,
        _ => true,
    };

    private static async Task<SparkAzureCheck> MakeAsync(
        CheckRow row, CheckSite site, ConcurrentBag<Task> running, ICaller caller, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var outcome = await OutcomeAsync(row, site, running, cancellationToken).ConfigureAwait(false);
        caller.Verbose(string.Create(
            CultureInfo.InvariantCulture, $"{row.Id}: {outcome.State} after {watch.Elapsed.TotalSeconds:0.00} s"));
        return new SparkAzureCheck
        {
            Id = row.Id,
            Section = row.Section,
            Title = row.Title,
            State = outcome.State,
            Evidence = ForeignText.Line(outcome.Evidence),
            Remedy = outcome.Remedy is null ? null : ForeignText.Line(outcome.Remedy),
            Command = outcome.Command,
            Source = row.Source,
            Duration = watch.Elapsed,
        };
    }

    private static async Task<CheckOutcome> OutcomeAsync(
        CheckRow row, CheckSite site, ConcurrentBag<Task> running, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(row.Limit);
        var making = Task.Run(() => row.Make(site, limit.Token), limit.Token);
        running.Add(making);
        try
        {
            return await making.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (SparkAzureException error)
        {
            return CheckOutcome.Unknown(error.Message, error.Remedy);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CheckOutcome.Unknown(string.Create(
                CultureInfo.InvariantCulture, $"It was not through after {row.Limit.TotalSeconds:0} s."));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return CheckOutcome.Unknown(exception.Message);
        }
    }
}
