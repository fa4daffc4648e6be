namespace SparkAzure.Core.Java;

/// <summary>A method that is reached, and from where.</summary>
/// <param name="Class">The class's number.</param>
/// <param name="Method">The method's place among its methods.</param>
/// <param name="Caller">The step before; null for an entry.</param>
/// <param name="Reason">What made it an entry: <c>core-default.xml</c>; empty for a call.</param>
/// <param name="IsLoaded">True when runs loaded every class on the way.</param>
internal sealed record CallStep(int Class, int Method, CallStep? Caller, string Reason, bool IsLoaded);
