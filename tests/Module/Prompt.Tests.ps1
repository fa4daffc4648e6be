# What every cmdlet does alike at a prompt: what it takes from a pipeline, what it says of what it cannot take, and what Tab offers.

BeforeDiscovery {
    Import-Module $env:SPARKAZURE_MODULE
    $byPipeline = foreach ($command in Get-Command -Module SparkAzure) {
        foreach ($parameter in $command.Parameters.Values) {
            $text = $parameter.Attributes | Where-Object { $_ -is [SparkAzure.Transformations.TextTransformationAttribute] }
            if ($text) { @{ Cmdlet = $command.Name; Parameter = $parameter.Name; Wanted = $text.Wanted } }
        }
    }
    # Parameters that name a file or a folder: the only ones where PowerShell's own offer, file names, fits.
    $paths = 'Path', 'KubeConfig', 'Archive', 'Application', 'Dockerfile', 'PythonDockerfile', 'RDockerfile', 'PythonRequirements', 'BackupPath', 'FromFile'
    $free = foreach ($command in Get-Command -Module SparkAzure) {
        $texts = $command.Parameters.Values | Where-Object { $_.ParameterType -in [string], [string[]], [uri] -and $_.Name -notin $paths + [System.Management.Automation.Cmdlet]::CommonParameters }
        # Restore points are ids of Spark homes, and files everywhere else.
        $texts = $texts | Where-Object { $_.Name -ne 'RestorePoint' -or $command.Noun -eq 'SparkJars' }
        $calls = foreach ($parameter in $texts) {
            $given = 'DataDirectory', 'SparkHome' | Where-Object { $_ -ne $parameter.Name -and $command.Parameters.ContainsKey($_) } | Select-Object -First 1
            "$($command.Name) $(if ($given) { "-$given ./a-file.txt" }) -$($parameter.Name) "
        }
        if ($calls) { @{ Cmdlet = $command.Name; Calls = $calls } }
    }
}

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    Import-Module $env:SPARKAZURE_MODULE
    $site = Start-SampleSite "$TestDrive/site"

    function Complete([string] $Line) { (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText }
}

AfterAll { Stop-SampleSite $site }

