using SparkAzure.Core.Dss.Host;


namespace SparkAzure.Core.Tests.Dss.Host;

public sealed class DssDataDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_folder_and_a_file_are_refused_with_what_was_found()
    {
        var missing = Assert.Throws<SparkAzureException>(() => DssDataDirectory.Open(_folder["none"]));
        Assert.Equal("NotADataDirectory", missing.Id);
        Assert.Contains("does not exist", missing.Message, StringComparison.Ordinal);

        var file = _folder.Write("file", "");
        Assert.Contains("it is a file", Assert.Throws<SparkAzureException>(() => DssDataDirectory.Open(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unfinished_upgrade_and_user_isolation_are_reported()
    {
        _folder.Write("kit/dss-version.json", """{"product_version":"5.1.4","product_commitid":""}""");
        _folder.Write("data/dss-version.json", """{"conf_version":"24","product_version":"5.1.3"}""");
        _folder.Write("data/bin/env-default.sh", $"""
            export DKUINSTALLDIR="{_folder["kit"]}"
            export DKU_NODE_TYPE="design"
            export DKU_BASE_PORT="11200"
            export DKU_NGINX_PORT="11200"
            export DKU_BACKEND_PORT="11201"
            """);
        _folder.Write("data/config/general-settings.json", """{"impersonation":{"enabled":true}}""");

        var dss = await DssDataDirectory.Open(_folder["data"]).ReadAsync(CancellationToken.None);

        Assert.True(dss.UpgradePending);
        Assert.Equal(("5.1.3", "5.1.4"), (dss.Version, dss.KitVersion));
        Assert.Equal((11200, 11201), (dss.Port, dss.BackendPort));
        Assert.True(dss.UserIsolation);
        Assert.Contains(dss.Notes, n => n.Contains("not finished", StringComparison.Ordinal));
        Assert.Contains(dss.Notes, n => n.Contains("User isolation", StringComparison.Ordinal));
    }
}
