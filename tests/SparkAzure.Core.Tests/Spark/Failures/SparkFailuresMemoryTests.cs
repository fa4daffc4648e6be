using System.Diagnostics;
using System.Text;
using SparkAzure.Core.Spark.Failures;

namespace SparkAzure.Core.Tests.Spark.Failures;

/// <summary>What reading a log takes.</summary>
[Collection(nameof(Alone))]
public sealed class SparkFailuresMemoryTests
{
    [Fact]
    public async Task A_line_without_an_end_fills_no_memory()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "driver.log");
        await using (var file = File.Create(path))
        {
            var piece = new byte[1 << 20];
            Array.Fill(piece, (byte)'(');
            for (var i = 0; i < 100; i++)
            {
                await file.WriteAsync(piece);
            }

            await file.WriteAsync(Encoding.UTF8.GetBytes("AADSTS7000215: Invalid client secret"));
            await file.WriteAsync(piece);
            await file.WriteAsync("\nsecond line"u8.ToArray());
        }

        var options = new SparkFailureOptions { Path = path };
        var before = GC.GetTotalAllocatedBytes();
        var clock = Stopwatch.StartNew();
        var cause = Assert.Single(await SparkFailures.FindAsync(options, new RecordingCaller(), CancellationToken.None));
        var allocated = GC.GetTotalAllocatedBytes() - before;

        Assert.Equal("SecretWrong", cause.Id);
        Assert.Equal(1, cause.LineNumber);
        Assert.True(cause.Line.Length < 1_100);
        Assert.True(allocated < 40_000_000, $"{allocated} bytes");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
    }
}
