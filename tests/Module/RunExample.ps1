# Runs an example in a pwsh of its own, started by Examples.Tests.ps1: what Azure Automation gives a runbook is played here, the example is as it ships.

param([string] $Example)
$ErrorActionPreference = 'Stop'
$site = $env:SITE | ConvertFrom-Json
$given = $env:ARGUMENTS | ConvertFrom-Json -AsHashtable
Remove-Item Env:SITE, Env:ARGUMENTS
function Get-AutomationVariable([string] $Name) { if ($Name -eq 'SparkArchive') { $site.SparkArchive } else { throw "No variable $Name." } }
function Get-AutomationPSCredential([string] $Name) {
    if ($Name -ne 'DssApiKey') { throw "No credential $Name." }
    [pscredential]::new('dss', (ConvertTo-SecureString $site.DssApiKey -AsPlainText -Force))
}
if ($given.Azure) {
    $given.Azure.AccessToken = ConvertTo-SecureString $site.AccessToken -AsPlainText -Force
    $given.Graph.GraphAccessToken = ConvertTo-SecureString $site.GraphAccessToken -AsPlainText -Force
    $given.RegistryCredential = [pscredential]::new($site.PrivateRegistryUser, (ConvertTo-SecureString $site.PrivateRegistryPassword -AsPlainText -Force))
}
try {
    & $Example @given -WarningAction SilentlyContinue | ForEach-Object {
        "Object: $(@{ Type = $_.GetType().Name; Text = "$_"; Changed = $_.Changed; Planned = $_.Planned; Match = $_.Match } | ConvertTo-Json -Compress)"
    }
}
catch {
    "Failed: $($_.FullyQualifiedErrorId) $_ $($_.ScriptStackTrace)"
}
# proc(5): the 11th field of /proc/PID/stat, counted from behind the program's name, which may hold anything.
$fields = if ($IsLinux) { -split ([IO.File]::ReadAllText("/proc/$PID/stat") -replace '^.*\)') } else { , '0' * 9 }
"Children: $($fields[8])"
