namespace SparkAzure.Sandbox.Samples;

/// <summary>
/// A kubeconfig as <c>az aks get-credentials</c> leaves it: a public cluster, which is the current one, and a private
/// one.
/// </summary>
public static class SampleKubeConfig
{
    /// <summary>Writes the file.</summary>
    /// <param name="path">Where to.</param>
    /// <returns>The path.</returns>
    public static string Create(string path)
    {
        SampleFiles.Write(path, """
            apiVersion: v1
            kind: Config
            clusters:
            - cluster:
                certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t
                server: https://spark-dns-0a1b2c3d.hcp.westeurope.azmk8s.io:443
              name: spark
            - cluster:
                server: https://inner-dns-0a1b2c3d.9f8e7d6c-0000-4000-8000-000000000000.privatelink.westeurope.azmk8s.io:443
              name: inner
            contexts:
            - context:
                cluster: spark
                user: clusterUser_rg-data_spark
              name: spark
            - context:
                cluster: inner
                user: clusterUser_rg-data_inner
                namespace: jobs
              name: inner
            current-context: spark
            preferences: {}
            users:
            - name: clusterUser_rg-data_spark
              user:
                token: sample-token-of-nobody
            - name: clusterUser_rg-data_inner
              user:
                token: sample-token-of-nobody

            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }
}
