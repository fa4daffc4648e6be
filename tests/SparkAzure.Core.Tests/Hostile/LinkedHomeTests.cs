using SparkAzure.Core.Hosting;
using SparkAzure.Core.Java;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Layers;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>
/// What is read of a Spark home for an image, a hash or a search is read as the home's owner: a link in it gives nothing
/// of root's away.
/// </summary>
public sealed class LinkedHomeTests
{
    [SkippableTheory]
    [InlineData("hash")]
    [InlineData("jar")]
    [InlineData("archive")]
    [InlineData("layer")]
    public async Task A_link_to_roots_file_is_not_followed_with_roots_rights(string reader)
    {
        using var host = RootOnly.Create();
        var link = RootOnly.Link(Path.Combine(host.Theirs, "a-1.0.jar"), host.Victim);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(reader, link));

        Assert.True(failure is UnauthorizedAccessException or SparkAzureException, failure.ToString());
        Assert.DoesNotContain(RootOnly.Secret, failure.ToString(), StringComparison.Ordinal);
        host.AssertUntouched();
    }

    [SkippableFact]
    public async Task Their_own_link_to_their_own_file_is_followed()
    {
        using var host = RootOnly.Create();
        var file = RootOnly.Give(Path.Combine(host.Theirs, "b-1.0.jar"), "their own");
        var link = RootOnly.Link(Path.Combine(host.Theirs, "a-1.0.jar"), file);

        Assert.Equal(await ContentDigest.OfFileAsync(file, default), await ContentDigest.OfFileAsync(link, default));
    }

    [SkippableFact]
    public async Task A_search_tells_of_such_a_jar_and_reads_the_others()
    {
        using var host = RootOnly.Create();
        var link = RootOnly.Link(Path.Combine(host.Theirs, "a-1.0.jar"), host.Victim);

        var path = await JavaClassPath.ReadAsync([link], new JavaClassPathOptions(8), default);

        Assert.Contains("denied", Assert.Single(path.Notes).Text, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task ReadAsync(string reader, string path)
    {
        switch (reader)
        {
            case "hash":
                await ContentDigest.OfFileAsync(path, default);
                break;
            case "jar":
                using (JarArchive.Open(path))
                {
                    break;
                }

            case "archive":
                await LocalArchive.KindOfAsync(path, default);
                break;
            default:
                await (await new ArchiveLayer(path, "", 0).OpenAsync(1, default)).DisposeAsync();
                break;
        }
    }
}
