namespace SparkAzure.Core.Java;

/// <summary>
/// What code does with what it refers to. The first eight follow the order of their instructions (178 to 185).
/// </summary>
internal enum ReferenceUse : byte
{
    /// <summary>Reads a static field.</summary>
    GetStatic,

    /// <summary>Writes a static field.</summary>
    PutStatic,

    /// <summary>Reads an instance's field.</summary>
    GetField,

    /// <summary>Writes an instance's field.</summary>
    PutField,

    /// <summary>Calls an instance's method, of its class.</summary>
    InvokeVirtual,

    /// <summary>Calls a constructor, a private or an inherited method.</summary>
    InvokeSpecial,

    /// <summary>Calls a static method.</summary>
    InvokeStatic,

    /// <summary>Calls a method through an interface.</summary>
    InvokeInterface,

    /// <summary>Makes an instance of a class.</summary>
    New,

    /// <summary>Names a class: casts, class literals, arrays.</summary>
    Class,

    /// <summary>Names a class in the type of a lambda or of a method handle.</summary>
    MethodType,

    /// <summary>Catches a class; the JVM loads it when it verifies the class that catches.</summary>
    Catch,

    /// <summary>Stands in the pool of a class without any code: what a hollow class would use.</summary>
    Pool,
}
