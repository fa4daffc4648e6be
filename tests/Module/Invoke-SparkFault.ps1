<#
.SYNOPSIS
Makes faults for real on a real cluster, one after another, and says what Invoke-SparkSmokeTest makes of each: one row a fault.
.DESCRIPTION
By hand, as root, with ../shared beside the checkout, in a pwsh of its own:
    ./tests/Module/Invoke-SparkFault.ps1 | Format-Table
A row is right where Said is Made, Seconds is below Within and Left is empty.
#>
[CmdletBinding()]
param(
    [string] $Module = "$PSScriptRoot/../../out/SparkAzure",
    [string] $Version = '2.4.8',
    [string[]] $Cause = '*',
    [int] $TimeoutSeconds = 90,
    # No fault is begun within a minute of this.
    [datetimeoffset] $Until = [datetimeoffset]::MaxValue
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/RealSpark.ps1"
if ($reason = Get-RealSparkReason) { throw "Faults cannot be made here: $reason." }
Import-Module $Module
if (-not $env:SPARKAZURE_SANDBOX) { $env:SPARKAZURE_SANDBOX = "$PSScriptRoot/../../src/SparkAzure.Sandbox/bin/Debug/net8.0/SparkAzure.Sandbox.dll" }

# Keys are those that differ from a configuration with which jobs run; Within is seconds since the driver's start.
$faults = @(
    @{ Cause = 'DriverHostUnresolvable'; Keys = @{ 'spark.driver.host' = 'dss.contoso.internal' } }
    @{ Cause = 'DriverHostLoopback'; Keys = @{ 'spark.driver.host' = '127.0.0.1' } }
    @{ Cause = 'DriverPortRefused'; Keys = @{ 'spark.driver.port' = '40001' }; Rule = 'REJECT' }
    @{ Cause = 'DriverPortDropped'; Keys = @{ 'spark.driver.port' = '40001' }; Rule = 'DROP'; Within = 45 }
    @{ Cause = 'DriverHostUnresolvableHere'; Keys = @{ 'spark.driver.host' = 'dss.nowhere.internal'; 'spark.driver.bindAddress' = $null } }
    @{ Cause = 'ImageNotFound'; Keys = @{ 'spark.kubernetes.container.image' = '{registry}/spark:v999' } }
    @{ Cause = 'RegistryUnreachable'; Keys = @{ 'spark.kubernetes.container.image' = '127.0.0.1:5999/spark:v1' } }
    @{ Cause = 'RegistryHostUnknown'; Keys = @{ 'spark.kubernetes.container.image' = 'nosuch.example.invalid/spark:v1' } }
    @{ Cause = 'ImageNameInvalid'; Keys = @{ 'spark.kubernetes.container.image' = '{registry}/Spark:v1' } }
    @{ Cause = 'ImageEntryPointMissing'; Keys = @{ 'spark.kubernetes.container.image' = '{registry}/base/java:8' } }
    @{ Cause = 'RoleMissing'; Keys = @{ 'spark.kubernetes.namespace' = 'spark-nope' } }
    @{ Cause = 'ServiceAccountMissing'; Keys = @{ 'spark.kubernetes.authenticate.driver.serviceAccountName' = 'nope'; 'spark.kubernetes.authenticate.executor.serviceAccountName' = 'nope' } }
    @{ Cause = 'QuotaExceeded'; Keys = @{ 'spark.kubernetes.namespace' = 'spark-quota' } }
    @{ Cause = 'PodSecurity'; Keys = @{ 'spark.kubernetes.namespace' = 'spark-restricted' } }
    @{ Cause = 'InsufficientCpu'; Keys = @{ 'spark.kubernetes.executor.request.cores' = '64' } }
    @{ Cause = 'InsufficientMemory'; Keys = @{ 'spark.executor.memory' = '512g' } }
    @{ Cause = 'NodeSelectorUnmatched'; Keys = @{ 'spark.kubernetes.node.selector.agentpool' = 'spark' } }
    @{ Cause = 'ExecutorMemoryBelowMinimum'; Keys = @{ 'spark.executor.memory' = '300m' } }
    @{ Cause = 'ApiServerRefused'; Keys = @{ 'spark.master' = 'k8s://https://127.0.0.1:6444' } }
    @{ Cause = 'CredentialRefused'; KubeConfig = 'client-certificate-data: \S+ client-key-data: [^\s}]+', 'token: ended' }
    @{ Cause = 'StorageKeyMissing'; Root = 'abfs://data@lake.dfs.core.windows.net/' }
    @{ Cause = 'StorageKeyWrong'; Root = 'abfs://data@lake.dfs.core.windows.net/'; Key = [Convert]::ToBase64String([byte[]]::new(64)) }
    @{ Cause = 'FileSystemMissing'; Root = 'abfs://none@lake.dfs.core.windows.net/'; Key = 'right' }
)

$real = Start-RealSpark "/tmp/sparkazure-faults-$PID" $Version
$lake = Start-Lake
$namespaces = 'spark-smoke', 'spark-quota', 'spark-restricted'
try {
    $kubeConfig = New-RealKubeConfig $real "$($real.Folder)/smoke.kubeconfig"
    foreach ($name in $namespaces) { New-RealNamespace $real $name -ForProof | Out-Null }
    Invoke-Kubectl delete quota small -n spark-quota --ignore-not-found | Out-Null
    Invoke-Kubectl create quota small -n spark-quota --hard=requests.memory=500Mi | Out-Null
    Invoke-Kubectl label namespace spark-restricted pod-security.kubernetes.io/enforce=restricted --overwrite | Out-Null
    foreach ($fault in $faults | Where-Object { $made = $_.Cause; $Cause | Where-Object { $made -like $_ } }) {
        if ([datetimeoffset]::UtcNow.AddMinutes(1) -gt $Until) { break }
        $keys = @{}
        foreach ($key in ($fault['Keys'] ?? @{}).GetEnumerator()) { $keys[$key.Key] = $key.Value -is [string] ? $key.Value.Replace('{registry}', $real.Server) : $key.Value }
        $credential = $kubeConfig
        if ($fault.KubeConfig) {
            $credential = "$kubeConfig.broken"
            Set-Content $credential ((Get-Content $kubeConfig -Raw) -replace $fault.KubeConfig)
            Invoke-Tool chown 1:1 $credential | Out-Null
        }
        $connections = @{}
        $use = @{}
        if ($fault.Root) {
            $properties = @(@{ name = 'fs.azure.abfs.endpoint'; value = $lake.Endpoint }, @{ name = 'fs.azure.always.use.https'; value = 'false' })
            if ($fault.Key) { $properties += @{ name = "fs.azure.account.key.$($lake.Account).dfs.core.windows.net"; value = $fault.Key -eq 'right' ? $lake.Key : $fault.Key } }
            $connections = @{ lake = @{ type = 'HDFS'; params = @{ root = $fault.Root; extraConf = $properties } } }
            $use = @{ Connection = 'lake' }
        }
        $data = New-RealDss $real $Version 'dss' $credential @{ broken = $keys } $connections
        $blocked = '-i', 'sparkazure0', '-p', 'tcp', '--dport', '40001', '-j', $fault.Rule
        if ($fault.Rule) { Invoke-Tool iptables -I INPUT @blocked | Out-Null }
        try {
            $test = Invoke-SparkSmokeTest broken -DataDirectory $data @use -Path "$($real.Folder)/logs-$($fault.Cause)" -TimeoutSeconds $TimeoutSeconds -WarningAction Ignore
        }
        finally {
            if ($fault.Rule) { Invoke-Tool iptables -D INPUT @blocked | Out-Null }
        }
        [pscustomobject]@{
            Made    = $fault.Cause
            Said    = $test.Cause.Id
            Seconds = $test.CauseAfter ? [Math]::Round($test.CauseAfter.TotalSeconds, 1) : $null
            Within  = $fault.Within ? $fault.Within : 30
            Left    = @(foreach ($name in $namespaces) { Get-DriverObject $name }) -join ', '
            Line    = $test.Cause.Line
        }
    }
}
finally {
    $lake.Process.Kill()
    foreach ($name in $namespaces) { Invoke-Kubectl delete namespace $name --wait=false --ignore-not-found | Out-Null }
    Stop-RealSpark $real
}
