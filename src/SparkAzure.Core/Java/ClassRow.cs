using System.Runtime.InteropServices;

namespace SparkAzure.Core.Java;

/// <summary>
/// A class of a jar: what is fixed in size. The rest stands in the jar's details, from <see cref="DetailsAt"/> on.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct ClassRow
{
    /// <summary>The name's number, as the entry's name has it.</summary>
    public int Name;

    /// <summary>The superclass's number; -1 for java.lang.Object and for what cannot be read.</summary>
    public int Super;

    /// <summary>Access flags as in the class file, and with them <see cref="ClassFlags"/>.</summary>
    public ClassFlags Flags;

    /// <summary>0, or the Java release from which on a multi-release jar uses it.</summary>
    public int Release;

    /// <summary>Where its details begin.</summary>
    public int DetailsAt;

    /// <summary>The CRC-32 of the class file, as the jar's directory states it.</summary>
    public uint Crc32;
}
