# The set-up of the README, station after station, as its reader types it.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    Import-Module $env:SPARKAZURE_MODULE
    $site = Start-SampleSite "$TestDrive/site"
    $key = ConvertTo-Secret ([Convert]::ToBase64String([byte[]](1..64)))

    # Everything the pipeline returns, in its order.
    function Invoke-SetUp([switch] $WhatIf) {
        $PSDefaultParameterValues = @{ '*:WhatIf' = $WhatIf }
        $hadoop = Get-DssInstallation $site.DataDirectory | Install-DssHadoopIntegration -Archive $site.Hadoop3Archive
        $hadoop
        $hadoop | Update-SparkJars -SparkHome $site.SparkHome -OutVariable jars
        $jars | Edit-SparkDockerfile -OutVariable dockerfile
        $dockerfile | Publish-SparkImage -Registry $site.Registry -Tag dss-513-spark-240 -Engine Registry -BaseImage $site.BaseImage -OutVariable images
        Install-DssSparkIntegration -DataDirectory $site.DataDirectory -SparkHome $site.SparkHome
        Get-AksApiServer -KubeConfig $site.KubeConfig | Set-DssSparkConfig -DataDirectory $site.DataDirectory -Image $images -HadoopVersion 3
        New-DssAdlsConnection -DataDirectory $site.DataDirectory -Name lake -Account acct -FileSystem data -AccountKey $key -WarningAction Ignore
    }
}

AfterAll {
    Stop-SampleSite $site
}

Describe 'A rehearsal with -WhatIf' {
    It 'runs to the end, changes no file and sends nothing that could change anything' {
        $before = Get-TreeState $site.Folder
        $asked = @(Get-SiteRequest $site).Count

        $results = @(Invoke-SetUp -WhatIf)

        $results | Should -HaveCount 8
        $results.Changed | Should -Not -Contain $true
        $results.Planned | Should -Not -Contain $false
        Get-TreeState $site.Folder | Should -Be $before
        @(Get-SiteRequest $site) | Select-Object -Skip $asked | Where-Object Method -NotIn GET, HEAD | Should -BeNullOrEmpty
    }
}

Describe 'The set-up' {
    BeforeAll {
        $first = @(Invoke-SetUp)
    }

    It 'changes something at every station' {
        $first | Should -HaveCount 8
        $first | Where-Object { -not $_.Changed } | Should -BeNullOrEmpty
        $first.Planned | Should -Not -Contain $true
    }

    It 'leaves DSS with the image and the cluster' {
        $settings = Get-Content "$($site.DataDirectory)/config/general-settings.json" -Raw
        $settings | Should -Match 'k8s://https://[^"]+:443'
        $settings | Should -Match ([regex]::Escape("$($site.Registry)/spark-py@sha256:"))
        (Get-Content "$($site.DataDirectory)/config/connections.json" -Raw | ConvertFrom-Json -AsHashtable).connections.Keys | Should -Contain 'lake'
        (Get-DssInstallation $site.DataDirectory).SparkHome | Should -Be $site.SparkHome
    }

    It 'lets what DSS is told be held against the Spark that DSS has, with nothing typed' {
        $comparison = Get-DssSparkConfig default -DataDirectory $site.DataDirectory | Compare-SparkImage

        $comparison.Match | Should -BeTrue
        $comparison.SparkHome | Should -Be $site.SparkHome
    }

    It 'changes nothing the second time, and says so' {
        $before = Get-TreeState $site.Folder
        $asked = @(Get-SiteRequest $site).Count

        $second = @(Invoke-SetUp)

        $second | Should -HaveCount 8
        $second | Where-Object Changed | ForEach-Object { "$($_.GetType().Name) $_" } | Should -BeNullOrEmpty
        $second.Planned | Should -Not -Contain $true
        $second[3].Digest | Should -Be $first[3].Digest
        Get-TreeState $site.Folder | Should -Be $before
        @(Get-SiteRequest $site) | Select-Object -Skip $asked | Where-Object Method -NotIn GET, HEAD | Should -BeNullOrEmpty
    }

    It 'takes <Cmdlet> by property name as well' -ForEach @(
        @{ Cmdlet = 'Install-DssHadoopIntegration'; Call = { Get-DssInstallation $site.DataDirectory | Select-Object DataDirectory | Install-DssHadoopIntegration -Archive $site.Hadoop3Archive } }
        @{ Cmdlet = 'Update-SparkJars'; Call = { $first[0] | Select-Object LibraryPath, CompanionPath, HadoopVersion | Update-SparkJars -SparkHome $site.SparkHome } }
        @{ Cmdlet = 'Edit-SparkDockerfile'; Call = { $first[1] | Select-Object SparkHome | Edit-SparkDockerfile } }
        @{ Cmdlet = 'Publish-SparkImage'; Call = { $first[2] | Select-Object SparkHome | Publish-SparkImage -Registry $site.Registry -Tag dss-513-spark-240 -Engine Registry -BaseImage $site.BaseImage } }
        @{ Cmdlet = 'Install-DssSparkIntegration'; Call = { Get-DssInstallation $site.DataDirectory | Select-Object DataDirectory, SparkHome | Install-DssSparkIntegration } }
        @{ Cmdlet = 'Get-AksApiServer'; Call = { [pscustomobject]@{ KubeConfig = $site.KubeConfig } | Get-AksApiServer } }
        @{ Cmdlet = 'Set-DssSparkConfig'; Call = { Get-AksApiServer -KubeConfig $site.KubeConfig | Select-Object SparkMaster | Set-DssSparkConfig -DataDirectory $site.DataDirectory -Image $first[3, 4] -HadoopVersion 3 } }
        @{ Cmdlet = 'New-DssAdlsConnection'; Call = { Get-DssInstallation $site.DataDirectory | Select-Object DataDirectory | New-DssAdlsConnection -Name lake -Account acct -FileSystem data -AccountKey $key -WarningAction Ignore } }
    ) {
        $result = & $Call
        $result | Should -Not -BeNullOrEmpty
        $result | Where-Object Changed | Should -BeNullOrEmpty
    }

    It 'returns objects that survive serialization' {
        foreach ($object in $first) {
            $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($object, 3))
            $copy.PSObject.Properties.Name | Should -Be $object.PSObject.Properties.Name
            $copy.Changed | Should -Be $object.Changed
        }
    }

    It 'shows each as a table that fits 100 columns' {
        foreach ($object in @($first) + (Get-DssInstallation $site.DataDirectory) + (Get-AksApiServer -KubeConfig $site.KubeConfig)) {
            $text = $object | Format-Table | Out-String -Width 100
            $text -split "`n" | Where-Object Length -GT 100 | Should -BeNullOrEmpty
            $text | Should -Not -BeNullOrEmpty
        }
    }

    It 'is undone by Restore-SparkJars, byte for byte' {
        $jars = Restore-SparkJars $site.SparkHome
        $jars.Changed | Should -BeTrue
        Get-ChildItem "$($site.SparkHome)/jars/hadoop-common-2.7*" | Should -HaveCount 1
        (Restore-SparkJars $site.SparkHome).Changed | Should -BeFalse
    }
}
