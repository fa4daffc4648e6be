namespace SparkAzure.Core.Java;

/// <summary>
/// The three kinds of member references; the numbers are the constant pool's tags (JVMS 4.4, table 4.4-A).
/// </summary>
internal enum MemberKind
{
    /// <summary>A field.</summary>
    Field = 9,

    /// <summary>A method of a class.</summary>
    Method = 10,

    /// <summary>A method of an interface.</summary>
    InterfaceMethod = 11,
}
