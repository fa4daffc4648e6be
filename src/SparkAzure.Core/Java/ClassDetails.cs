namespace SparkAzure.Core.Java;

/// <summary>
/// What a class declares and refers to, unpacked from its jar's segment for those classes that are looked at.
/// </summary>
internal sealed class ClassDetails
{
    private readonly int[] _uses;
    private readonly int[] _ends;

    private ClassDetails(
        int nestHost,
        int[] interfaces,
        ClassMember[] fields,
        ClassMember[] methods,
        int[] references,
        int[] uses,
        int[] ends)
    {
        NestHost = nestHost;
        Interfaces = interfaces;
        Fields = fields;
        Methods = methods;
        References = references;
        _uses = uses;
        _ends = ends;
    }

    /// <summary>A class that cannot be read.</summary>
    public static ClassDetails Nothing { get; } = new(-1, [], [], [], [], [], []);

    /// <summary>The class whose nest it belongs to (JVMS 4.7.28); -1 for none but its own.</summary>
    public int NestHost { get; }

    /// <summary>The interfaces' numbers.</summary>
    public int[] Interfaces { get; }

    /// <summary>The fields.</summary>
    public ClassMember[] Fields { get; }

    /// <summary>The methods.</summary>
    public ClassMember[] Methods { get; }

    /// <summary>What the class refers to, as <see cref="UseList"/> packs it.</summary>
    public int[] References { get; }

    /// <summary>Reads a class's details.</summary>
    public static ClassDetails Read(JarSegment segment, in ClassRow row)
    {
        if (row.DetailsAt < 0)
        {
            return Nothing;
        }

        ReadOnlySpan<byte> bytes = segment.Details;
        var at = row.DetailsAt;
        var nestHost = VariableNumber.Read(bytes, ref at) - 1;
        var interfaces = Numbers(bytes, ref at);
        var fields = Members(bytes, ref at);
        var methods = Members(bytes, ref at);
        var references = Numbers(bytes, ref at);
        var uses = new int[VariableNumber.Read(bytes, ref at)];
        var ends = new int[methods.Length];
        var end = 0;
        for (var i = 0; i < methods.Length; i++)
        {
            for (var count = VariableNumber.Read(bytes, ref at); count > 0; count--)
            {
                uses[end++] = VariableNumber.Read(bytes, ref at);
            }

            ends[i] = end;
        }

        return new ClassDetails(nestHost, interfaces, fields, methods, references, uses, ends);
    }

    /// <summary>What a method's code refers to: places in <see cref="References"/>.</summary>
    public ReadOnlySpan<int> UsesOf(int method)
    {
        var from = 0;
        if (method > 0)
        {
            from = _ends[method - 1];
        }

        return _uses.AsSpan(from.._ends[method]);
    }

    private static int[] Numbers(ReadOnlySpan<byte> bytes, ref int at)
    {
        var numbers = new int[VariableNumber.Read(bytes, ref at)];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = VariableNumber.Read(bytes, ref at);
        }

        return numbers;
    }

    private static ClassMember[] Members(ReadOnlySpan<byte> bytes, ref int at)
    {
        var members = new ClassMember[VariableNumber.Read(bytes, ref at)];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = new ClassMember(
                VariableNumber.Read(bytes, ref at),
                VariableNumber.Read(bytes, ref at),
                (ClassFlags)VariableNumber.Read(bytes, ref at));
        }

        return members;
    }
}
