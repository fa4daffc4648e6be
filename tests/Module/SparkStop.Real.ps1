# What was made goes, whoever ends a run: after Ctrl+C at once, after a kill with the next run. On a real cluster, with a real Spark. By hand, as it
# takes some minutes:
#     ./tests/Module/Invoke-ModuleTest.ps1 -Path ./tests/Module/SparkStop.Real.ps1

BeforeDiscovery {
    . "$PSScriptRoot/RealSpark.ps1"
    $reason = Get-RealSparkReason
    if ($reason) { Write-Warning "No run is stopped on a real cluster: $reason." }
}

Describe 'A run on a real cluster that is stopped, with Spark <_>' -Skip:([bool]$reason) -ForEach '2.4.8', '3.5.9' {
    BeforeAll {
        . "$PSScriptRoot/PowerShell.ps1"
        . "$PSScriptRoot/RealSpark.ps1"
        Import-Module $env:SPARKAZURE_MODULE
        $script:real = Start-RealSpark "/tmp/sparkazure-stop-$PID" $_
        $kubeConfig = New-RealKubeConfig $real "$($real.Folder)/smoke.kubeconfig"
        New-RealNamespace $real spark-smoke -ForProof | Out-Null
        $script:data = New-RealDss $real $_ dss $kubeConfig @{ default = @{} }
        $script:temporary = "$($real.Folder)/tmp"
        New-Item -ItemType Directory $temporary | Out-Null
        chmod 1777 $temporary

        function Wait-Until([string] $What, [scriptblock] $Condition) {
            $limit = [datetime]::UtcNow.AddSeconds(120)
            while (-not (& $Condition)) {
                if ([datetime]::UtcNow -gt $limit) { throw "$What did not come." }
                Start-Sleep -Milliseconds 100
            }
        }

        # In a process group of its own, as at a prompt; its id is that of the group. What a shell starts in the background ignores SIGINT.
        function Start-Run([string] $Command) {
            $env:TMPDIR = $temporary
            $arguments = @($pwsh) + $pwshArguments + '-NoProfile', '-NonInteractive', '-Command', "Import-Module '$env:SPARKAZURE_MODULE'; $Command; 'went on'"
            try { Start-Process env (@('--default-signal=INT', 'setsid') + @($arguments | ForEach-Object { '"' + $_ + '"' })) -PassThru -RedirectStandardOutput "$($real.Folder)/run.out" -RedirectStandardError "$($real.Folder)/run.log" }
            finally { $env:TMPDIR = $null }
        }

        function Stop-Run($Run, [string] $Signal, [switch] $Group) {
            $target = $Group ? "-$($Run.Id)" : $Run.Id
            Invoke-Tool bash -c "kill -$Signal -- $target" | Out-Null
            if (-not $Run.WaitForExit(60000)) { throw 'It did not end.' }
            Get-Content "$($real.Folder)/run.out" | Should -Not -Contain 'went on'
        }

        # Processes of the driver name a file of the data directory, or the directory itself.
        function Get-DriverProcess { @(& pgrep -f "^bash -c .* driver $data |$data/.sparkazure") }
        function Get-ProbePod { @((Invoke-Kubectl get pods -n spark-smoke -l sparkazure.io/check -o name) -split "`n" | Where-Object { $_ }) }
        function Get-Leftover { @((Get-ChildItem $temporary, "$data/.sparkazure/smoke-test" -Force -ErrorAction Ignore).Name) -match '^\.?sparkazure' }
        function Get-ExecutorPod { @((Invoke-Kubectl get pods -n spark-smoke -l spark-role=executor -o name) -split "`n" | Where-Object { $_ }) }

        function Assert-Nothing {
            Get-DriverProcess | Should -BeNullOrEmpty
            Get-DriverObject spark-smoke | Should -BeNullOrEmpty
            Get-ProbePod | Should -BeNullOrEmpty
            Get-Leftover | Should -BeNullOrEmpty
        }
    }

    AfterAll {
        Invoke-Kubectl delete namespace spark-smoke --wait=false --ignore-not-found | Out-Null
        Stop-RealSpark $real
    }

    It 'Ctrl+C <At> leaves nothing of a smoke test' -ForEach @(
        @{ At = 'while the driver starts'; Until = { Get-DriverProcess } }
        @{ At = 'while executors start'; Until = { Get-ExecutorPod } }
        @{ At = 'while executors are at work'; Until = { (Invoke-Kubectl get pods -n spark-smoke -l spark-role=executor --no-headers) -match 'Running' } }
    ) {
        $run = Start-Run "Invoke-SparkSmokeTest -DataDirectory $data -Verbose"
        Wait-Until $At $Until
        Stop-Run $run INT -Group
        Assert-Nothing
    }

    It 'Ctrl+C leaves nothing of checks from inside the cluster' {
        $run = Start-Run "Test-SparkAzureSetup $data -FromCluster"
        Wait-Until 'the pod' { Get-ProbePod }
        Stop-Run $run INT -Group
        Assert-Nothing
    }

    It 'a kill of PowerShell ends the driver, and the next run takes what is left' {
        $run = Start-Run "Invoke-SparkSmokeTest -DataDirectory $data"
        Wait-Until 'an executor' { Get-ExecutorPod }
        Stop-Run $run KILL
        Wait-Until 'the end of the driver' { -not (Get-DriverProcess) }
        (Start-Run "Invoke-SparkSmokeTest -DataDirectory $data | Select-Object -ExpandProperty LogPath").WaitForExit()
        $logs = Get-Content "$($real.Folder)/run.out" -TotalCount 1
        "$logs/driver.log" | Should -Exist
        Remove-Item $logs -Recurse
        Assert-Nothing
    }

    It 'a kill of all at once leaves pods, and the next run takes them' {
        $run = Start-Run "Invoke-SparkSmokeTest -DataDirectory $data"
        Wait-Until 'an executor' { Get-ExecutorPod }
        Stop-Run $run KILL -Group
        Get-DriverProcess | ForEach-Object { bash -c "kill -KILL $_ 2>/dev/null" }
        Get-DriverObject spark-smoke | Should -Not -BeNullOrEmpty
        (Start-Run "Invoke-SparkSmokeTest -DataDirectory $data -Path $($real.Folder)/logs").WaitForExit()
        Assert-Nothing
    }

    It 'a kill leaves a pod of the checks, and the next run takes it' {
        $run = Start-Run "Test-SparkAzureSetup $data -FromCluster"
        Wait-Until 'the pod' { Get-ProbePod }
        Stop-Run $run KILL -Group
        Get-ProbePod | Should -Not -BeNullOrEmpty
        (Start-Run "Test-SparkAzureSetup $data -FromCluster -Check InsidePod").WaitForExit()
        Assert-Nothing
    }
}
