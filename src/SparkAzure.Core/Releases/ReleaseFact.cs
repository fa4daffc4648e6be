namespace SparkAzure.Core.Releases;

/// <summary>What releases of Spark or Hadoop are or can, from one of them on.</summary>
/// <param name="Since">The first release of which it is true.</param>
/// <param name="Fact">What is true of it and of all later ones.</param>
/// <param name="Source">The issue or page that says so.</param>
internal sealed record ReleaseFact(string Since, string Fact, string Source)
{
    /// <summary><see cref="Since"/> as a number.</summary>
    public ReleaseNumber First { get; } = ReleaseNumber.Parse(Since);

    /// <summary>Whether it is true of a release.</summary>
    public bool IsTrueOf(ReleaseNumber release) => release >= First;
}
