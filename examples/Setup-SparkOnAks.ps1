<#
.SYNOPSIS
    The whole set-up: Spark of a DSS host on Azure Kubernetes Service, with a connection to ADLS gen2.

.DESCRIPTION
    Runs the stations of SparkAzure in their order. Stop DSS before, start it after. Every station converges: after a failure, or to see
    whether something has drifted, run the script again with the same parameters. With -WhatIf it changes nothing and returns
    the plan.

    Run it on the DSS host, as the owner of the data directory or as root.

.PARAMETER DataDirectory
    The data directory of DSS.

.PARAMETER Archive
    DSS's archive of Hadoop libraries, of the version of this DSS.

.PARAMETER SparkHome
    The Spark distribution, unpacked where DSS will use it.

.PARAMETER Registry
    The registry for the images: host[:port][/prefix].

.PARAMETER Tag
    The tag of the images. Use a new one for each set of jars.

.PARAMETER RegistryCredential
    The login for the registry; without it that of ~/.docker/config.json.

.PARAMETER BaseImage
    An image that has what the Dockerfile's RUN lines install, or the image spark of an earlier run, of which only the jars are brought up to date. With it
    the images are made without a Docker daemon (engine Registry).

.PARAMETER KubeConfig
    The kubeconfig of the account that runs DSS.

.PARAMETER Context
    The context in it; without it the current one.

.PARAMETER DriverHost
    The name or address under which the pods reach this host (spark.driver.host).

.PARAMETER Account
    The ADLS gen2 storage account; without it no connection is made.

.PARAMETER FileSystem
    Its file system.

.PARAMETER AccountKey
    Its access key. Asked for when it is not given.

.PARAMETER ConnectionName
    The name of the connection in DSS.

.EXAMPLE
    ./Setup-SparkOnAks.ps1 -DataDirectory /data/dss -Archive ./dataiku-dss-hadoop3-standalone-libs-generic-5.1.3.tar.gz `
        -SparkHome /opt/spark-2.4.5-bin-hadoop2.7 -Registry acr.azurecr.io -Tag dss-513-spark-245 -WhatIf

.EXAMPLE
    ./Setup-SparkOnAks.ps1 -DataDirectory /data/dss -Archive ./dataiku-dss-hadoop3-standalone-libs-generic-5.1.3.tar.gz `
        -SparkHome /opt/spark-2.4.5-bin-hadoop2.7 -Registry acr.azurecr.io -Tag dss-513-spark-245 `
        -Account acct -FileSystem data -DriverHost dss.internal.example.com -Verbose
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [string] $DataDirectory,
    [Parameter(Mandatory)] [string] $Archive,
    [Parameter(Mandatory)] [string] $SparkHome,
    [Parameter(Mandatory)] [string] $Registry,
    [Parameter(Mandatory)] [string] $Tag,
    [pscredential] $RegistryCredential,
    [string] $BaseImage,
    [string] $KubeConfig = '~/.kube/config',
    [string] $Context,
    [string] $DriverHost,
    [string] $Account,
    [string] $FileSystem,
    [securestring] $AccountKey,
    [string] $ConnectionName = $Account
)

# The first station that fails ends the script: each one builds on what the one before it did.
$ErrorActionPreference = 'Stop'
if (-not (Get-Module SparkAzure)) {
    Import-Module SparkAzure
}

if ($Account -and -not $FileSystem) {
    throw 'Give -FileSystem together with -Account.'
}
if ($Account -and -not $AccountKey) {
    $AccountKey = Read-Host -AsSecureString "Access key of the storage account '$Account'"
}

# 1. What is here, and what the procedure says of it.
$dss = Get-DssInstallation -DataDirectory $DataDirectory
$dss
$dss.Notes | ForEach-Object { Write-Warning $_ }

# 2. The cluster: asked before anything is changed, because a wrong context is the cheapest mistake to find here.
$cluster = @{ KubeConfig = $KubeConfig }
if ($Context) { $cluster.Context = $Context }
$server = Get-AksApiServer @cluster
$server

# 3. DSS's Hadoop libraries, then Spark with them. The jars must be complete before DSS asks Spark for its version.
$hadoop = $dss | Install-DssHadoopIntegration -Archive $Archive
$hadoop
$jars = $hadoop | Update-SparkJars -SparkHome $SparkHome
$jars
$dss | Install-DssSparkIntegration -SparkHome $SparkHome

# 4. The images, with the same jars.
$dockerfile = $jars | Edit-SparkDockerfile
$dockerfile
$push = @{ Registry = $Registry; Tag = $Tag }
if ($RegistryCredential) { $push.Credential = $RegistryCredential }
if ($BaseImage) { $push.Engine = 'Registry'; $push.BaseImage = $BaseImage }
$images = $dockerfile | Publish-SparkImage @push
$images

# 5. DSS's Spark configuration.
$property = @{}
if ($DriverHost) { $property['spark.driver.host'] = $DriverHost }
$server | Set-DssSparkConfig -DataDirectory $DataDirectory -Image $images -HadoopVersion $hadoop.HadoopVersion -Property $property

# 6. The storage. Gen2 needs Hadoop 3; the cmdlet says so if these libraries are of Hadoop 2.
if ($Account) {
    New-DssAdlsConnection -DataDirectory $DataDirectory -Name $ConnectionName -Account $Account -FileSystem $FileSystem -AccountKey $AccountKey
}
