<#
.SYNOPSIS
    A runbook for Azure Automation's cloud sandbox: new images of Spark, and DSS told of them, of the cluster and of the storage.

.DESCRIPTION
    Starts no process and needs no host: it signs in as the Automation account's managed identity, takes Spark as an archive, publishes the
    images without a Docker daemon, and reaches DSS over its REST API. A job that is unloaded starts again from the first line; every
    cmdlet then finds what is done already.

    The Automation account has: the module SparkAzure; the encrypted variable SparkArchive, the address (with its signature) of a tar.gz of
    the DSS host's Spark home, packed there after Update-SparkJars and Edit-SparkDockerfile; the credential DssApiKey, whose password is an API
    key of DSS with admin rights. Its identity has Reader on the cluster, AcrPush on the registry (Container Registry Tasks Contributor for the engine
    AcrTask), and Storage Account Key Operator Service Role on the storage account; to let the nodes pull, also the right to give roles on the registry.

.PARAMETER DssUri
    The address of DSS.
.PARAMETER SubscriptionId
    The subscription of cluster, registry and storage account, by id or name.
.PARAMETER ClusterName
    The cluster.
.PARAMETER Registry
    The registry for the images: host[:port][/prefix].
.PARAMETER Tag
    The tag of the images. Use a new one for each set of jars.
.PARAMETER Engine
    Registry publishes from here; AcrTask has Azure build, which also carries out the Dockerfile's RUN lines.
.PARAMETER BaseImage
    For the engine Registry: an image that has what those lines install, or the image spark of an earlier run.
.PARAMETER HadoopVersion
    The line of DSS's Hadoop libraries in the archive: 2 or 3.
.PARAMETER Account
    The ADLS gen2 storage account.
.PARAMETER FileSystem
    Its file system.
.PARAMETER Rehearse
    Changes nothing, and returns the plan: a runbook has no -WhatIf.
.PARAMETER ResourceManagerEndpoint
    The address of Azure Resource Manager, where it is not that of the public cloud.
.PARAMETER ModuleVersion
    The version of SparkAzure: a sandbox may hold another one of an earlier job.
#>
param(
    [Parameter(Mandatory)] [string] $DssUri,
    [Parameter(Mandatory)] [string] $SubscriptionId,
    [Parameter(Mandatory)] [string] $ClusterName,
    [Parameter(Mandatory)] [string] $Registry,
    [Parameter(Mandatory)] [string] $Tag,
    [ValidateSet('Registry', 'AcrTask')] [string] $Engine = 'Registry',
    [string] $BaseImage,
    [int] $HadoopVersion = 3,
    [Parameter(Mandatory)] [string] $Account,
    [Parameter(Mandatory)] [string] $FileSystem,
    [bool] $Rehearse,
    [string] $ResourceManagerEndpoint,
    [string] $ModuleVersion = '0.1.0'
)

# Without Stop a job goes on after an error and ends as Completed. Progress is nothing for a job's streams.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module SparkAzure -RequiredVersion $ModuleVersion -ErrorAction Stop
$WhatIfPreference = $Rehearse

$azure = @{ TokenSource = 'ManagedIdentity'; SubscriptionId = $SubscriptionId }
if ($ResourceManagerEndpoint) { $azure.ResourceManagerEndpoint = $ResourceManagerEndpoint }
$dss = @{ Uri = $DssUri; ApiKey = (Get-AutomationPSCredential -Name 'DssApiKey').Password }

# 1. The cluster, before anything else: it costs one question.
$server = Get-AksApiServer -ClusterName $ClusterName @azure -ErrorAction Stop
$server

# 2. Spark, unpacked as it comes: a sandbox has 400 MB of memory and 1 GB of disk.
$folder = Join-Path ([IO.Path]::GetTempPath()) "spark-$([guid]::NewGuid())"
$null = New-Item $folder -ItemType Directory -WhatIf:$false
try {
    $http = [Net.Http.HttpClient]::new()
    $body = $http.GetStreamAsync([uri](Get-AutomationVariable -Name 'SparkArchive')).GetAwaiter().GetResult()
    $tar = [IO.Compression.GZipStream]::new($body, [IO.Compression.CompressionMode]::Decompress)
    try { [Formats.Tar.TarFile]::ExtractToDirectory($tar, $folder, $false) }
    finally { $tar.Dispose(); $http.Dispose() }
    $sparkHome = (Get-ChildItem $folder -Directory)[0].FullName

    # 3. The images; and that they have the driver's jars is read from the registry.
    $push = @{ SparkHome = $sparkHome; Registry = $Registry; Tag = $Tag; Engine = $Engine }
    if ($BaseImage) { $push.BaseImage = $BaseImage }
    $images = Publish-SparkImage @push @azure -ErrorAction Stop
    $images
    if (-not $Rehearse) { $images | Compare-SparkImage -SparkHome $sparkHome -TokenSource ManagedIdentity -ErrorAction Stop }
}
finally {
    Remove-Item $folder -Recurse -Force -WhatIf:$false
}

# 4. The cluster's nodes may pull them.
$server | Grant-AcrPull -Registry $Registry.Split('/')[0] @azure -ErrorAction Stop

# 5. DSS, over its API.
$server | Set-DssSparkConfig @dss -Image $images -HadoopVersion $HadoopVersion -ErrorAction Stop
Get-AdlsAccessKey $Account -KeyName key1 @azure -ErrorAction Stop | New-DssAdlsConnection @dss -Name $Account -FileSystem $FileSystem -ErrorAction Stop

# 6. The proof is made on the DSS host, as the account of DSS or as root; a sandbox has neither its files nor its way to the cluster:
#    Get-DssInstallation /data/dss | Test-SparkAzureSetup -FromCluster, and then | Invoke-SparkSmokeTest default
