namespace SparkAzure.Core.Java;

/// <summary>A field or method that some class of a jar refers to. Numbers are the jar's names.</summary>
/// <param name="Owner">The class that the reference names; it or what it inherits from has the member.</param>
/// <param name="Name">The member's name.</param>
/// <param name="Descriptor">Its type: <c>(ZLjava/lang/Object;)V</c>.</param>
/// <param name="Kind">What kind of constant it is.</param>
internal readonly record struct MemberReference(int Owner, int Name, int Descriptor, MemberKind Kind);