Describe 'What comes through a pipeline' {
    It '<Cmdlet> says that -<Parameter> wants <Wanted> where something else comes' -ForEach $byPipeline {
        $errors = @()
        $arguments = @{ ErrorAction = 'SilentlyContinue'; ErrorVariable = 'errors' }
        $command = Get-Command $Cmdlet
        $set = $command.ParameterSets | Where-Object { $_.Parameters | Where-Object { $_.Name -eq $Parameter -and $_.ValueFromPipeline } } | Select-Object -First 1
        foreach ($other in $set.Parameters | Where-Object { $_.IsMandatory -and $_.Name -ne $Parameter }) {
            $arguments[$other.Name] = if ($other.ParameterType -eq [securestring]) { [securestring]::new() } elseif ($other.ParameterType -eq [uri]) { 'http://localhost:1' } else { 'none' }
        }
        # Only the default set is meant where nothing tells which one is.
        if ($set.Name -ne $command.DefaultParameterSet -and @($command.ParameterSets).Count -gt 1) {
            $own = $set.Parameters | Where-Object { $_.ParameterType -eq [switch] -and $command.Parameters[$_.Name].ParameterSets.Keys.Count -eq 1 -and $command.Parameters[$_.Name].ParameterSets.ContainsKey($set.Name) } | Select-Object -First 1
            $arguments[$own.Name] = $true
        }
        $null = [Version]'1.2' | & $Cmdlet @arguments
        "$errors" | Should -BeLike "*Wanted is $Wanted, or an object with the property *; this is a System.Version.*"
    }

    It 'is a folder, or what has its path' {
        (Get-Item $site.DataDirectory | Get-DssInstallation).DataDirectory | Should -Be $site.DataDirectory
        (Get-DssInstallation (Get-DssInstallation $site.DataDirectory)).DataDirectory | Should -Be $site.DataDirectory
        (Get-Item $site.SparkHome | Get-SparkDistribution -SkipFeature).SparkHome | Should -Be $site.SparkHome
        (Get-Item $site.DataDirectory | Get-DssSparkConfig default).Name | Should -Be default
    }

    It 'is the way into one DSS or many' {
        $endpoint = New-DssEndpoint $site.DssUri -ApiKey (ConvertTo-Secret $site.DssApiKey)
        $endpoint, $endpoint | Get-DssSparkConfig default | Should -HaveCount 2
        ($endpoint | Set-DssSparkConfig -SparkMaster k8s://https://h:443 -WhatIf).Uri | Should -Be ([uri]$site.DssUri)
        (Get-AksApiServer -KubeConfig $site.KubeConfig | Set-DssSparkConfig -Endpoint $endpoint -WhatIf).SparkMaster | Should -Match '^k8s://'
        (New-DssAdlsConnection lake -Endpoint $endpoint -Account acct -FileSystem data -Authentication ManagedIdentity -TenantId contoso.com -ClientId c -DetailsAllowedGroup team).Notes | Should -BeNullOrEmpty
        (Get-DssAdlsConnection -Endpoint $endpoint).Name | Should -Contain lake
        ($endpoint | Remove-DssSparkConfig none).Changed | Should -BeFalse
        { New-DssEndpoint ftp://dss -ApiKey (ConvertTo-Secret 'k') } | Should -Throw -ErrorId 'DssUriInvalid,*'
        "$endpoint" | Should -Be "$([uri]$site.DssUri)"
    }
}

Describe 'A table of what was read' {
    It 'says nothing of changes' {
        Get-DssSparkConfig -DataDirectory $site.DataDirectory | Out-String | Should -Not -Match 'Changed|Planned'
        Get-DssAdlsConnection -DataDirectory $site.DataDirectory | Out-String | Should -Not -Match 'Changed|Planned'
        Set-DssSparkConfig -DataDirectory $site.DataDirectory -SparkMaster k8s://https://h:443 -WhatIf -WarningAction Ignore | Out-String | Should -Match 'Changed[\s\S]*Planned'
    }
}

Describe 'Tab' {
    It 'offers what is known: <Line>' -ForEach @(
        @{ Line = "Set-DssSparkConfig -DataDirectory '<data>' -RemoveProperty spark.kub"; Offers = 'spark.kubernetes.container.image' }
        @{ Line = 'Set-DssSparkConfig -Property spark.executor.memoryOverhead'; Offers = "@{ 'spark.executor.memoryOverhead' = '' }" }
        @{ Line = "Publish-SparkImage '<spark>' -Tag "; Offers = 'spark-240' }
        @{ Line = "Import-AksCredential -KubeConfig '<kube>' -ClusterName "; Offers = '<cluster>' }
        @{ Line = "New-DssAdlsConnection -DataDirectory '<data>' -Account "; Offers = 'acct' }
        @{ Line = "Restore-DssSparkConfig -DataDirectory '<data>' -RestorePoint "; Offers = '<kept>' }
        @{ Line = "Set-DssSparkConfig -DataDirectory '<data>' -FromFile "; Offers = '<kept>' }
        @{ Line = 'Grant-AcrPull c -Registry acr'; Offers = 'acr.azurecr.io' }
    ) {
        $known = New-DssAdlsConnection lake -DataDirectory $site.DataDirectory -Account acct -FileSystem data -AccountKey (ConvertTo-Secret ([Convert]::ToBase64String([byte[]](1..64)))) -WarningAction Ignore
        $known.Name | Should -Be lake
        $config = Set-DssSparkConfig tab -Create -DataDirectory $site.DataDirectory -Property @{ 'spark.a' = '1' } -WarningAction Ignore
        $changed = Set-DssSparkConfig tab -DataDirectory $site.DataDirectory -Property @{ 'spark.a' = "$(Get-Random)" } -WarningAction Ignore
        $null = Set-DssSparkConfig -DataDirectory $site.DataDirectory -Image acr.azurecr.io/spark-py:v1 -WarningAction Ignore
        $env:DOCKER_CONFIG = "$TestDrive/docker"
        $null = New-Item -ItemType Directory -Force $env:DOCKER_CONFIG
        Set-Content "$env:DOCKER_CONFIG/config.json" '{ "auths": { "acr.azurecr.io": {}, "https://index.docker.io/v1/": {} } }'
        try {
            $here = { param($Text) $Text.Replace('<data>', $site.DataDirectory).Replace('<spark>', $site.SparkHome).Replace('<kube>', $site.KubeConfig).Replace('<kept>', $changed.BackupPath).Replace('<cluster>', (Get-AksApiServer -KubeConfig $site.KubeConfig).ClusterName) }
            Complete (& $here $Line) | Should -Contain (& $here $Offers)
        }
        finally {
            $env:DOCKER_CONFIG = $null
        }
    }

    It 'offers no file names where <Cmdlet> wants none, and never throws' -ForEach $free {
        Push-Location $site.Folder
        try {
            # A file that is neither a kubeconfig nor a folder: what is broken is offered as nothing.
            Set-Content 'a-file.txt' 'x'
            $env:KUBECONFIG = "$($site.Folder)/a-file.txt"
            foreach ($call in $Calls) { Complete $call | Should -Not -Match 'a-file\.txt' -Because $call }
        }
        finally {
            $env:KUBECONFIG = $null
            Pop-Location
        }
    }
}
