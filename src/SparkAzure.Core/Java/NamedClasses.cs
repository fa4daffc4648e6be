using System.Text;

namespace SparkAzure.Core.Java;

/// <summary>Which classes a class names: as such, as the owners of members, and in the types of those.</summary>
internal static class NamedClasses
{
    /// <summary>The hash of the name of the class that a reference names, or whose member it names.</summary>
    /// <param name="segment">The segment of the jar that has the class that refers.</param>
    /// <param name="reference">One of its <see cref="ClassDetails.References"/>.</param>
    public static ulong Of(JarSegment segment, int reference)
    {
        var place = UseList.NumberOf(reference);
        if (UseList.UseOf(reference) < ReferenceUse.New)
        {
            place = segment.References[place].Owner;
        }

        var name = segment.NameBytes(place);
        if (name is not [(byte)'[', ..])
        {
            return segment.NameHashes[place];
        }

        // An array: [[Ljava/lang/String;
        var element = name.TrimStart((byte)'[');
        if (element.Length < 3)
        {
            return segment.NameHashes[place];
        }

        return NameHash.Of(element[1..^1]);
    }

    /// <summary>The name, with slashes, of the class that a reference names, or whose member it names.</summary>
    /// <param name="segment">The segment of the jar that has the class that refers.</param>
    /// <param name="reference">One of its <see cref="ClassDetails.References"/>.</param>
    public static string Name(JarSegment segment, int reference)
    {
        var place = UseList.NumberOf(reference);
        if (UseList.UseOf(reference) < ReferenceUse.New)
        {
            place = segment.References[place].Owner;
        }

        var name = segment.Name(place);
        var element = name.TrimStart('[');
        if (element.Length == name.Length || element.Length < 3)
        {
            return name;
        }

        return element[1..^1];
    }

    /// <summary>Whether a class names another one at all.</summary>
    /// <param name="path">The class path.</param>
    /// <param name="number">The class's number.</param>
    /// <param name="name">The other one, with slashes.</param>
    public static bool Have(JavaClassPath path, int number, string name)
    {
        var segment = path.JarOf(number).Segment;
        var hash = NameHash.Of(name);
        var details = ClassDetails.Read(segment, path.Row(number));
        var super = path.Row(number).Super;
        if ((super >= 0 && segment.NameHashes[super] == hash) || Any(segment, details.Interfaces, hash))
        {
            return true;
        }

        var type = Encoding.UTF8.GetBytes($"L{name};");
        foreach (var reference in details.References)
        {
            if (Of(segment, reference) == hash || IsInType(segment, reference, type))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a class has a field or a method with another one in its type: Java's reflection loads those.
    /// </summary>
    /// <param name="path">The class path.</param>
    /// <param name="number">The class's number.</param>
    /// <param name="name">The other one, with slashes.</param>
    public static bool Declare(JavaClassPath path, int number, string name)
    {
        var segment = path.JarOf(number).Segment;
        var details = ClassDetails.Read(segment, path.Row(number));
        var type = Encoding.UTF8.GetBytes($"L{name};");
        foreach (var member in details.Fields.Concat(details.Methods))
        {
            if (segment.NameBytes(member.Descriptor).IndexOf(type) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Any(JarSegment segment, int[] names, ulong hash)
    {
        foreach (var name in names)
        {
            if (segment.NameHashes[name] == hash)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsInType(JarSegment segment, int reference, ReadOnlySpan<byte> type)
    {
        if (UseList.UseOf(reference) >= ReferenceUse.New)
        {
            return false;
        }

        var member = segment.References[UseList.NumberOf(reference)];
        return segment.NameBytes(member.Descriptor).IndexOf(type) >= 0;
    }
}
