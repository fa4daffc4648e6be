using System.Text;
using SparkAzure.Core.Aks;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>What of Azure's arguments kubelogin still needs when it signs in another way.</summary>
public sealed class KubeloginArgumentsTests
{
    private const string Server = "--server-id 6dae42f8-4368-4678-94ff-3960e28e3630";
    private const string Tenant = "--tenant-id 72f988bf-86f1-41af-91ab-2d7cd011db47";
    private const string Client = "--client-id 80faf920-1908-4b52-b5ef-a8e7bedfc67a";
    private const string Cloud = "--environment AzurePublicCloud";
    private const string Given = $"get-token {Cloud} {Server} {Client} {Tenant} --login devicecode";
    private const string Own = "--client-id 0a0b0c0d-0000-4000-8000-000000000000";

    [Theory]
    [InlineData(AksLoginMode.DeviceCode, false, Given)]
    [InlineData(AksLoginMode.DeviceCode, true, $"get-token --login devicecode {Cloud} {Server} {Tenant} {Own}")]
    [InlineData(AksLoginMode.AzureCli, false, $"get-token --login azurecli {Server}")]
    [InlineData(AksLoginMode.Msi, true, $"get-token --login msi {Server} {Own}")]
    [InlineData(AksLoginMode.Spn, true, $"get-token --login spn {Cloud} {Server} {Tenant} {Own}")]
    [InlineData(AksLoginMode.WorkloadIdentity, false, $"get-token --login workloadidentity {Server}")]
    public void Each_way_has_what_it_needs(AksLoginMode mode, bool ownClient, string expected)
    {
        var client = ownClient ? Own.Split(' ')[1] : null;

        Assert.Equal(expected, string.Join(' ', KubeloginArguments.For(mode, Given.Split(' '), client)));
    }

    [Fact]
    public void Options_with_an_equals_sign_are_understood()
    {
        var given = $"get-token {Given["get-token ".Length..].Replace("-id ", "-id=", StringComparison.Ordinal)}".Split(' ');

        Assert.Equal($"get-token --login spn {Cloud} {Server} {Tenant}", string.Join(' ', KubeloginArguments.For(AksLoginMode.Spn, given, null)));
    }

    [Fact]
    public void A_code_leaves_the_user_as_Azure_gave_it()
    {
        var text = $"""
            clusters: [{YamlOf("name: aad, cluster: {server: 'https://aad:443'}")}]
            contexts: [{YamlOf("name: aad, context: {cluster: aad, user: clusterUser_rg_aad}")}]
            users:
            - name: clusterUser_rg_aad
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1beta1
                  command: kubelogin
                  args: [{Given.Replace(" ", ", ", StringComparison.Ordinal)}]
                  env: null
                  provideClusterInfo: false
            """;
        var given = KubeConfigAddition.Read(Encoding.UTF8.GetBytes(text))!;
        var asked = KubeConfigAddition.Read(Encoding.UTF8.GetBytes(text))!;

        asked.UseLogin(AksLoginMode.DeviceCode, null);

        Assert.Equal(Arguments(given), Arguments(asked));
        Assert.Equal(Given, Arguments(asked));
    }

    private static string YamlOf(string keys) => $"{{{keys}}}";

    private static string Arguments(KubeConfigAddition addition)
    {
        var args = (YamlSequenceNode)addition.Entry("users")["user"]["exec"]["args"];
        return string.Join(' ', args.Children.Select(a => ((YamlScalarNode)a).Value));
    }
}
