using System.Globalization;
using SparkAzure.Core.Aks.Pods;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Setup.Proof;

/// <summary>A pod's state as one line, in the form that the reader of evidence takes.</summary>
internal static class PodStatusLine
{
    /// <summary>The line; null where the state says nothing yet.</summary>
    public static string? Of(ExecutorPod pod)
    {
        if (pod.Gone)
        {
            return "gone";
        }

        var status = pod.Pod.Status;
        if (pod.Phase == "Failed" && !string.IsNullOrEmpty(status?.Reason))
        {
            return ForeignText.Line($"Failed {status.Reason}: {status.Message}");
        }

        return OfContainer(pod) ?? OfScheduling(pod);
    }

    private static string? OfContainer(ExecutorPod pod)
    {
        var state = pod.Container?.State;
        if (state?.Terminated is { } end)
        {
            var message = string.IsNullOrEmpty(end.Message) ? "" : $" message={end.Message}";
            return ForeignText.Line(string.Create(
                CultureInfo.InvariantCulture, $"terminated reason={end.Reason} exit={end.ExitCode}{message}"));
        }

        if (state?.Waiting is { } wait)
        {
            var message = string.IsNullOrEmpty(wait.Message) ? "" : $": {wait.Message}";
            return ForeignText.Line($"waiting {wait.Reason}{message}");
        }

        return state?.Running is null ? null : "running";
    }

    private static string? OfScheduling(ExecutorPod pod)
    {
        var scheduled = pod.Pod.Status?.Conditions?.FirstOrDefault(c => c.Type == "PodScheduled");
        return scheduled switch
        {
            null when pod.Phase == "Pending" => "Pending",
            { Status: "False" } => ForeignText.Line($"Pending PodScheduled=False {scheduled.Reason}: {scheduled.Message}"),
            _ => null,
        };
    }
}
