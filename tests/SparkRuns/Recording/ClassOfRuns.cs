namespace SparkAzure.Runs.Recording;

/// <summary>What all runs say of a class.</summary>
internal sealed class ClassOfRuns
{
    /// <summary>The runs that loaded it.</summary>
    public UInt128 Runs { get; private set; }

    /// <summary>The runs by the CRC-32 of the class file.</summary>
    public SortedDictionary<uint, UInt128> Contents { get; } = [];

    /// <summary>The classes that it had a JVM look up.</summary>
    public HashSet<string> Targets { get; } = new(StringComparer.Ordinal);

    /// <summary>The runs that worked in spite of a fault in it, by the fault's message.</summary>
    public SortedDictionary<string, UInt128> Survived { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds what a run says.</summary>
    public void Add(ClassFileRead read, UInt128 run)
    {
        Runs |= run;
        Contents[read.Crc32] = Contents.GetValueOrDefault(read.Crc32) | run;
        foreach (var message in read.Survived)
        {
            Survived[message] = Survived.GetValueOrDefault(message) | run;
        }
    }
}
