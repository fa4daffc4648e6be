namespace SparkAzure.Core.Setup.Checks;

/// <summary>How one check ended.</summary>
/// <param name="State">The state.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="Remedy">What to do; null for nothing.</param>
/// <param name="Command">The cmdlet that does it; null for none.</param>
internal sealed record CheckOutcome(
    SparkAzureCheckState State, string Evidence, string? Remedy = null, string? Command = null)
{
    public static CheckOutcome Passed(string evidence) => new(SparkAzureCheckState.Passed, evidence);

    public static CheckOutcome NotApplicable(string why) => new(SparkAzureCheckState.NotApplicable, why);

    public static CheckOutcome Unknown(string why, string? remedy = null) =>
        new(SparkAzureCheckState.Unknown, why, remedy);

    public static CheckOutcome Warning(string evidence, string remedy, string? command = null) =>
        new(SparkAzureCheckState.Warning, evidence, remedy, command);

    public static CheckOutcome Failed(string evidence, string remedy, string? command = null) =>
        new(SparkAzureCheckState.Failed, evidence, remedy, command);

    /// <summary>An error of a station as evidence.</summary>
    public static CheckOutcome Failed(SparkAzureException error, string? command = null) =>
        Failed(error.Message, error.Remedy, command);

    /// <summary>
    /// One outcome for several of a kind: the gravest decides, and the evidence has those that are as grave.
    /// </summary>
    /// <param name="outcomes">The outcomes, each of which names its own.</param>
    public static CheckOutcome OfAll(IReadOnlyList<CheckOutcome> outcomes)
    {
        var state = outcomes.Min(o => o.State);
        var grave = outcomes.Where(o => o.State == state).ToList();
        var remedies = grave.Select(o => o.Remedy).OfType<string>().Distinct().ToList();
        return new CheckOutcome(
            state,
            string.Join(" ", grave.Select(o => o.Evidence).Distinct()),
            remedies.Count > 0 ? string.Join(" ", remedies) : null,
            grave.Select(o => o.Command).OfType<string>().FirstOrDefault());
    }
}
