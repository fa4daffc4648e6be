# After a jar swap only the jars go to the registry, without a daemon, and the executors have what the driver has.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    Import-Module $env:SPARKAZURE_MODULE
    $cache = $env:XDG_CACHE_HOME
    $env:XDG_CACHE_HOME = "$TestDrive/cache"
    $site = Start-SampleSite "$TestDrive/site"
    $first = Publish-SparkImage -SparkHome $site.SparkHome -Registry $site.Registry -Tag v1 -Engine Registry -BaseImage $site.BaseImage -WarningVariable firstWarnings
    Get-DssInstallation $site.DataDirectory | Install-DssHadoopIntegration -Archive $site.Hadoop3Archive | Update-SparkJars -SparkHome $site.SparkHome | Out-Null
    $patch = @{ SparkHome = $site.SparkHome; Registry = $site.Registry; Tag = 'v2'; Engine = 'Registry'; BaseImage = "$($site.Registry)/spark:v1" }
}

AfterAll {
    Stop-SampleSite $site
    $env:XDG_CACHE_HOME = $cache
}

Describe 'Publish-SparkImage on a base image without Spark' {
    It 'leaves nothing unverified where the base image has what the RUN lines install' {
        $first | Should -HaveCount 2
        $first.UnverifiedInstructions | Should -BeNullOrEmpty
        $firstWarnings | Should -BeNullOrEmpty
    }

    It 'refuses a base image on which nothing could start' {
        { Publish-SparkImage -SparkHome $site.SparkHome -Registry $site.Registry -Tag v3 -Engine Registry -BaseImage $site.BaseImage -Dockerfile (
                New-Item "$TestDrive/Dockerfile" -Value "FROM x`nCOPY jars /opt/spark/jars`nENTRYPOINT [`"/opt/none.sh`"]`n") -Image spark } |
            Should -Throw -ErrorId 'BaseImageLacks*'
    }
}

Describe 'Publish-SparkImage on a published Spark image' {
    It 'finds that the swap has not reached the image' {
        ($first[1] | Compare-SparkImage -WarningAction Ignore).Match | Should -BeFalse
    }

    It 'links the jars of an image only where it is asked to' {
        $comparison = $first[1] | Compare-SparkImage -WarningAction Ignore
        $comparison.JavaVersion | Should -BeNullOrEmpty
        $comparison.Conflicts | Should -HaveCount 0
        $linked = $first[1] | Compare-SparkImage -For Abfs -WarningAction Ignore
        $linked.JavaVersion | Should -Be 8
        $linked.Match | Should -BeFalse
    }

    It 'describes the new images under -WhatIf and sends nothing' {
        $asked = @(Get-SiteRequest $site).Count
        $planned = @(Publish-SparkImage @patch -WhatIf -WarningAction Ignore)
        $planned.Planned | Should -Not -Contain $false
        @(Get-SiteRequest $site) | Select-Object -Skip $asked | Where-Object Method -NotIn GET, HEAD | Should -BeNullOrEmpty
    }

    It 'sends only the difference, and the images match the driver' {
        $images = @(Publish-SparkImage @patch -WarningVariable warnings -WarningAction SilentlyContinue)
        $images.Changed | Should -Not -Contain $false
        $images[1].BytesUploaded | Should -BeLessThan 20000
        $warnings | Should -Match 'stay in the layers below'
        ($images | Compare-SparkImage).Match | Should -Not -Contain $false
    }

    It 'changes nothing the second time' {
        (Publish-SparkImage @patch -WarningAction Ignore).Changed | Should -Not -Contain $true
    }
}
