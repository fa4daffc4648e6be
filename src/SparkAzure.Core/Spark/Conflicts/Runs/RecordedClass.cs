namespace SparkAzure.Core.Spark.Conflicts.Runs;

/// <summary>A class that runs have loaded.</summary>
/// <param name="Name">Its name, with slashes.</param>
/// <param name="NameHash">The hash of its name.</param>
/// <param name="Place">Its place among the recorded classes.</param>
/// <param name="Runs">The runs that loaded it.</param>
/// <param name="Contents">Its class file's CRC-32 in the homes of the runs.</param>
/// <param name="Methods">The hashes of the names of the methods that some run entered, in order.</param>
/// <param name="Targets">The places of the classes that it made the JVM look up, to link it or to run it, in order.</param>
/// <param name="Ranks">When they were first looked up, per release that runs had: the first class is 0.</param>
internal sealed record RecordedClass(
    string Name,
    ulong NameHash,
    int Place,
    UInt128 Runs,
    RecordedContent[] Contents,
    ulong[] Methods,
    int[] Targets,
    RecordedRank[] Ranks)
{
    /// <summary>Whether a run entered a method of that name.</summary>
    public bool Entered(ulong method) => Array.BinarySearch(Methods, method) >= 0;

    /// <summary>Whether the JVM looked up a class for it.</summary>
    public bool LookedUp(RecordedClass target) => Array.BinarySearch(Targets, target.Place) >= 0;

    /// <summary>When it was first looked up in the runs of a release; null where none of them did.</summary>
    public int? RankIn(string release)
    {
        foreach (var rank in Ranks)
        {
            if (rank.Release == release)
            {
                return rank.Rank;
            }
        }

        return null;
    }

    /// <summary>The runs that loaded these very bytes.</summary>
    public UInt128 RunsOf(uint crc32)
    {
        var runs = UInt128.Zero;
        foreach (var content in Contents)
        {
            if (content.Crc32 == crc32)
            {
                runs |= content.Runs;
            }
        }

        return runs;
    }
}

/// <summary>A class file that runs loaded.</summary>
/// <param name="Crc32">Its CRC-32.</param>
/// <param name="Runs">The runs.</param>
internal readonly record struct RecordedContent(uint Crc32, UInt128 Runs);

/// <summary>When a class was first looked up.</summary>
/// <param name="Release">In the runs of this release.</param>
/// <param name="Rank">After so many others.</param>
internal readonly record struct RecordedRank(string Release, int Rank);
