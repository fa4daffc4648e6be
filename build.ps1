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
.EXAMPLE
./build.ps1
.EXAMPLE
./build.ps1 -Task Test, Package
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Package')]
    [string[]] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'
$solution = Join-Path $PSScriptRoot 'SparkAzure.PowerShell.sln'
$staged = Join-Path $PSScriptRoot 'out' 'SparkAzure'

function Invoke-DotNet([string] $Verb) {
    & dotnet $Verb $solution --configuration $Configuration
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
