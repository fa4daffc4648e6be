<#
.SYNOPSIS
Makes faults for real on a real cluster, one after another, and says what Invoke-SparkSmokeTest makes of each, and with -Setup Test-SparkAzureSetup: one row a fault.
.DESCRIPTION
By hand, as root, with ../shared beside the checkout, in a pwsh of its own:
    ./tests/Module/Invoke-SparkFault.ps1 -Setup | Format-Table
A row is right where Said is Made, Seconds is below Within, Left is empty, and among Failed is what Check names. The faults stand in SparkFaults.ps1.
#>
[CmdletBinding()]
param(
    [string] $Module = "$PSScriptRoot/../../out/SparkAzure",
    [string] $Version = '2.4.8',
    [string[]] $Cause = '*',
    [string[]] $How = '*',
    [int] $TimeoutSeconds = 90,
    # Whether the checks of Test-SparkAzureSetup are made on each set-up as well.
    [switch] $Setup,
    # No fault is begun within a minute of this.
    [datetimeoffset] $Until = [datetimeoffset]::MaxValue
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/RealSpark.ps1"
. "$PSScriptRoot/RealImage.ps1"
. "$PSScriptRoot/RealCredential.ps1"
if ($reason = Get-RealSparkReason) { throw "Faults cannot be made here: $reason." }
Import-Module $Module
if (-not $env:SPARKAZURE_SANDBOX) { $env:SPARKAZURE_SANDBOX = "$PSScriptRoot/../../src/SparkAzure.Sandbox/bin/Debug/net8.0/SparkAzure.Sandbox.dll" }

$faults = & "$PSScriptRoot/SparkFaults.ps1" | Where-Object { -not $_['Since'] -or [version]$_['Since'] -le $Version } | Where-Object { $made = $_.Cause; $Cause | Where-Object { $made -like $_ } } | Where-Object { $way = "$($_.How)"; @($How | Where-Object { $way -like $_ }).Count }
# Only what the faults need is made. A row has what it has by its key: Keys is also what every table has.
$changed = @($faults | ForEach-Object { $_['Keys'] } | Where-Object { $_ })
$namespaces = @('spark-smoke') + @($changed | ForEach-Object { $_['spark.kubernetes.namespace'] } | Where-Object { $_ -and $_ -ne 'spark-nope' } | Select-Object -Unique)
$isLocked = [bool](($changed.Values -join ' ') -match '\{(basic|bearer)\}')

function New-FaultNamespace($Real) {
    foreach ($name in $namespaces) { New-RealNamespace $Real $name -ForProof | Out-Null }
    if ('spark-quota' -in $namespaces) {
        Invoke-Kubectl delete quota small -n spark-quota --ignore-not-found | Out-Null
        Invoke-Kubectl create quota small -n spark-quota --hard=requests.memory=500Mi | Out-Null
    }
    if ('spark-restricted' -in $namespaces) { Invoke-Kubectl label namespace spark-restricted pod-security.kubernetes.io/enforce=restricted --overwrite | Out-Null }
    $limits = @{ 'spark-limits' = @{ type = 'Container'; max = @{ memory = '500Mi' } }; 'spark-disk' = @{ type = 'Container'; default = @{ 'ephemeral-storage' = '30Mi' } } }
    foreach ($name in $limits.Keys | Where-Object { $_ -in $namespaces }) {
        @{ apiVersion = 'v1'; kind = 'LimitRange'; metadata = @{ name = 'small'; namespace = $name }; spec = @{ limits = @($limits[$name]) } } | ConvertTo-Json -Depth 6 | Set-Content "$($Real.Folder)/$name.json"
        Invoke-Kubectl apply -f "$($Real.Folder)/$name.json" | Out-Null
    }
}

# The job of FaultJob.scala as a jar, by the compiler of the Spark home. Scala 2.12 on Java 17 writes a manifest without a word in it.
function New-FaultJob($Real) {
    $jar = "$($Real.Folder)/fault.jar"
    $classes = New-Item -ItemType Directory "$($Real.Folder)/fault"
    # By a shell, as PowerShell expands the asterisk.
    Invoke-Tool bash -c "'$($Real.Javas[$Version])/bin/java' -cp '$($Real.Homes[$Version])/jars/*' scala.tools.nsc.Main -usejavacp -nowarn -d '$classes' '$PSScriptRoot/FaultJob.scala'" | Out-Null
    $archive = [System.IO.Compression.ZipFile]::Open($jar, 'Create')
    # First, else it is not looked at.
    $manifest = [System.IO.StreamWriter]::new($archive.CreateEntry('META-INF/MANIFEST.MF').Open())
    $manifest.Write("Manifest-Version: 1.0`nMain-Class: FaultJob`n")
    $manifest.Dispose()
    foreach ($class in Get-ChildItem $classes) { $null = [System.IO.Compression.ZipFileExtensions]::CreateEntryFromFile($archive, $class, $class.Name) }
    $archive.Dispose()
    $jar
}

# A script of bash, with what it needs to make a fault.
function Get-FaultScript([string] $Script) {
    $head = 'running() { for i in $(seq 200); do [ "$($KUBECTL get pods -n spark-smoke -l spark-role=executor --no-headers 2>/dev/null | grep -c Running)" -ge 2 ] && return; sleep 0.3; done; }; '
    $values = "CLUSTER='$($real.Cluster)'; KUBECTL='$($real.Cluster) kubectl'; DATA='$($real.Folder)/dss'; "
    $values + $head + (Set-Value $Script)
}

function Set-Value($Text) {
    if ($Text -isnot [string]) { return $Text }
    foreach ($value in $values.GetEnumerator()) { $Text = $Text.Replace($value.Key, $value.Value) }
    $Text
}

function Get-FaultConnection($Fault) {
    if (-not $Fault.Root) { return @{} }
    $properties = @(@{ name = 'fs.azure.abfs.endpoint'; value = $lake.Endpoint }, @{ name = 'fs.azure.always.use.https'; value = 'false' })
    if ($Fault.Key) { $properties += @{ name = "fs.azure.account.key.$($lake.Account).dfs.core.windows.net"; value = $Fault.Key -eq 'right' ? $lake.Key : $Fault.Key } }
    @{ lake = @{ type = 'HDFS'; params = @{ root = $Fault.Root; extraConf = $properties } } }
}

# The data directory of a set-up with the fault.
function New-FaultDss($Fault) {
    $keys = @{}
    foreach ($key in ($Fault['Keys'] ?? @{}).GetEnumerator()) { $keys[$key.Key] = Set-Value $key.Value }
    if ($Fault.Job) { $keys['spark.sparkazure.fault'] = $Fault.Job }
    if ($Fault.Image) { $keys['spark.kubernetes.container.image'] = New-ChangedImage $real $Version $Fault.Image }
    $credential = $kubeConfig
    if ($Fault.Use) {
        $credential = "$kubeConfig.broken"
        Set-Content $credential (& $Fault.Use (Get-Content $kubeConfig -Raw))
        Invoke-Tool chown 1:1 $credential | Out-Null
    }
    New-RealDss $real $Version 'dss' $credential @{ broken = $keys } (Get-FaultConnection $Fault)
}

# The ids of checks that fail, and how long all of them took.
function Test-FaultSetup([string] $Data) {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $checks = Test-SparkAzureSetup $Data -Configuration broken -FromCluster -WarningAction Ignore
    @{ Failed = @(($checks | Where-Object State -EQ Failed).Id); Warned = @(($checks | Where-Object State -EQ Warning).Id); Seconds = [Math]::Round($watch.Elapsed.TotalSeconds, 1); Checks = $checks }
}

$real = Start-RealSpark "/tmp/sparkazure-faults-$PID" $Version
$values = @{ '{registry}' = $real.Server; '{folder}' = $real.Folder; '{java}' = "$($Version -eq '2.4.8' ? 8 : 17)" } + ($isLocked ? (Start-LockedRegistry $real) : @{})
$lake = Start-Lake
try {
    $kubeConfig = New-RealKubeConfig $real "$($real.Folder)/smoke.kubeconfig"
    New-FaultNamespace $real
    $job = if ($faults.Job) { New-FaultJob $real }
    # What this host and its sample of a DSS have against them without any fault.
    $usual = if ($Setup) { Test-FaultSetup (New-FaultDss @{}) }
    foreach ($fault in $faults) {
        if ([datetimeoffset]::UtcNow.AddMinutes(1) -gt $Until) { break }
        $data = New-FaultDss $fault
        $use = @{}
        if ($fault.Root) { $use.Connection = 'lake' }
        if ($fault.Job) { $use.Application = $job }
        $checked = $during = $test = $failure = $null
        if ($fault.Before) { Invoke-Tool bash -c (Get-FaultScript $fault.Before) | Out-Null }
        try {
            if ($fault.During) {
                Set-Content "$($real.Folder)/during.sh" (Get-FaultScript $fault.During)
                $during = Start-Process bash "$($real.Folder)/during.sh" -PassThru -RedirectStandardError "$($real.Folder)/during.log" -RedirectStandardOutput "$($real.Folder)/during.out"
            }
            try { $test = Invoke-SparkSmokeTest broken -DataDirectory $data @use -Path "$($real.Folder)/logs-$($fault.Cause)" -TimeoutSeconds $TimeoutSeconds -WarningAction Ignore }
            catch { $failure = $_ }
            if ($during -and $fault.Cause -ne 'Passed') { $during.Kill($true) }
            if ($during) { $during.WaitForExit() }
            $left = @(foreach ($name in $namespaces) { Get-DriverObject $name })
            if ($Setup) { $checked = Test-FaultSetup $data }
        }
        finally {
            if ($fault.After) { Invoke-Tool bash -c (Get-FaultScript $fault.After) | Out-Null }
        }
        [pscustomobject]@{
            Made    = $fault.Cause
            How     = $fault.How
            Said    = $test.Cause.Id ?? ($test ? "$($test.State)" : $failure.FullyQualifiedErrorId)
            Seconds = $test.CauseAfter ? [Math]::Round($test.CauseAfter.TotalSeconds, 1) : $null
            Within  = $fault.Within ? $fault.Within : 30
            Left    = $left -join ', '
            Check   = $fault.Check -join ', '
            Failed  = ($checked.Failed | Where-Object { $_ -notin $usual.Failed }) -join ', '
            Warned  = ($checked.Warned | Where-Object { $_ -notin $usual.Warned }) -join ', '
            Checked = $checked.Seconds
            Line    = $test.Cause.Line ?? "$failure"
        }
    }
}
finally {
    $lake.Process.Kill()
    foreach ($registry in $real.Locked) { $registry.Kill() }
    foreach ($name in $namespaces) { Invoke-Kubectl delete namespace $name --wait=false --ignore-not-found | Out-Null }
    Stop-RealSpark $real
}
