<#
.SYNOPSIS
Runs one Pester file against the staged module and writes what came of it as JSON.
.DESCRIPTION
'dotnet test' calls this in a fresh pwsh for each file. By hand, after a build, with the Pester of that build or one that is installed:
    ./tests/Module/Invoke-ModuleTest.ps1 -Path ./tests/Module/Import.Tests.ps1
    ./tests/Module/Invoke-ModuleTest.ps1 -Path ./tests/Module/Import.Tests.ps1 -Pester ~/.nuget/packages/pester/6.2.0/tools/Pester.psd1
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Path,
    [string] $Module = "$PSScriptRoot/../../out/SparkAzure",
    [string] $Sandbox = "$PSScriptRoot/../../src/SparkAzure.Sandbox/bin/Debug/net8.0/SparkAzure.Sandbox.dll",
    [string] $Pester = 'Pester',
    [string] $Result
)

$ErrorActionPreference = 'Stop'
Import-Module $Pester -MinimumVersion 5.0

# What the test files find: the module's folder and the program that plays Azure, DSS and a registry.
$env:SPARKAZURE_MODULE = (Resolve-Path -LiteralPath $Module).Path
$env:SPARKAZURE_SANDBOX = (Resolve-Path -LiteralPath $Sandbox).Path

# And how they start this PowerShell once more. Not by this process' path: that is dotnet where PowerShell is a .NET tool, or runs
# as a library because its program is for another system.
$env:DOTNET_ROOT ??= [System.Runtime.InteropServices.RuntimeEnvironment]::GetRuntimeDirectory() | Split-Path | Split-Path | Split-Path
$itself = [Environment]::ProcessPath
if ((Split-Path -LeafBase $itself) -eq 'dotnet') {
    $launcher = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "pwsh-$PID")
    $library = Join-Path $PSHOME 'pwsh.dll'
    if ($IsWindows) {
        $env:SPARKAZURE_PWSH = Join-Path $launcher 'pwsh.cmd'
        Set-Content $env:SPARKAZURE_PWSH "@`"$itself`" `"$library`" %*"
    }
    else {
        $env:SPARKAZURE_PWSH = Join-Path $launcher 'pwsh'
        Set-Content $env:SPARKAZURE_PWSH "#!/bin/sh`nexec '$itself' '$library' `"`$@`""
        chmod u+x $env:SPARKAZURE_PWSH
    }
}
else {
    $env:SPARKAZURE_PWSH = $itself
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
try {
    $run = Invoke-Pester -Configuration $configuration
}
finally {
    if ($launcher) { Remove-Item -Recurse -Force $launcher }
}

# A block or file that failed outside of any test counts as one failure: its tests never ran.
$broken = @($run.FailedBlocks) + @($run.FailedContainers)
function Format-Failure($Records) {
    # Pester's own frames say nothing about the test.
    $Records | ForEach-Object { $_.ToString(); $_.ScriptStackTrace -split "`n" | Where-Object { $_ -notmatch 'Pester\.psm?1|Invoke-ModuleTest' } } | Out-String
}
$failures = @(
    foreach ($test in $run.Failed) {
        @{ Name = $test.ExpandedPath; Message = Format-Failure $test.ErrorRecord }
    }
    foreach ($block in $broken) {
        @{ Name = "$($block.Name)"; Message = Format-Failure $block.ErrorRecord }
    }
)
if ($Result) {
    @{
        PowerShell = "$($PSVersionTable.PSVersion)"
        Passed     = $run.PassedCount
        Failed     = $run.FailedCount + $broken.Count
        Skipped    = $run.SkippedCount
        Failures   = $failures
    } | ConvertTo-Json -Depth 4 | Set-Content -LiteralPath $Result
}
