using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.Host;

/// <summary>Where something of DSS is kept before it changes or goes.</summary>
public sealed class DssAddressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_data_directory_keeps_it_and_over_the_api_the_account_does_where_that_is_wanted()
    {
        var host = SampleDssHost.Create(_folder.Path);
        var inFiles = new DssAddress { DataDirectory = host.DataDirectory }.RestorePointFor("connections", "a/b");
        Assert.StartsWith(Path.Combine(host.DataDirectory, ".sparkazure", "connections", "a%2Fb-"), inFiles, StringComparison.Ordinal);

        var api = new DssAddress { Uri = new Uri("https://dss.example.com:11200/") };
        Assert.Null(api.RestorePointFor("connections", "lake"));
        var kept = (api with { KeepsState = true }).RestorePointFor("connections", "lake");
        Assert.Contains(Path.Combine("SparkAzure", "dss", "dss.example.com_11200", "connections", "lake-"), kept, StringComparison.Ordinal);
    }

    [Fact]
    public void The_state_folder_is_the_one_that_the_environment_names()
    {
        Assert.Equal(Path.Combine(_folder.Path, "SparkAzure", "dss"), UserState.Folder("dss", name => name == "XDG_STATE_HOME" ? _folder.Path : null));
        Assert.DoesNotContain("relative", UserState.Folder("dss", _ => "relative") ?? "", StringComparison.Ordinal);
    }
}
