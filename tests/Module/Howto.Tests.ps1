# The whole howto on real parts, as its reader types it: from Spark's distribution and DSS's libraries on disk to a table of Parquet that pods of a
# real cluster have written to a lake by Hadoop's own driver. DSS and Azure are stand-ins; Spark, Java, Hadoop, registry and Kubernetes are not.

BeforeDiscovery {
    . "$PSScriptRoot/RealSpark.ps1"
    $reason = Get-RealSparkReason
    if ($reason) { Write-Warning "The howto is not run on real parts: $reason." }
}

Describe 'The howto with Spark 2.4.8 and Hadoop 3.2.0' -Skip:([bool]$reason) {
    BeforeAll {
        . "$PSScriptRoot/SampleSite.ps1"
        . "$PSScriptRoot/RealSpark.ps1"
        Import-Module $env:SPARKAZURE_MODULE
        $script:real = Start-RealSpark "/tmp/sparkazure-howto-$PID"
        $script:base = Add-RealHome $real 2.4.8
        $script:lake = Start-Lake "$($real.Folder)/lake-ca.pem"
        $script:site = Start-SampleSite "$($real.Folder)/site"
        $script:namespace = 'spark-howto'

        $script:archive = Initialize-RealSite $real $site 2.4.8
        $script:kubeConfig = New-RealKubeConfig $real "$($real.Folder)/smoke.kubeconfig" (stat -c %u:%g $site.DataDirectory)
        Add-Content "$($site.DataDirectory)/bin/env-site.sh" "export KUBECONFIG='$kubeConfig'"
        $script:key = ConvertTo-Secret $lake.Key
    }

    AfterAll {
        if ($lake) { $lake.Process.Kill() }
        if ($site) { Stop-SampleSite $site }
        Invoke-Kubectl delete namespace $namespace --wait=false --ignore-not-found | Out-Null
        Stop-RealSpark $real
    }

    It 'brings DSS its libraries, Spark its jars, and the cluster an image' {
        $hadoop = Get-DssInstallation $site.DataDirectory | Install-DssHadoopIntegration -Archive $archive
        $hadoop.HadoopVersion | Should -Be 3
        $jars = $hadoop | Update-SparkJars -SparkHome $real.Homes['2.4.8'] -For Abfs
        $jars.Changed | Should -BeTrue
        $script:image = $jars | Edit-SparkDockerfile | Publish-SparkImage -Registry $real.Server -Tag howto -Engine Registry -BaseImage $base -Image spark
        ($image | Compare-SparkImage -SparkHome $real.Homes['2.4.8']).Match | Should -BeTrue
        (Install-DssSparkIntegration -DataDirectory $site.DataDirectory -SparkHome $real.Homes['2.4.8']).SparkVersion | Should -Be '2.4.8'
    }

    It 'tells DSS the cluster, and gives it a connection' {
        Initialize-SparkNamespace $namespace -KubeConfig $real.Admin -UserName smoke -ForProof | Out-Null
        $keys = @{ 'spark.driver.bindAddress' = '0.0.0.0'; 'spark.kubernetes.executor.request.cores' = '100m'; 'spark.executor.memory' = '600m'; 'spark.ui.enabled' = 'false'; 'spark.sql.shuffle.partitions' = '4' }
        # The lake has no name in a DNS, and an authority of its own: keys that a real account does not need.
        $keys += New-LakeTrust $real "$($real.Folder)/lake-ca.pem" $namespace
        $keys['spark.hadoop.fs.azure.abfs.endpoint'] = $lake.Endpoint
        $config = Get-AksApiServer -KubeConfig $kubeConfig | Set-DssSparkConfig -DataDirectory $site.DataDirectory -Image $image -HadoopVersion 3 -Namespace $namespace -DriverHost 10.244.0.1 -PythonVersion 3 -Property $keys
        $config.Changed | Should -BeTrue
        $connection = New-DssAdlsConnection -DataDirectory $site.DataDirectory -Name lake -Account $lake.Account -FileSystem $lake.FileSystem -AccountKey $key -WarningAction Ignore
        $connection.Changed | Should -BeTrue
    }

    It 'finds nothing in the way, and a job writes and reads Parquet there' {
        $checks = Get-DssInstallation $site.DataDirectory | Test-SparkAzureSetup -FromCluster
        # The lake has no name in a DNS and an authority of its own: it is asked at its endpoint, with the trust store that executors mount.
        $checks | Where-Object State -EQ Failed | ForEach-Object { "$($_.Id): $($_.Evidence)" } | Should -BeNullOrEmpty
        ($checks | Where-Object Id -EQ InsideStorage).State | Should -Be Passed
        ($checks | Where-Object Id -EQ InsideSecrets).State | Should -Be Passed
        ($checks | Where-Object Id -Like Inside*).State | Should -Contain 'Passed'

        $test = Get-DssInstallation $site.DataDirectory | Invoke-SparkSmokeTest -Connection lake -Path "$($real.Folder)/logs" -TimeoutSeconds 400
        $test.Passed | Should -BeTrue -Because "$($test.Cause) $($test.Stages -join ', ')"
        $test.Stages.Name | Should -Contain 'ParquetRead'
        Get-DriverObject $namespace | Should -BeNullOrEmpty
    }
}
