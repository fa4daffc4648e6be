# The storages of a DSS say which conflicts of its Spark matter.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    Import-Module $env:SPARKAZURE_MODULE
    $site = Start-SampleSite "$TestDrive/site"
    $connections = "$($site.DataDirectory)/config/connections.json"
    $settings = Get-Content $connections -Raw | ConvertFrom-Json -AsHashtable
    $settings.connections.lake = @{ type = 'HDFS'; params = @{ root = 'abfss://data@acct.dfs.core.windows.net/' } }
    $settings | ConvertTo-Json -Depth 20 | Set-Content $connections
    Set-Content "$($site.DataDirectory)/bin/env-spark.sh" 'export DKU_SPARK_ENABLED=true', "export DKU_SPARK_HOME='$($site.SparkHome)'"
    $before = Get-TreeState $site.DataDirectory
    function Get-AbfsError($Conflicts) { $Conflicts | Where-Object { $_.Features -contains 'Abfs' -and $_.Severity -eq 'Error' } }
}

AfterAll {
    Stop-SampleSite $site
}

Describe 'Find-SparkJarConflict for a DSS' {
    It 'takes Spark and storages from the installation' {
        $dss = Get-DssInstallation $site.DataDirectory
        $dss.SparkHome | Should -Be $site.SparkHome
        (Get-AbfsError ($dss | Find-SparkJarConflict)).Rule | Should -Be 'FeatureMissing'
    }

    It 'takes the storages for another Spark, and beside what Get-SparkDistribution returned' {
        Get-AbfsError (Find-SparkJarConflict $site.SparkHome) | Should -BeNullOrEmpty
        Get-AbfsError (Find-SparkJarConflict $site.SparkHome -DataDirectory $site.DataDirectory) | Should -Not -BeNullOrEmpty
        Get-AbfsError (Get-SparkDistribution $site.SparkHome -SkipFeature | Find-SparkJarConflict -DataDirectory $site.DataDirectory) | Should -Not -BeNullOrEmpty
    }

    It 'says which connection asks for what' {
        $said = Find-SparkJarConflict $site.SparkHome -DIP_HOME $site.DataDirectory -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        "$said" | Should -Match "Connection 'lake' of DSS has abfss: paths; jobs are taken to use Abfs"
    }

    It 'refuses a folder that is no data directory, and changes nothing in one that is' {
        { Find-SparkJarConflict $site.SparkHome -DataDirectory $site.SparkHome } | Should -Throw -ErrorId 'NotADataDirectory,*'
        Get-TreeState $site.DataDirectory | Should -Be $before
    }
}
