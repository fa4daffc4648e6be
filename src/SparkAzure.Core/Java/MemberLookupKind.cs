namespace SparkAzure.Core.Java;

/// <summary>How a lookup ended; the smaller is the better answer.</summary>
internal enum MemberLookupKind
{
    /// <summary>A member was found.</summary>
    Found,

    /// <summary>Nothing can be said: it counts as present.</summary>
    Unknown,

    /// <summary>It is not there.</summary>
    Missing,
}
