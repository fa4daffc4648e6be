using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Tests.Dss.SparkConfigs;

public sealed class KubernetesMasterTests
{
    [Theory]
    [InlineData("k8s://https://aks.example", "k8s://https://aks.example:443")]
    [InlineData("k8s://https://aks.example/", "k8s://https://aks.example:443/")]
    [InlineData("k8s://https://aks.example:", "k8s://https://aks.example:443")]
    [InlineData("k8s://aks.example", "k8s://aks.example:443")]
    [InlineData("k8s://http://127.0.0.1", "k8s://http://127.0.0.1:80")]
    [InlineData("k8s://https://rancher.example/k8s/clusters/c:1", "k8s://https://rancher.example:443/k8s/clusters/c:1")]
    [InlineData("k8s://https://[fd00::1]", "k8s://https://[fd00::1]:443")]
    public void A_master_without_a_port_gets_the_one_that_it_means(string master, string withPort)
    {
        var without = KubernetesMaster.TryParse(master)!;
        var with = KubernetesMaster.TryParse(withPort)!;

        Assert.Equal((false, withPort), (without.NamesPort, without.WithPort()));
        Assert.Equal((true, withPort), (with.NamesPort, with.WithPort()));
    }

    [Theory]
    [InlineData("k8s://https://aks.example:443")]
    [InlineData("k8s://https://aks.example:6443/")]
    [InlineData("k8s://aks.example:8443")]
    [InlineData("k8s://http://127.0.0.1:80")]
    [InlineData("k8s://https://[fd00::1]:443/x")]
    public void A_port_that_is_named_stays_the_default_one_too(string master)
    {
        var parsed = KubernetesMaster.TryParse(master)!;

        Assert.Equal((true, master), (parsed.NamesPort, parsed.WithPort()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yarn")]
    [InlineData("local[4]")]
    [InlineData("https://aks.example:443")]
    [InlineData("k8s://")]
    [InlineData("k8s://https://")]
    [InlineData("k8s://https://:443")]
    [InlineData("k8s://https://aks.example:port")]
    [InlineData("k8s://https://aks.example:99999")]
    [InlineData("k8s://ftp://aks.example")]
    [InlineData("k8s://${server}")]
    public void What_is_no_master_on_Kubernetes_is_none(string? master) => Assert.Null(KubernetesMaster.TryParse(master));

    [Theory]
    [InlineData("2.4.0", true)]
    [InlineData("2.4.4", true)]
    [InlineData("2.4.5", false)]
    [InlineData("2.4.8", false)]
    [InlineData("3.0.0", false)]
    [InlineData(null, false)]
    public void The_first_kubernetes_clients_need_the_port(string? spark, bool needs) =>
        Assert.Equal(needs, KubernetesMaster.NeedsPort(ReleaseNumber.TryParse(spark)));
}
