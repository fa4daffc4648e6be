using System.Collections.Concurrent;

namespace SparkAzure.Core.Java;

/// <summary>
/// The packages that a JDK owns, for hosts that have no JDK of the release: a class in one of them counts as present.
/// The table
/// (<c>jdk-packages.txt</c>) says in its head how it was made.
/// </summary>
internal sealed class JdkPackages
{
    private static readonly ConcurrentDictionary<string, JdkPackages> Known = [];

    private readonly HashSet<ulong> _packages;

    private JdkPackages(HashSet<ulong> packages) => _packages = packages;

    /// <summary>
    /// The packages of a release; of one that the table has not, those of the nearest older one that it has.
    /// </summary>
    public static JdkPackages Of(int release)
    {
        var column = release switch
        {
            < 11 => "8",
            < 17 => "11",
            _ => "17",
        };
        return Known.GetOrAdd(column, Read);
    }

    private static JdkPackages Read(string column)
    {
        using var stream =
            typeof(JdkPackages).Assembly.GetManifestResourceStream("SparkAzure.Core.Java.jdk-packages.txt")!;
        using var reader = new StreamReader(stream);
        var packages = new HashSet<ulong>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(' ');
            if (fields[0] != "#" && Array.IndexOf(fields, column, 1) > 0)
            {
                packages.Add(NameHash.Of(fields[0]));
            }
        }

        return new JdkPackages(packages);
    }

    /// <summary>True when the JDK owns a class's package.</summary>
    /// <param name="className">The class's name with slashes.</param>
    public bool Own(ReadOnlySpan<byte> className)
    {
        var slash = className.LastIndexOf((byte)'/');
        return slash > 0 && (_packages.Contains(NameHash.Of(className[..slash])) || className.StartsWith("java/"u8));
    }
}
