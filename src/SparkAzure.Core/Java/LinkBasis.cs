namespace SparkAzure.Core.Java;

/// <summary>What a finding rests on, the strongest first.</summary>
internal enum LinkBasis
{
    /// <summary>Runs loaded every class on the way, and calls lead from an entry to the reference.</summary>
    RunsAndCalls,

    /// <summary>A run loaded the class that refers, but no call was found that leads to the method.</summary>
    Runs,

    /// <summary>Calls lead there, through classes that no run has loaded.</summary>
    Calls,
}
