# The smoke test on a real cluster with real Sparks.

BeforeDiscovery {
    . "$PSScriptRoot/RealSpark.ps1"
    $reason = Get-RealSparkReason
    if ($reason) { Write-Warning "The smoke test is not tried on a real cluster: $reason." }
}

Describe 'A job on a real cluster' -Skip:([bool]$reason) {
    BeforeAll {
        . "$PSScriptRoot/PowerShell.ps1"
        . "$PSScriptRoot/RealSpark.ps1"
        Import-Module $env:SPARKAZURE_MODULE
        $script:real = Start-RealSpark "/tmp/sparkazure-real-$PID" '2.4.8', '3.5.9'
        $kubeConfig = New-RealKubeConfig $real "$($real.Folder)/smoke.kubeconfig"
        New-RealNamespace $real spark-smoke -ForProof | Out-Null
        $script:data = @{}
        foreach ($version in '2.4.8', '3.5.9') {
            $data[$version] = New-RealDss $real $version "dss-$version" $kubeConfig @{ default = @{} }
        }
    }

    AfterAll {
        Invoke-Kubectl delete namespace spark-smoke --wait=false --ignore-not-found | Out-Null
        Stop-RealSpark $real
    }

    It 'passes on Spark <_>, and leaves nothing' -ForEach '2.4.8', '3.5.9' {
        $test = Get-DssInstallation $data[$_] | Invoke-SparkSmokeTest -Path "$($real.Folder)/logs-$_" -TimeoutSeconds 120 -WarningVariable warnings -WarningAction SilentlyContinue
        $test.Passed | Should -BeTrue -Because "$($test.Cause) $($test.Stages -join ', ')"
        $warnings | Should -BeNullOrEmpty
        $test.Executors.Count | Should -BeGreaterOrEqual 2
        $test.Executors.ImageDigest | Select-Object -Unique | Should -Be $real.Images[$_].Split('@')[1]
        $test.Executors.Node | Select-Object -Unique | Should -Be 'node'
        foreach ($executor in $test.Executors) { Get-Content $executor.LogPath | Select-String 'CoarseGrainedExecutorBackend' | Should -Not -BeNullOrEmpty }
        Get-DriverObject spark-smoke | Should -BeNullOrEmpty
        (Get-ChildItem "$($data[$_])/.sparkazure/smoke-test" -Force).Name | Should -Match '^job-.*\.jar$'
    }
}
