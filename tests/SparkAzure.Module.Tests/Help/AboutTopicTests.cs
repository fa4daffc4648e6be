using SparkAzure.HelpCompiler;

namespace SparkAzure.Module.Tests.Help;

/// <summary>How about_ topics are set.</summary>
public class AboutTopicTests
{
    [Fact]
    public void A_topic_is_set_the_way_Get_Help_expects_it()
    {
        var text = AboutTopic.Compile("about_X.md", """
            # about_X

            Short.

            Long `text`.

            ## Part one

            - a bullet that is so long that it needs more than the eighty characters which one line of a topic has
            - b

            ```powershell
            Get-X   -Y
            ```

            ### Sub

            Text.
            """);

        Assert.Equal(
            """
            TOPIC
                about_X

            SHORT DESCRIPTION
                Short.

            LONG DESCRIPTION
                Long text.

            PART ONE
                - a bullet that is so long that it needs more than the eighty characters
                  which one line of a topic has
                - b

                    Get-X   -Y

              Sub
                Text.

            """,
            text);
    }

    [Fact]
    public void A_short_description_that_Get_Help_would_cut_is_refused() =>
        Assert.Throws<HelpFormatException>(() => AboutTopic.Compile("about_X.md", "# about_X\n\n" + new string('x', 77) + "\n"));
}
