namespace SparkAzure.Core.Azure.Graph;

/// <summary>
/// The application id in the plan for a service principal that is not there yet: all zeros, which no application of
/// Entra ID has. It is how a plan goes down a pipeline, whose next cmdlet takes the id by its property's name.
/// </summary>
internal static class PlannedApplication
{
    public static string ClientId { get; } = Guid.Empty.ToString();

    /// <summary>True for the id of an application that is only planned.</summary>
    public static bool Is(string? clientId) => clientId == ClientId;
}
