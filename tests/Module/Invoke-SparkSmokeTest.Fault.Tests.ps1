# Faults made for real on a real cluster, each told rightly and nothing of it left. Invoke-SparkFault.ps1 makes more of them, and says how soon.

BeforeDiscovery {
    . "$PSScriptRoot/RealSpark.ps1"
    $reason = Get-RealSparkReason
    if ($reason) { Write-Warning "No fault is made on a real cluster: $reason." }
    $causes = 'DriverPortRefused', 'DriverHostUnresolvableHere', 'ImageNotFound', 'RegistryUnreachable', 'RegistryHostUnknown', 'ImageNameInvalid', 'ImageEntryPointMissing', 'RoleMissing',
        'ServiceAccountMissing', 'QuotaExceeded', 'PodSecurity', 'InsufficientCpu', 'NodeSelectorUnmatched', 'ExecutorMemoryBelowMinimum', 'CredentialRefused', 'ClusterAuthorityWrong', 'ImageWithoutJava'
}

Describe 'A job that cannot run on a real cluster' -Skip:([bool]$reason) -ForEach @(, $causes) {
    BeforeAll {
        . "$PSScriptRoot/PowerShell.ps1"
        # CI says when it must be done: what has no time left is skipped then.
        $until = $env:SPARKAZURE_TEST_UNTIL ? "-Until $env:SPARKAZURE_TEST_UNTIL" : ''
        # In a process of its own, as by hand. The limit is that of a machine with other work.
        $rows = & $pwsh @pwshArguments -NoProfile -NonInteractive -Command "& '$PSScriptRoot/Invoke-SparkFault.ps1' -Module '$env:SPARKAZURE_MODULE' -Cause $($_ -join ',') -How '' -TimeoutSeconds 240 $until | ConvertTo-Json -AsArray -Compress" | Select-Object -Last 1
        if ($LASTEXITCODE) { throw "Making faults ended with $LASTEXITCODE." }
        $script:told = $rows | ConvertFrom-Json
    }

    It 'is told <_>, and leaves nothing' -ForEach $_ {
        $row = $told | Where-Object Made -EQ $_
        if (-not $row -and $env:SPARKAZURE_TEST_UNTIL) { Set-ItResult -Skipped -Because 'CI had no time left for this fault'; return }
        $row.Said | Should -Be $_ -Because $row.Line
        $row.Left | Should -BeNullOrEmpty
    }
}
