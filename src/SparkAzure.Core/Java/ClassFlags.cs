namespace SparkAzure.Core.Java;

/// <summary>Access flags of classes and members (JVMS 4.1, 4.5, 4.6), and above them what the scan found.</summary>
[Flags]
internal enum ClassFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Everybody may use it.</summary>
    Public = 0x1,

    /// <summary>Only its class, and its nest, may use it.</summary>
    Private = 0x2,

    /// <summary>Its package and subclasses may use it.</summary>
    Protected = 0x4,

    /// <summary>A member of the class, not of an instance.</summary>
    Static = 0x8,

    /// <summary>Nobody may derive from it.</summary>
    Final = 0x10,

    /// <summary>A method with a variable number of arguments.</summary>
    Varargs = 0x80,

    /// <summary>A method in another language.</summary>
    Native = 0x100,

    /// <summary>An interface.</summary>
    Interface = 0x200,

    /// <summary>Has no code, or methods without.</summary>
    Abstract = 0x400,

    /// <summary>An annotation.</summary>
    Annotation = 0x2000,

    /// <summary>The class file cannot be read: it counts as present, with everything in it.</summary>
    Unreadable = 0x10000,

    /// <summary>It has no code at all; the names in its pool stand for its calls.</summary>
    Hollow = 0x20000,

    /// <summary>It has a static initializer.</summary>
    Initializer = 0x40000,
}
