#Requires -Version 7.4
<#
.SYNOPSIS
Builds, tests or packs SparkAzure.
.DESCRIPTION
Build    builds the solution and stages the module, ready to import, in out/SparkAzure. A Release build also compiles it ahead for Linux
         on x64, where the packages for that can be restored, and says so where not.
Test     runs every test that this machine can run.
Package  builds and packs out/SparkAzure.<version>.zip, to be expanded into a folder of $env:PSModulePath.
Without PowerShell, 'dotnet build -c Release' and 'dotnet test' do the first two.
.PARAMETER ProjectUri
Where this project is published. The staged manifest names it, and the license with it; without it, it names neither.
.PARAMETER LicenseUri
Where the license can be read; LICENSE below ProjectUri, as GitHub and GitLab show it, where this is not given.
.EXAMPLE
./build.ps1
.EXAMPLE
./build.ps1 -Task Test, Package
.EXAMPLE
./build.ps1 -Task Package -ProjectUri https://github.com/owner/SparkAzure
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Package')]
    [string[]] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',

    [ValidateScript({ $_.IsAbsoluteUri -and $_.Scheme -in 'https', 'http' }, ErrorMessage = '{0} is no address of the web.')]
    [uri] $ProjectUri,

    [ValidateScript({ $_.IsAbsoluteUri -and $_.Scheme -in 'https', 'http' }, ErrorMessage = '{0} is no address of the web.')]
    [uri] $LicenseUri
)

$ErrorActionPreference = 'Stop'
$solution = Join-Path $PSScriptRoot 'SparkAzure.PowerShell.sln'
$staged = Join-Path $PSScriptRoot 'out' 'SparkAzure'

if ($LicenseUri -and -not $ProjectUri) { throw '-LicenseUri goes with -ProjectUri.' }
if ($ProjectUri -and -not $LicenseUri) { $LicenseUri = "$($ProjectUri.AbsoluteUri.TrimEnd('/'))/blob/HEAD/LICENSE" }

# MSBuild takes these characters for its own.
function ConvertTo-Property([string] $Name, [uri] $Value) {
    $text = $Value.AbsoluteUri.Replace('%', '%25').Replace(';', '%3B').Replace(',', '%2C')
    "-p:$Name=$text"
}

$properties = @(
    if ($ProjectUri) {
        ConvertTo-Property ProjectUri $ProjectUri
        ConvertTo-Property LicenseUri $LicenseUri
    }
)

function Invoke-DotNet([string] $Verb) {
    & dotnet $Verb $solution --configuration $Configuration @properties
    if ($LASTEXITCODE -ne 0) { throw "dotnet $Verb ended with $LASTEXITCODE." }
}

switch ($Task) {
    'Build' {
        Invoke-DotNet build
        "Staged: $staged"
    }
    'Test' {
        Invoke-DotNet test
    }
    'Package' {
        Invoke-DotNet build
        $version = (Import-PowerShellDataFile (Join-Path $staged 'SparkAzure.psd1')).ModuleVersion
        $package = Join-Path $PSScriptRoot 'out' "SparkAzure.$version.zip"
        Compress-Archive -Path $staged -DestinationPath $package -Force
        "Packed: $package"
    }
}
