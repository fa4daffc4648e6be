using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Azure;

/// <summary>Work that goes on after its request was answered ("Track asynchronous Azure operations").</summary>
public sealed partial class AzureStandIn
{
    private readonly ConcurrentDictionary<string, StandInOperation> _operations = new();

    /// <summary>How often an operation says InProgress before it has ended.</summary>
    public int OperationLooks { get; set; } = 1;

    /// <summary>The Retry-After of operations, in seconds.</summary>
    public int OperationRetryAfter { get; set; }

    /// <summary>How the next operation ends; null for Succeeded. Used once.</summary>
    public string? NextOperationFailure { get; set; }

    /// <summary>Accepts work, and says where to ask after it: at Azure-AsyncOperation, or at Location.</summary>
    /// <param name="subscription">Where the work is.</param>
    /// <param name="status">201 for a PUT that makes something, 202 else.</param>
    /// <param name="body">What the answer carries; null for nothing.</param>
    /// <param name="result">What is there when the work has ended; asked then, once.</param>
    /// <param name="byLocation">
    /// True for Location alone, false for Azure-AsyncOperation with Location beside it.
    /// </param>
    private Answer Accept(
        StandInSubscription subscription,
        int status,
        object? body,
        Func<Answer> result,
        bool byLocation = false)
    {
        var id = Guid.NewGuid().ToString();
        _operations[id] = new StandInOperation(OperationLooks, result, NextOperationFailure);
        NextOperationFailure = null;
        var address = $"{Endpoint.GetLeftPart(UriPartial.Authority)}/subscriptions/{subscription.Id}/operations";
        var headers = new Dictionary<string, string>
        {
            ["Location"] = $"{address}/results/{id}?api-version=2016-03-30",
            ["Retry-After"] = OperationRetryAfter.ToString(CultureInfo.InvariantCulture),
        };
        if (!byLocation)
        {
            headers["Azure-AsyncOperation"] = $"{address}/status/{id}?api-version=2016-03-30";
        }

        return new Answer(status, body) { Headers = headers };
    }

    private Answer Operation(HttpRequest request, string kind, string id)
    {
        if (!_operations.TryGetValue(id, out var operation))
        {
            return Answer.Error(404, "OperationNotFound", $"The operation '{id}' could not be found.");
        }

        var retry =
            new Dictionary<string, string>
            {
                ["Retry-After"] = OperationRetryAfter.ToString(CultureInfo.InvariantCulture)
            };
        var goesOn = operation.Look();
        return (kind, goesOn, operation.Failure) switch
        {
            ("status", true, _) =>
                new Answer(
                    200, new { name = id, status = "InProgress", startTime = operation.Started }) { Headers = retry },
            ("status", _, null) =>
                new Answer(
                    200,
                    new { name = id, status = "Succeeded", startTime = operation.Started, endTime = DateTimeOffset.UtcNow, properties = operation.Result.Body }),
            ("status", _, var failure) =>
                new Answer(
                    200,
                    new { name = id, status = "Failed", error = new { code = failure, message = $"The operation failed: {failure}." } }),
            ("results", true, _) =>
                new Answer(202)
                {
                    Headers = new Dictionary<string, string>(retry)
                    {
                        ["Location"] = $"{Endpoint.GetLeftPart(UriPartial.Authority)}{request.Path}{request.QueryString}"
                    }
                },
            ("results", _, null) => operation.Result,
            ("results", _, var failure) => Answer.Error(409, failure!, $"The operation failed: {failure}."),
            _ => NoSuchType(),
        };
    }

    private sealed class StandInOperation(int looks, Func<Answer> result, string? failure)
    {
        private readonly Lazy<Answer> _result = new(result);
        private int _looks = looks;

        public DateTimeOffset Started { get; } = DateTimeOffset.UtcNow;

        public string? Failure { get; } = failure;

        public Answer Result => _result.Value;

        /// <summary>True while it goes on.</summary>
        public bool Look()
        {
            if (Interlocked.Decrement(ref _looks) >= 0)
            {
                return true;
            }

            // The work is done when it has ended, whether or not anybody asks for its result.
            _ = Failure is null ? Result : null;
            return false;
        }
    }
}
