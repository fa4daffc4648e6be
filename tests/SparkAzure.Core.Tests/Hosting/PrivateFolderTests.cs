using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Tests.Hosting;

/// <summary>Folders for what may hold secrets.</summary>
public sealed class PrivateFolderTests
{
    [Fact]
    public void A_path_of_one_part_lies_in_the_current_folder()
    {
        var name = $"sparkazure-test-{Guid.NewGuid():N}";
        try
        {
            PrivateFolder.Make(name);

            Assert.True(Directory.Exists(name));
        }
        finally
        {
            Directory.Delete(name);
        }
    }
}
