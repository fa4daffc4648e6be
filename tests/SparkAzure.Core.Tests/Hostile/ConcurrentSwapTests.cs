using System.Collections.Concurrent;
using SparkAzure.Core.Spark.Jars;
using SparkAzure.Core.Tests.Spark.Jars;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>Many calls on one Spark home at once: plans are made without the lock while others swap.</summary>
public sealed class ConcurrentSwapTests : IDisposable
{
    private readonly JarScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Whoever_loses_is_told_in_an_error_of_the_module()
    {
        SparkJarUpdateOptions[] lines = [_scene.Options(2) with { SkipConflictScan = true, Force = true }, _scene.Options(3) with { SkipConflictScan = true, Force = true }];
        var unexpected = new ConcurrentQueue<Exception>();
        var until = DateTime.UtcNow.AddSeconds(12);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 40 && DateTime.UtcNow < until; i++)
            {
                try
                {
                    var which = (worker + i) % 6;
                    Task call = which switch
                    {
                        4 => _scene.RestoreAsync(),
                        5 => SparkJars.RestorePointsAsync(_scene.Spark.Home, default),
                        _ => SparkJars.UpdateAsync(lines[which % 2], new RecordingCaller(), default),
                    };
                    await call;
                }
                catch (SparkAzureException)
                {
                    // Busy, or changed meanwhile.
                }
                catch (Exception exception)
                {
                    unexpected.Enqueue(exception);
                }
            }
        })));

        Assert.Empty(unexpected);
    }
}
