using System.Text;

namespace SparkAzure.Core.Java;

/// <summary>Names and descriptors as Java's source has them.</summary>
internal static class JavaNames
{
    /// <summary>A class's name with dots.</summary>
    public static string Dotted(string name) => name.Replace('/', '.');

    /// <summary>The package of a class's name, in UTF-8.</summary>
    public static ReadOnlySpan<byte> PackageOf(ReadOnlySpan<byte> name)
    {
        var slash = name.LastIndexOf((byte)'/');
        if (slash < 0)
        {
            return [];
        }

        return name[..slash];
    }

    /// <summary>A type's descriptor in words: <c>[Ljava/lang/String;</c> is <c>java.lang.String[]</c>.</summary>
    public static string Type(string descriptor)
    {
        var at = 0;
        return Type(descriptor, ref at);
    }

    /// <summary>A method in words: <c>void a.b.C.m(int, java.lang.Object)</c>.</summary>
    /// <param name="owner">The class, with dots.</param>
    /// <param name="name">The method.</param>
    /// <param name="descriptor">Its descriptor.</param>
    public static string Method(string owner, string name, string descriptor)
    {
        var arguments = new StringBuilder();
        var at = 1;
        while (at < descriptor.Length && descriptor[at] != ')')
        {
            if (arguments.Length > 0)
            {
                arguments.Append(", ");
            }

            arguments.Append(Type(descriptor, ref at));
        }

        at++;
        return $"{Type(descriptor, ref at)} {owner}.{name}({arguments})";
    }

    private static string Type(string descriptor, ref int at)
    {
        var dimensions = 0;
        while (at < descriptor.Length && descriptor[at] == '[')
        {
            dimensions++;
            at++;
        }

        if (at >= descriptor.Length)
        {
            return "?";
        }

        var name = Primitive(descriptor[at]);
        if (name is null)
        {
            var end = descriptor.IndexOf(';', at);
            if (descriptor[at] != 'L' || end < 0)
            {
                at = descriptor.Length;
                return "?";
            }

            name = Dotted(descriptor[(at + 1)..end]);
            at = end;
        }

        at++;
        return name + string.Concat(Enumerable.Repeat("[]", dimensions));
    }

    private static string? Primitive(char letter) => letter switch
    {
        'B' => "byte",
        'C' => "char",
        'D' => "double",
        'F' => "float",
        'I' => "int",
        'J' => "long",
        'S' => "short",
        'V' => "void",
        'Z' => "boolean",
        _ => null,
    };
}
