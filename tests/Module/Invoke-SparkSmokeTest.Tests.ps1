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
        $script:real = Start-RealSpark "/tmp/sparkazure-real-$PID" '3.5.9'
        $script:lake = Start-Lake
        $kubeConfig = New-RealKubeConfig $real "$($real.Folder)/smoke.kubeconfig"
        New-RealNamespace $real spark-smoke -ForProof | Out-Null
        $properties = @(
            @{ name = 'fs.azure.account.key.lake.dfs.core.windows.net'; value = $lake.Key }
            @{ name = 'fs.azure.abfs.endpoint'; value = $lake.Endpoint }
            @{ name = 'fs.azure.always.use.https'; value = 'false' }
        )
        $connections = @{ lake = @{ type = 'HDFS'; params = @{ root = 'abfs://data@lake.dfs.core.windows.net/'; extraConf = $properties } } }
        $script:data = New-RealDss $real 3.5.9 dss $kubeConfig @{ default = @{} } $connections
    }

    AfterAll {
        if ($lake) { $lake.Process.Kill() }
        Invoke-Kubectl delete namespace spark-smoke --wait=false --ignore-not-found | Out-Null
        Stop-RealSpark $real
    }

    # Howto.Tests.ps1 does it with Spark 2.4.8.
    It 'passes on Spark 3.5.9, as a program and in its shell, with Parquet in a lake, and leaves nothing' {
        $test = Get-DssInstallation $data | Invoke-SparkSmokeTest -Connection lake -Notebook -Path "$($real.Folder)/logs" -TimeoutSeconds 400 -WarningVariable warnings -WarningAction SilentlyContinue
        $test.Passed | Should -BeTrue -Because "$($test.Cause) $($test.Stages -join ', ')"
        $warnings | Should -BeNullOrEmpty
        $test.Stages.Name | Should -Contain 'ParquetRead'
        $test.Stages.Name | Should -Contain 'NotebookParquetRead'
        $test.Stages | Where-Object State -NE Passed | Should -BeNullOrEmpty
        $test.Executors.Count | Should -BeGreaterOrEqual 4
        $test.Executors.ImageDigest | Select-Object -Unique | Should -Be $real.Images['3.5.9'].Split('@')[1]
        $test.Executors.Node | Select-Object -Unique | Should -Be 'node'
        foreach ($executor in $test.Executors) { Get-Content $executor.LogPath | Select-String 'CoarseGrainedExecutorBackend' | Should -Not -BeNullOrEmpty }
        Get-DriverObject spark-smoke | Should -BeNullOrEmpty
        (Get-ChildItem "$data/.sparkazure/smoke-test" -Force).Name | Should -Match '^job-.*\.jar$'
        $lake.Process.StandardInput.WriteLine()
        ($lake.Process.StandardOutput.ReadLine() | ConvertFrom-Json).Paths | Should -BeNullOrEmpty
    }
}
