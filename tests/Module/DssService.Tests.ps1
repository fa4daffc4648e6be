# Start-, Stop- and Restart-Dss on the sample host, whose bin/dss starts a real listener.

BeforeDiscovery {
    $runs = $IsLinux -and (Test-Path /usr/bin/perl)
}

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    Import-Module $env:SPARKAZURE_MODULE
    $site = Start-SampleSite "$TestDrive/site"
}

AfterAll {
    Stop-SampleSite $site
}

Describe 'Starting and stopping DSS' -Skip:(-not $runs) {
    AfterAll {
        $null = Stop-Dss $site.DataDirectory -ErrorAction SilentlyContinue
    }

    It 'starts nothing under -WhatIf' {
        $plan = Start-Dss $site.DataDirectory -WhatIf
        $plan.Planned | Should -BeTrue
        "$($plan.State)" | Should -Be 'Stopped'
    }

    It 'starts it once, and what it started answers' {
        $started = Get-DssInstallation $site.DataDirectory | Start-Dss -TimeoutSeconds 120
        "$($started.State)" | Should -Be 'Running'
        $started.Changed | Should -BeTrue
        Invoke-RestMethod $started.PingUri | Should -Be 'pong'
        (Start-Dss $site.DataDirectory).Changed | Should -BeFalse
    }

    It 'warns of an edit while it runs, and restarts around one with -Restart' {
        $set = Set-DssSparkConfig -DataDirectory $site.DataDirectory -ExecutorMemory 4g -WarningVariable warned -WarningAction SilentlyContinue
        $set.RestartRequired | Should -BeTrue
        "$warned" | Should -Match 'is running'
        ($set | Restart-Dss).Changed | Should -BeTrue
        $set = Set-DssSparkConfig -DataDirectory $site.DataDirectory -ExecutorMemory 5g -Restart -WarningVariable warned
        $set.RestartRequired | Should -BeFalse
        $warned | Should -BeNullOrEmpty
        Invoke-RestMethod (Start-Dss $site.DataDirectory).PingUri | Should -Be 'pong'
    }

    It 'restarts around every edit of connections too, and only where something changes' {
        $lake = @{ DataDirectory = $site.DataDirectory; Name = 'lake'; Restart = $true; WarningVariable = '+warned' }
        $account = @{ Account = 'acct'; FileSystem = 'data'; AccountKey = ConvertTo-Secret 'bm90IGEgcmVhbCBrZXk=' }
        $warned = @()
        $process = { Get-Content "$($site.DataDirectory)/run/supervisord.pid" }
        $before = & $process
        (New-DssAdlsConnection @lake @account -WhatIf).Planned | Should -BeTrue
        & $process | Should -Be $before
        $kept = $null
        foreach ($edit in { New-DssAdlsConnection @lake @account }, { Set-DssAdlsConnection @lake -Description 'the lake' }, { Remove-DssAdlsConnection @lake -Confirm:$false },
            { Restore-DssAdlsConnection -DataDirectory $site.DataDirectory $kept -Restart }) {
            $done = & $edit
            if ($done.RestorePoint) { $kept = $done.RestorePoint }
            $done.Changed | Should -BeTrue
            $done.RestartRequired | Should -BeFalse
            $after = & $process
            $after | Should -Not -Be $before
            $before = $after
            Invoke-RestMethod (Start-Dss $site.DataDirectory).PingUri | Should -Be 'pong'
        }
        (Set-DssAdlsConnection @lake -Description 'the lake').Changed | Should -BeFalse
        & $process | Should -Be $before
        $warned | Where-Object { "$_" -notmatch 'stands in clear|may read its details' } | Should -BeNullOrEmpty
    }

    It 'stops it once, and nothing answers any more' {
        $stopped = Stop-Dss $site.DataDirectory
        "$($stopped.State)" | Should -Be 'Stopped'
        $stopped.Changed | Should -BeTrue
        { Invoke-RestMethod $stopped.PingUri -TimeoutSec 5 } | Should -Throw
        (Stop-Dss $site.DataDirectory).Changed | Should -BeFalse
        $stopped | Format-Table | Out-String -Width 100 | Should -Match 'Stopped'
    }

    It 'refuses what is no data directory' {
        { Start-Dss $TestDrive } | Should -Throw -ErrorId 'NotADataDirectory,*'
    }
}

Describe 'Integrations of DSS' -Skip:(-not $IsLinux) {
    It 'are switched off, put back, and left alone where that is so already' {
        $installed = Install-DssSparkIntegration -DataDirectory $site.DataDirectory -SparkHome $site.SparkHome
        $before = (Get-DssInstallation $site.DataDirectory).SparkHome
        (Uninstall-DssSparkIntegration $site.DataDirectory -WhatIf).Planned | Should -BeTrue
        (Get-DssInstallation $site.DataDirectory).SparkHome | Should -Be $before
        $gone = Uninstall-DssSparkIntegration $site.DataDirectory -Confirm:$false
        $gone.Changed, $gone.Enabled | Should -Be $true, $false
        (Get-DssInstallation $site.DataDirectory).SparkIntegration | Should -BeFalse
        (Uninstall-DssSparkIntegration $site.DataDirectory -Confirm:$false).Changed | Should -BeFalse
        ($gone | Uninstall-DssSparkIntegration -Confirm:$false).SparkHome | Should -Be $before
        { Uninstall-DssSparkIntegration $site.DataDirectory -RestorePoint "$TestDrive/none" -Confirm:$false } | Should -Throw -ErrorId 'IntegrationNotKept,*'
        if ($installed.Changed) { ($installed | Uninstall-DssSparkIntegration -Confirm:$false).Changed | Should -BeTrue }
    }

    It 'of Hadoop libraries go the same way' {
        (Uninstall-DssHadoopIntegration $site.DataDirectory -Confirm:$false).Enabled | Should -BeFalse
        (Get-DssInstallation $site.DataDirectory).HadoopIntegration | Should -BeFalse
    }
}
