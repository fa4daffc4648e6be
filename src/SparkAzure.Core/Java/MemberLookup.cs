namespace SparkAzure.Core.Java;

/// <summary>Where the lookup of a field or method in a class and what it inherits from ended.</summary>
/// <param name="Kind">What was found.</param>
/// <param name="Declaring">The class that declares it.</param>
/// <param name="Place">Its place among that class's fields or methods.</param>
/// <param name="Flags">Its access flags.</param>
/// <param name="DependsOnOrder">True when a superclass stands in several jars and not all of them have it.</param>
internal readonly record struct MemberLookup(
    MemberLookupKind Kind, int Declaring =
        -1, int Place = -1, ClassFlags Flags = ClassFlags.None, bool DependsOnOrder = false)
{
    /// <summary>It is not there.</summary>
    public static MemberLookup Missing { get; } = new(MemberLookupKind.Missing);

    /// <summary>Some class on the way cannot be read, so nothing can be said.</summary>
    public static MemberLookup Unknown { get; } = new(MemberLookupKind.Unknown);

    /// <summary>True when a member was found.</summary>
    public bool IsFound => Kind == MemberLookupKind.Found;

    /// <summary>This result, or that of another definition of the same class.</summary>
    public MemberLookup Or(MemberLookup other)
    {
        if (Kind == other.Kind)
        {
            return this;
        }

        var better = Kind < other.Kind ? this : other;
        var oneIsMissing = Kind == MemberLookupKind.Missing || other.Kind == MemberLookupKind.Missing;
        return better with { DependsOnOrder = oneIsMissing };
    }
}
