namespace SparkAzure.Runs.Features;

/// <summary>What a JVM is made to tell of itself.</summary>
internal enum JvmWatch
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>
    /// Which classes it loads from where, and for which class it looks up which other one (<see cref="JvmTrace"/>).
    /// </summary>
    LookUps,

    /// <summary>Which methods it enters (<see cref="EnteredMethods"/>); it is slower.</summary>
    Methods,
}
