using System.Reflection;
using SparkAzure.Core.Tests;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("SparkAzure.Core.Tests.LongOnesLast", "SparkAzure.Core.Tests")]

namespace SparkAzure.Core.Tests;

/// <summary>
/// Classes that take long come last: where a slow machine has no time for all (<see cref="TestTime"/>), it goes without some of those.
/// </summary>
public sealed class LongOnesLast : ITestCollectionOrderer
{
    // What xunit calls the collection that a class without one is.
    private const string OfClass = "Test collection for ";

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections)
    {
        var all = testCollections.ToList();
        return all.Where(c => Seconds(c) == 0).Concat(all.Where(c => Seconds(c) > 0).OrderByDescending(Seconds));
    }

    private static int Seconds(ITestCollection collection) =>
        typeof(LongOnesLast).Assembly.GetType(collection.DisplayName.Replace(OfClass, "", StringComparison.Ordinal))?.GetCustomAttribute<TakesLongAttribute>()?.Seconds ?? 0;
}
