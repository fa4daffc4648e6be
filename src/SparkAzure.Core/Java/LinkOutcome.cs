namespace SparkAzure.Core.Java;

/// <summary>What becomes of a reference over all orders of the class path.</summary>
/// <param name="Works">Some order resolves it.</param>
/// <param name="Problem">What is thrown in an order that does not; null when all resolve it.</param>
/// <param name="Definition">The class that is at fault in that order; -1 when it is missing.</param>
internal readonly record struct LinkOutcome(bool Works, LinkProblem? Problem, int Definition)
{
    /// <summary>It resolves in every order.</summary>
    public static LinkOutcome Fine { get; } = new(true, null, -1);

    /// <summary>It resolves in no order.</summary>
    public static LinkOutcome Fails(LinkProblem problem, int definition = -1) => new(false, problem, definition);

    /// <summary>This outcome, and that of another order.</summary>
    public LinkOutcome Or(LinkOutcome other)
    {
        if (Problem is null)
        {
            return other with { Works = Works || other.Works };
        }

        return this with { Works = Works || other.Works };
    }
}
