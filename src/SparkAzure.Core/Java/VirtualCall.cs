namespace SparkAzure.Core.Java;

/// <summary>A call whose target depends on the receiver's class.</summary>
/// <param name="Owner">The hash of the class that the call names.</param>
/// <param name="Name">The hash of the method's name.</param>
/// <param name="Descriptor">The hash of its descriptor.</param>
/// <param name="Found">What the reference resolves to.</param>
/// <param name="Step">The method that calls.</param>
internal sealed record VirtualCall(ulong Owner, ulong Name, ulong Descriptor, MemberLookup Found, CallStep Step);
