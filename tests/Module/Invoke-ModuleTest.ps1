<#
.SYNOPSIS
Runs one Pester file against the staged module and writes what came of it as JSON.
.DESCRIPTION
'dotnet test' calls this in a fresh pwsh for each file, with the Pester that the build brings. By hand, in any pwsh that has
Pester 5 or newer:
    ./tests/Module/Invoke-ModuleTest.ps1 -Path ./tests/Module/Import.Tests.ps1
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Path,
    [string] $Module = "$PSScriptRoot/../../out/SparkAzure",
    [string] $Sandbox = "$PSScriptRoot/../../src/SparkAzure.Sandbox/bin/Debug/net8.0/SparkAzure.Sandbox.dll",
    [string] $Pester,
    [string] $Result
)

$ErrorActionPreference = 'Stop'
if ($Pester) { Import-Module $Pester }
else { Import-Module Pester -MinimumVersion 5.0 }

# What the test files find: the module's folder and the program that plays Azure, DSS and a registry.
$env:SPARKAZURE_MODULE = (Resolve-Path -LiteralPath $Module).Path
$env:SPARKAZURE_SANDBOX = (Resolve-Path -LiteralPath $Sandbox).Path

# What is kept of a DSS over REST goes into the account's state folder: not into that of whoever tests.
$env:XDG_STATE_HOME = Join-Path ([IO.Path]::GetTempPath()) "sparkazure-state-$PID"

$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$run = Invoke-Pester -Configuration $configuration
Remove-Item -LiteralPath $env:XDG_STATE_HOME -Recurse -Force -ErrorAction Ignore

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
        Passed   = $run.PassedCount
        Failed   = $run.FailedCount + $broken.Count
        Skipped  = $run.SkippedCount
        Failures = $failures
    } | ConvertTo-Json -Depth 4 | Set-Content -LiteralPath $Result
}
