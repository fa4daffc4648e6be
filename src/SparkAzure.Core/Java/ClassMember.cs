namespace SparkAzure.Core.Java;

/// <summary>A field or method as its class declares it. Numbers are the jar's names.</summary>
/// <param name="Name">The member's name.</param>
/// <param name="Descriptor">Its type.</param>
/// <param name="Flags">Its access flags.</param>
internal readonly record struct ClassMember(int Name, int Descriptor, ClassFlags Flags);
