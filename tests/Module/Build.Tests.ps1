# Where the project is published: what build.ps1 is told of it stands in the staged manifest, and nothing where it is told nothing.

BeforeAll {
    $repository = (Resolve-Path "$PSScriptRoot/../..").Path

    # What build.ps1 would have dotnet do.
    function Get-BuildArgument([hashtable] $With) {
        $told = [System.Collections.Generic.List[string]]::new()
        function dotnet { $global:LASTEXITCODE = 0; $told.AddRange([string[]]$args) }
        $null = & "$repository/build.ps1" @With
        $told
    }

    # The manifest of a build with these properties.
    function Get-StagedManifest([string[]] $Properties) {
        $folder = "$TestDrive/$([guid]::NewGuid())/"
        $output = & dotnet msbuild "$repository/src/SparkAzure.PowerShell/SparkAzure.PowerShell.csproj" -nologo -t:StageManifest "-p:StageFolder=$folder" @Properties
        $LASTEXITCODE | Should -Be 0 -Because "$output"
        Import-PowerShellDataFile "$folder/SparkAzure.psd1"
    }
}

Describe 'The staged manifest' {
    It 'names project and license as build.ps1 was told: <Project>' -ForEach @(
        @{ Project = 'https://example.org/spark'; License = $null; Names = 'https://example.org/spark/blob/HEAD/LICENSE' }
        @{ Project = "https://example.org/it's/100%25;a,b/"; License = 'https://example.org/license'; Names = 'https://example.org/license' }
    ) {
        $with = @{ ProjectUri = $Project }
        if ($License) { $with.LicenseUri = $License }
        $properties = Get-BuildArgument $with | Where-Object { $_ -like '-p:*' }
        $manifest = Get-StagedManifest $properties
        $manifest.PrivateData.PSData.ProjectUri | Should -Be $Project
        $manifest.PrivateData.PSData.LicenseUri | Should -Be $Names
        $manifest.CmdletsToExport | Should -Contain 'Publish-SparkImage'
    }

    It 'invents no address' {
        $arguments = Get-BuildArgument @{}
        $arguments | Should -Contain 'build'
        $arguments | Should -Not -Match '^-p:'
        $manifest = Get-StagedManifest
        $manifest.PrivateData.PSData.Keys | Should -Not -Contain 'ProjectUri'
        $manifest.PrivateData.PSData.Keys | Should -Not -Contain 'LicenseUri'
        Get-Content "$env:SPARKAZURE_MODULE/LICENSE" -TotalCount 1 | Should -Be 'MIT License'
    }

    It 'is not made with what is no address' {
        { & "$repository/build.ps1" -ProjectUri 'here' } | Should -Throw '*no address*'
        { & "$repository/build.ps1" -LicenseUri 'https://example.org/license' } | Should -Throw '*-ProjectUri*'
    }
}
