namespace SparkAzure.Core.Java;

/// <summary>What a JVM throws when it resolves a reference.</summary>
/// <param name="Exception">The exception's class: <c>java.lang.NoSuchMethodError</c>.</param>
/// <param name="Message">Its message, as HotSpot of that release prints it.</param>
internal sealed record LinkProblem(string Exception, string Message)
{
    /// <inheritdoc />
    public override string ToString() => $"{Exception}: {Message}";
}
