using SparkAzure.Core.Images.Docker;

namespace SparkAzure.Core.Tests.Images;

/// <summary>How far a build has come.</summary>
public sealed class BuildProgressTests
{
    [Theory]
    [InlineData("Step 3/17 : RUN apk add --no-cache bash")]
    [InlineData("STEP 3/17: RUN apk add --no-cache bash")]
    public void A_step_is_told_and_the_bar_goes_at_the_end(string line)
    {
        var caller = new RecordingCaller();
        using (var progress = new BuildProgress(caller, "spark"))
        {
            progress.Read(" ---> Running in 0123456789ab");
            progress.Read("Step 0/0 : FROM x");
            progress.Read(line);
        }

        Assert.Equal(
            [("Building spark", "RUN apk add --no-cache bash", 11, false), ("Building spark", "Done", 100, true)],
            caller.ProgressRecords.Select(p => (p.Activity, p.Status, p.Percent ?? -1, p.Completed)));
    }

    [Fact]
    public void A_step_of_many_words_is_shown_in_part()
    {
        var caller = new RecordingCaller();
        using (var progress = new BuildProgress(caller, "spark"))
        {
            progress.Read("Step 1/2 : RUN " + new string('a', 5000));
        }

        Assert.Equal("RUN " + new string('a', 196), caller.ProgressRecords.First().Status);
    }

    [Fact]
    public void A_daemon_that_tells_no_steps_has_no_bar()
    {
        var caller = new RecordingCaller();
        using (var progress = new BuildProgress(caller, "spark"))
        {
            progress.Read("Successfully built 0123456789ab");
        }

        Assert.Empty(caller.ProgressRecords);
    }
}
