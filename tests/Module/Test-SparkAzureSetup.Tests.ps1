# Test-SparkAzureSetup as its users meet it: from the pipeline, as a table, quietly, and for some checks.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    Import-Module $env:SPARKAZURE_MODULE
    $site = Start-SampleSite "$TestDrive/site"
}

AfterAll {
    Stop-SampleSite $site
}

Describe 'Test-SparkAzureSetup' {
    It 'says of each check how it ended, the gravest first, changes nothing and takes no longer than a person waits' {
        $before = Get-TreeState $site.DataDirectory
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $checks = Get-DssInstallation $site.DataDirectory | Test-SparkAzureSetup -KubeConfig $site.KubeConfig -Check Dss*, Spark*, Kube*, Network*, Host*, Docker*
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
        $checks[0].State | Should -Be Failed
        $checks | Should -HaveCount ($checks.Id | Sort-Object -Unique).Count
        ($checks | Where-Object Id -EQ DssHadoopIntegration).Command | Should -Be Install-DssHadoopIntegration
        $checks.Evidence | Should -Not -BeNullOrEmpty
        Get-TreeState $site.DataDirectory | Should -Be $before
    }

    It 'shows a table by state that fits 80 columns' {
        $lines = Test-SparkAzureSetup $site.DataDirectory -KubeConfig $site.KubeConfig -Check DssVersion, DssSparkIntegration | Out-String -Width 80 -Stream
        $lines | Where-Object Length -GT 80 | Should -BeNullOrEmpty
        ($lines -match 'State: (Failed|Passed)') -replace '\s' | Should -Be 'State:Failed', 'State:Passed'
        ($lines -join '') -replace '\s' | Should -Match '\[Install-DssSparkIntegration\]'
    }

    It 'answers quietly with a bool' {
        Test-SparkAzureSetup $site.DataDirectory -Check DssVersion -Quiet | Should -BeTrue
        Test-SparkAzureSetup $site.DataDirectory -Check DssVersion, DssSparkIntegration -Quiet | Should -BeFalse
    }

    It 'refuses a check that is not there, and completes those that are' {
        { Test-SparkAzureSetup $site.DataDirectory -Check Netwrk* } | Should -Throw -ErrorId 'SetupCheckUnknown,*'
        (TabExpansion2 'Test-SparkAzureSetup /d -Check Network').CompletionMatches.CompletionText | Should -Be 'NetworkApiServer', 'NetworkDriverHost', 'NetworkDriverPorts'
    }
}
