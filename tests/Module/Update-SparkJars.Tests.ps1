# What a person asks of an exchange: storages, a folder that is not there, and to go on all the same.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    Import-Module $env:SPARKAZURE_MODULE
    $site = Start-SampleSite (Join-Path $TestDrive 'site')
    $hadoop = Get-DssInstallation $site.DataDirectory | Install-DssHadoopIntegration -Archive $site.Hadoop3Archive
    $libraries = Join-Path $TestDrive 'libraries'
    Copy-Item -Recurse $hadoop.LibraryPath $libraries
}

AfterAll { Stop-SampleSite $site }

Describe 'Update-SparkJars' {
    It 'needs no folder of DSS itself, and says what did not come from it' {
        $plan = Update-SparkJars $site.SparkHome $libraries -WhatIf
        $plan.Planned | Should -BeTrue
        $plan.Notes -join "`n" | Should -Match 'No snappy-java comes.*-CompanionPath was not given'
        $plan.Removed | Should -Not -Contain 'httpclient-4.5.6.jar'
    }

    It 'brings what the storages asked for need' {
        $plan = Update-SparkJars $site.SparkHome $libraries -For Adl -WhatIf
        $plan.Added | Should -Contain 'azure-data-lake-store-sdk-2.2.9.jar'
        $plan.Added | Should -Not -Contain 'azure-storage-7.0.0.jar'
        $plan.Notes -join "`n" | Should -Match 'Left out, as .*azure-storage-7.0.0.jar'
    }

    It 'refuses what a storage asked for lacks, and goes on with -Force and a warning' {
        Remove-Item (Join-Path $libraries 'azure-data-lake-store-sdk-2.2.9.jar')
        { Update-SparkJars $site.SparkHome $libraries -For Adl -WhatIf } | Should -Throw -ErrorId 'RequiredJarMissing*'
        $plan = Update-SparkJars $site.SparkHome $libraries -For Adl -Force -WhatIf -WarningVariable said -WarningAction SilentlyContinue
        $plan.Planned | Should -BeTrue
        $said -join "`n" | Should -Match 'azure-data-lake-store-sdk'
    }
}
