namespace SparkAzure.Core.Java;

/// <summary>
/// What a scan needs besides its results, used for jar after jar and as large as the largest of them needs: an own set
/// per jar would leave hundreds of megabytes to the garbage collector. Not for several threads at once.
/// </summary>
internal sealed class ScanBuffers
{
    /// <summary>Entries as they stand in the jar, one behind the other.</summary>
    public byte[] Packed { get; set; } = new byte[512 * 1024];

    /// <summary>An entry unpacked.</summary>
    public byte[] Unpacked { get; set; } = new byte[256 * 1024];

    /// <summary>What the jar's classes say.</summary>
    public SegmentBuilder Builder { get; } = new();

    /// <summary>Where the constants of a class stand.</summary>
    public ConstantPool Pool { get; } = new();

    /// <summary>Per text of the pool the number of its name, plus one.</summary>
    public int[] Names { get; } = new int[ushort.MaxValue + 1];

    /// <summary>What the class refers to.</summary>
    public UseList Uses { get; } = new();

    /// <summary>Its fields.</summary>
    public MemberList Fields { get; } = new();

    /// <summary>Its methods.</summary>
    public MemberList Methods { get; } = new();
}
