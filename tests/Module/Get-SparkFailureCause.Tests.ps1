# What a person sees: a log, lines or a job's folder go in, the deciding cause comes out first.

BeforeAll {
    Import-Module $env:SPARKAZURE_MODULE
    $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'jobs/SALES/Build_orders')
    $log = Join-Path $folder 'output.log'
    Set-Content $log @(
        '[2026/11/27-15:19:00.001] [null-err-4] [INFO] [dku.utils]  - 26/11/27 15:19:00 INFO SparkContext: Running Spark version 3.5.9'
        '[2026/11/27-15:19:30.001] [null-err-4] [INFO] [dku.utils]  - 26/11/27 15:19:30 WARN TaskSetManager: Lost task 0.0 in stage 0.0 (TID 0): java.io.IOException: AADSTS7000222: The provided client secret keys are expired.'
        '[2026/11/27-15:19:31.001] [null-err-4] [INFO] [dku.utils]  - 26/11/27 15:19:31 ERROR TaskSetManager: Task 0 in stage 0.0 failed 4 times; aborting job'
    )
}

Describe 'Get-SparkFailureCause' {
    It 'reads a file by path, from Get-Item and in the folder of its job' {
        (Get-SparkFailureCause $log).Id | Should -Be 'SecretEnded'
        (Get-Item $log | Get-SparkFailureCause).LineNumber | Should -Be 2
        (Get-Item $folder | Get-SparkFailureCause).Path | Should -Be $log
        (Get-SparkFailureCause (Join-Path $folder '*.log')).Command | Should -Be 'New-AdlsServicePrincipal'
    }

    It 'reads lines from the pipeline, also those of Get-Content' {
        (Get-Content $log | Get-SparkFailureCause).LineNumber | Should -Be 2
        ('Warning  Failed  3s  kubelet  Error: ErrImagePull', '', 'toomanyrequests: slow down' | Get-SparkFailureCause).Id | Should -Be 'RegistryThrottled'
    }

    It 'returns nothing where nothing decides, and warns' {
        'Exception in thread "main" java.lang.ArithmeticException: / by zero' |
            Get-SparkFailureCause -WarningVariable warned -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $warned | Should -Match 'Looked for: '
    }

    It 'shows cause, line and remedy at 80 columns' {
        $shown = Get-SparkFailureCause $log | Out-String -Width 80
        $shown | Should -Match 'Cause\s+: The service principal'
        $shown | Should -Match '2: WARN TaskSetManager'
        $shown | Should -Match 'Set-DssAdlsConnection'
    }

    It 'reports an input that is not there and goes on' {
        $found = [pscustomobject]@{ FullName = "$log.gone" }, (Get-Item $log) | Get-SparkFailureCause -ErrorAction SilentlyContinue -ErrorVariable failed
        $found.Id | Should -Be 'SecretEnded'
        $failed.FullyQualifiedErrorId | Should -Be 'LogNotFound,SparkAzure.Commands.GetSparkFailureCauseCommand'
    }
}
