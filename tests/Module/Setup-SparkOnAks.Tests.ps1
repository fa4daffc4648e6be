# The script of examples with its proof, on real parts: from Spark's distribution and DSS's libraries on disk to a real job. DSS is a stand-in.

BeforeDiscovery {
    . "$PSScriptRoot/RealSpark.ps1"
    $reason = Get-RealSparkReason
    # CI says when it must be done.
    if (-not $reason -and $env:SPARKAZURE_TEST_UNTIL -and [datetimeoffset]::UtcNow.AddMinutes(5) -gt $env:SPARKAZURE_TEST_UNTIL) { $reason = 'CI has no time left for it' }
    if ($reason) { Write-Warning "Setup-SparkOnAks.ps1 -Proof is not run on real parts: $reason." }
}

Describe 'Setup-SparkOnAks.ps1 -Proof on a real cluster' -Skip:([bool]$reason) {
    BeforeAll {
        . "$PSScriptRoot/SampleSite.ps1"
        . "$PSScriptRoot/RealSpark.ps1"
        Import-Module $env:SPARKAZURE_MODULE
        $script:real = Start-RealSpark "/tmp/sparkazure-setup-$PID"
        $script:base = Add-RealHome $real 2.4.8
        $script:site = Start-SampleSite "$($real.Folder)/site"
        $script:archive = Initialize-RealSite $real $site 2.4.8
        $script:kubeConfig = New-RealKubeConfig $real "$($real.Folder)/smoke.kubeconfig" (stat -c %u:%g $site.DataDirectory)
        Add-Content "$($site.DataDirectory)/bin/env-site.sh" "export KUBECONFIG='$kubeConfig'"
        Initialize-SparkNamespace spark-setup -KubeConfig $real.Admin -UserName smoke -ForProof | Out-Null

        # What the small node needs beside what the script sets.
        $keys = @{ 'spark.driver.bindAddress' = '0.0.0.0'; 'spark.kubernetes.executor.request.cores' = '100m'; 'spark.executor.memory' = '600m'; 'spark.ui.enabled' = 'false' }
        Get-AksApiServer -KubeConfig $kubeConfig | Set-DssSparkConfig -DataDirectory $site.DataDirectory -Image "$($real.Server)/spark:none" -HadoopVersion 3 -Namespace spark-setup -DriverHost 10.244.0.1 -Property $keys -WarningAction Ignore | Out-Null
        $script:arguments = @{
            DataDirectory = $site.DataDirectory; Archive = $archive; SparkHome = $real.Homes['2.4.8']; Registry = $real.Server; Tag = 'setup'; Engine = 'Registry'; BaseImage = $base
            KubeConfig = $kubeConfig; Namespace = 'spark-setup'; DriverHost = '10.244.0.1'; PythonVersion = 3; Proof = $true
        }
    }

    AfterAll {
        if ($site) {
            $null = Stop-Dss $site.DataDirectory -ErrorAction SilentlyContinue
            Stop-SampleSite $site
        }
        Invoke-Kubectl delete namespace spark-setup --wait=false --ignore-not-found | Out-Null
        Stop-RealSpark $real
    }

    It 'ends with checks of which none has failed, a job that ran, and the summary' {
        $returned = @(& "$PSScriptRoot/../../examples/Setup-SparkOnAks.ps1" @arguments -WarningAction Ignore)
        $checks = @($returned | Where-Object { $_ -is [SparkAzure.SparkAzureCheck] })
        ($checks | Where-Object Id -Like Inside*).State | Should -Contain 'Passed'
        $returned[-1].FailedChecks | Should -BeNullOrEmpty -Because ($checks | Where-Object State -EQ Failed | ForEach-Object { "$($_.Id): $($_.Evidence)" })
        $test = $returned | Where-Object { $_ -is [SparkAzure.SparkSmokeTest] }
        $test.Passed | Should -BeTrue -Because "$($test.Cause) $($test.Stages -join ', ')"
        @($returned[-1].Image)[0] | Should -Match '/spark@sha256:'
        $returned[-1].SmokeTest | Should -Be Passed
        $returned[-1].Cause | Should -BeNullOrEmpty
        $returned[-1].Changed | Should -BeTrue
        Get-DriverObject spark-setup | Should -BeNullOrEmpty
    }
}
