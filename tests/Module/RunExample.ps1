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
# The two cmdlets of the proof, as far as their parameters go: they need a cluster in which pods run. What they are called with is said as an object.
if ($env:PROOF) {
    function Get-Played([string] $Name, $Bound) {
        $values = @{}
        foreach ($parameter in $Bound.GetEnumerator()) { $values[$parameter.Key] = "$($parameter.Value)" }
        $cause = $Name -eq 'Invoke-SparkSmokeTest' ? @{ Id = 'DriverPortRefused' } : $null
        [pscustomobject]@{ Cmdlet = $Name; Bound = $values; Cause = $cause; State = $cause ? 'Failed' : $null }
    }
    foreach ($name in 'Test-SparkAzureSetup', 'Invoke-SparkSmokeTest') {
        $cmdlet = [System.Management.Automation.CommandMetadata]::new((Get-Command $name -Module SparkAzure))
        $play = $name -eq 'Test-SparkAzureSetup' ? '$env:PROOF.Split(" ") | ForEach-Object { [pscustomobject]@{ Id = $_.Split("=")[0]; State = $_.Split("=")[1] } }' : ''
        $binding = [System.Management.Automation.ProxyCommand]::GetCmdletBindingAttribute($cmdlet)
        $parameters = [System.Management.Automation.ProxyCommand]::GetParamBlock($cmdlet)
        Set-Item "Function:$name" "$binding param($parameters) process { Get-Played $name `$PSBoundParameters; $play }"
    }
}
try {
    & $Example @given -WarningAction SilentlyContinue | ForEach-Object {
        "Object: $(@{ Type = $_.GetType().Name; Text = "$_"; Changed = $_.Changed; Planned = $_.Planned; Match = $_.Match; Cmdlet = $_.Cmdlet; Bound = $_.Bound; FailedChecks = $_.FailedChecks; SmokeTest = "$($_.SmokeTest)"; Cause = "$($_.Cause)" } | ConvertTo-Json -Compress)"
    }
}
catch {
    "Failed: $($_.FullyQualifiedErrorId) $_ $($_.ScriptStackTrace)"
}
# proc(5): the 11th field of /proc/PID/stat, counted from behind the program's name, which may hold anything.
$fields = if ($IsLinux) { -split ([IO.File]::ReadAllText("/proc/$PID/stat") -replace '^.*\)') } else { , '0' * 9 }
"Children: $($fields[8])"
