# Spark 2.3 on its way through the procedure: it can be prepared, and is refused where it could not run from DSS, unless somebody means it.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    Import-Module $env:SPARKAZURE_MODULE
    $site = Start-SampleSite "$TestDrive/site"
    $dss = @{ DataDirectory = $site.DataDirectory }

    # The sample's Spark, as far as its names, RELEASE and spark-submit tell a release.
    $old = "$TestDrive/spark-2.3.4-bin-hadoop2.7"
    Copy-Item $site.SparkHome $old -Recurse
    Get-ChildItem "$old/jars/spark-*-2.4.0.jar" | Rename-Item -NewName { $_.Name -replace '2\.4\.0', '2.3.4' }
    foreach ($file in "$old/RELEASE", "$old/bin/spark-submit") { (Get-Content $file -Raw) -replace '2\.4\.0', '2.3.4' | Set-Content $file -NoNewline }
}

AfterAll {
    Stop-SampleSite $site
}

Describe 'Spark 2.3' {
    It 'is told by Get-SparkDistribution' {
        $distribution = Get-SparkDistribution $old
        $distribution.SparkVersion | Should -Be '2.3.4'
        $distribution.Notes | Should -BeLike 'Spark 2.3.4 has no client mode on Kubernetes*'
        (Get-SparkDistribution $site.SparkHome).Notes | Should -BeNullOrEmpty
    }

    It 'is refused by Publish-SparkImage, and with -Force published with a warning' {
        $publish = @{ SparkHome = $old; Registry = $site.Registry; Tag = 'v23'; Image = 'spark'; Engine = 'Registry'; BaseImage = $site.BaseImage }
        $failure = { Publish-SparkImage @publish } | Should -Throw -PassThru -ErrorId 'SparkClientModeMissing,*'
        "$failure" | Should -BeLike "The Spark 2.3.4 at '$old' has no client mode on Kubernetes*"
        $failure.CategoryInfo.Category | Should -Be 'NotImplemented'
        { Publish-SparkImage @publish -WhatIf } | Should -Throw -ErrorId 'SparkClientModeMissing,*'

        (Publish-SparkImage @publish -Force -WarningVariable warnings -WarningAction SilentlyContinue).Changed | Should -BeTrue
        "$warnings" | Should -Match 'Client mode is currently not supported for Kubernetes'
    }

    It 'is refused by Install-DssSparkIntegration, and with -Force installed with a warning' -Skip:(-not $IsLinux) {
        { Install-DssSparkIntegration @dss -SparkHome $old } | Should -Throw -ErrorId 'SparkClientModeMissing,*'
        (Install-DssSparkIntegration @dss -SparkHome $old -Force -WarningVariable warnings -WarningAction SilentlyContinue).SparkVersion | Should -Be '2.3.4'
        "$warnings" | Should -Match 'no client mode'
    }

    It 'is refused a cluster by Set-DssSparkConfig, by what DSS runs or by what is said' {
        Set-Content "$($site.DataDirectory)/bin/env-spark.sh" 'export DKU_SPARK_ENABLED=true', "export DKU_SPARK_VERSION='2.3.4'"
        $before = Get-TreeState "$($site.DataDirectory)/config"
        $server = Get-AksApiServer -KubeConfig $site.KubeConfig
        { $server | Set-DssSparkConfig @dss -ErrorAction Stop } | Should -Throw -ErrorId 'SparkClientModeMissing,*'
        $rest = @{ Uri = $site.DssUri; ApiKey = ConvertTo-Secret $site.DssApiKey }
        { $server | Set-DssSparkConfig @rest -SparkVersion 2.3.4 -ErrorAction Stop } | Should -Throw -ErrorId 'SparkClientModeMissing,*'
        Get-TreeState "$($site.DataDirectory)/config" | Should -Be $before

        ($server | Set-DssSparkConfig @dss -SparkVersion 2.4.8 -WhatIf).Planned | Should -BeTrue
        ($server | Set-DssSparkConfig @dss -Force -WarningVariable warnings -WarningAction SilentlyContinue).Changed | Should -BeTrue
        "$warnings" | Should -Match 'Spark 2.3.4 has no client mode'
        "$((Get-DssSparkConfig default @dss).Notes)" | Should -Match 'Spark 2.3.4 has no client mode'
    }
}
