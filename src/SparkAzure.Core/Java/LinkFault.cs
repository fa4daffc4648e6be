namespace SparkAzure.Core.Java;

/// <summary>A reference that a JVM does not resolve.</summary>
/// <param name="Problem">What it throws, and with which message.</param>
/// <param name="Jar">The jar whose class or resource refers; null when an entry names the class.</param>
/// <param name="Class">That class, with dots.</param>
/// <param name="Method">Its method, with its descriptor; empty when the class as a whole is not loaded or has no
/// code.</param>
/// <param name="Use">What the code does with it.</param>
/// <param name="DependsOnOrder">True when several jars have a class of that name and only some of them fail.</param>
/// <param name="FaultyClass">The class that lacks what is called, with dots; null when it is missing itself.</param>
/// <param name="FaultyJar">The jar of that class; null when it is missing.</param>
internal sealed record LinkFault(
    LinkProblem Problem,
    JarOnPath? Jar,
    string Class,
    string Method,
    ReferenceUse Use,
    bool DependsOnOrder,
    string? FaultyClass,
    JarOnPath? FaultyJar);
