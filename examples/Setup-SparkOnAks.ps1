<#
.SYNOPSIS
    The whole set-up: Spark of a DSS host on Azure Kubernetes Service, with a connection to ADLS.

.DESCRIPTION
    Runs the stations of SparkAzure in their order. Every station converges: after a failure, or to see whether something has drifted, run
    the script again with the same parameters. With -WhatIf it changes nothing and returns the plan. The last object sums up the others.

    Run it on the DSS host, as the owner of the data directory or as root. DSS is restarted where it runs and its files change, and started where it does not run.

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
.PARAMETER Engine
    What builds the images: Auto takes a Docker daemon, Azure, or neither, as this host can.
.PARAMETER BaseImage
    For the engine Registry: an image that has what the Dockerfile's RUN lines install, or the image spark of an earlier run.
.PARAMETER RegistryCredential
    The login for the registry; without it that of docker, or of Azure.
.PARAMETER ClusterName
    The cluster, in Azure: its credential goes into -KubeConfig, and its nodes are allowed to pull. Without it the kubeconfig must know the cluster.
.PARAMETER KubeConfig
    The kubeconfig of the account that runs DSS. Without it ~/.kube/config of that account with -ClusterName, else this account's own.
.PARAMETER Context
    Without -ClusterName: the context in it that is meant; without it the current one.
.PARAMETER Namespace
    The namespace for Spark's pods.
.PARAMETER DriverHost
    The name or address under which the pods reach this host (spark.driver.host).
.PARAMETER PythonVersion
    The Python of the executors, 2 or 3. Spark 2.4 starts Python 2 where nothing is said, and later ones than 3.0 have no choice.
.PARAMETER Account
    The storage account; without it no connection is made.
.PARAMETER ResourceGroupName
    Its resource group; only gen1 needs it.
.PARAMETER FileSystem
    Its file system (gen2).
.PARAMETER Storage
    How DSS signs in there: Key (gen2, the access key), OAuth (gen2, a service principal made for it), Gen1 (a service principal).
.PARAMETER ConnectionName
    The name of the connection in DSS, and of the service principal's application.
.PARAMETER Azure
    As whom and where Azure is asked, for every cmdlet that does, such as @{ TokenSource = 'ManagedIdentity'; SubscriptionId = 'Data platform' }.
.PARAMETER Graph
    The same for Microsoft Graph, such as @{ GraphAccessToken = $token }.

.PARAMETER ReaderGroup
    The groups of DSS whose jobs read the storage themselves; jobs of others go through DSS in one partition.
.PARAMETER Proof
    Ends with the proof: every prerequisite is looked at, also from inside the cluster, and where none has failed a real Spark job runs as DSS would start it.

.EXAMPLE
    ./Setup-SparkOnAks.ps1 -DataDirectory /data/dss -Archive ./dataiku-dss-hadoop3-standalone-libs-generic-5.1.3.tar.gz `
        -SparkHome /opt/spark-2.4.5-bin-hadoop2.7 -Registry acr.azurecr.io -Tag dss-513-spark-245 -KubeConfig ~/.kube/config -WhatIf

.EXAMPLE
    ./Setup-SparkOnAks.ps1 -DataDirectory /data/dss -Archive ./dataiku-dss-hadoop3-standalone-libs-generic-5.1.3.tar.gz `
        -SparkHome /opt/spark-2.4.5-bin-hadoop2.7 -Registry acr.azurecr.io -Tag dss-513-spark-245 -ClusterName spark-prod `
        -DriverHost dss.internal.example.com -Account acct -FileSystem data -Storage OAuth -Verbose
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [string] $DataDirectory,
    [Parameter(Mandatory)] [string] $Archive,
    [Parameter(Mandatory)] [string] $SparkHome,
    [Parameter(Mandatory)] [string] $Registry,
    [Parameter(Mandatory)] [string] $Tag,
    [ValidateSet('Auto', 'Docker', 'Registry', 'AcrTask')] [string] $Engine = 'Auto',
    [string] $BaseImage,
    [pscredential] $RegistryCredential,
    [string] $ClusterName,
    [string] $KubeConfig,
    [string] $Context,
    [string] $Namespace = 'spark',
    [string] $DriverHost,
    [ValidateSet(2, 3)] [Nullable[int]] $PythonVersion,
    [string] $Account,
    [string] $ResourceGroupName,
    [string] $FileSystem,
    [ValidateSet('Key', 'OAuth', 'Gen1')] [string] $Storage = 'Key',
    [string] $ConnectionName = $Account,
    [string[]] $ReaderGroup,
    [hashtable] $Azure = @{},
    [hashtable] $Graph = @{},
    [switch] $Proof
)

# The first station that fails ends the script: each one builds on what the one before it did.
$ErrorActionPreference = 'Stop'
if (-not (Get-Module SparkAzure)) { Import-Module SparkAzure }
if ($Account -and -not $FileSystem -and $Storage -ne 'Gen1') { throw 'Give -FileSystem together with -Account.' }

# Each station returns what it did, and all of that passes through.
. {
    [CmdletBinding()] param()

    # 1. What is here, and what the procedure says of it.
    $dss = Get-DssInstallation -DataDirectory $DataDirectory
    $dss
    $dss.Notes | ForEach-Object { Write-Warning $_ }

    # 2. The cluster: asked before anything is changed, because a wrong one is the cheapest mistake to find here.
    $file = if ($KubeConfig) { @{ KubeConfig = $KubeConfig } } else { @{} }
    $kube = $file.Clone()
    if ($Context) { $kube.Context = $Context }
    $server = if ($ClusterName) { Get-AksApiServer -ClusterName $ClusterName @Azure } else { Get-AksApiServer @kube }
    $server

    # 3. DSS's Hadoop libraries, then Spark with them. The jars must be complete before DSS asks Spark for its version.
    $hadoop = $dss | Install-DssHadoopIntegration -Archive $Archive
    $hadoop
    $jars = $hadoop | Update-SparkJars -SparkHome $SparkHome
    $jars
    $dss | Install-DssSparkIntegration -SparkHome $SparkHome

    # 4. The images, with the same jars; that they have them is read from the registry.
    $dockerfile = $jars | Edit-SparkDockerfile
    $dockerfile
    $login = if ($RegistryCredential) { @{ Credential = $RegistryCredential } } else { @{} }
    $push = @{ Registry = $Registry; Tag = $Tag; Engine = $Engine }
    if ($BaseImage) { $push.BaseImage = $BaseImage }
    $images = $dockerfile | Publish-SparkImage @push @login
    $images
    if (-not $WhatIfPreference) { $images | Compare-SparkImage -SparkHome $SparkHome @login }

    # 5. In the cluster: nodes may pull, the account that runs DSS may sign in, Spark may make pods.
    if ($ClusterName) {
        $server | Grant-AcrPull -Registry $Registry.Split('/')[0] @Azure @Graph
        # Root would write its own, which DSS cannot read.
        $whose = if ($KubeConfig) { $file } else { @{ User = $dss.Owner } }
        $credential = $server | Import-AksCredential @whose @Azure
        $credential
        $kube = @{ AksCredential = $credential }
    }
    Initialize-SparkNamespace $Namespace @kube

    # 6. DSS's Spark configuration.
    $driver = if ($DriverHost) { @{ DriverHost = $DriverHost } } else { @{} }
    if ($PythonVersion) { $driver.PythonVersion = $PythonVersion }
    $server | Set-DssSparkConfig -DataDirectory $DataDirectory -Image $images -HadoopVersion $hadoop.HadoopVersion -Namespace $Namespace @driver -Restart

    # 7. The storage. The secret never is text.
    if ($Account) {
        $principal = @{ DisplayName = $ConnectionName; Account = $Account }
        $connection = @{ DataDirectory = $DataDirectory; Name = $ConnectionName; Restart = $true }
        if ($ReaderGroup) { $connection.DetailsAllowedGroup = $ReaderGroup }
        switch ($Storage) {
            Key { Get-AdlsAccessKey $Account -KeyName key1 @Azure | New-DssAdlsConnection @connection -FileSystem $FileSystem }
            OAuth { New-AdlsServicePrincipal @principal -FileSystem $FileSystem @Azure @Graph | New-DssAdlsConnection @connection }
            Gen1 { New-AdlsServicePrincipal @principal -ResourceGroupName $ResourceGroupName -Generation 1 @Azure @Graph | New-DssAdlsConnection @connection }
        }
    }

    # 8. DSS, where it was stopped: it reads its files as it starts.
    $dss | Start-Dss

    # 9. The proof. A rehearsal has nothing to look at yet.
    if ($Proof -and -not $WhatIfPreference) {
        $cluster = if ($ClusterName) { @{ ClusterName = $ClusterName } } else { @{} }
        $dss = Get-DssInstallation -DataDirectory $DataDirectory
        $checks = $dss | Test-SparkAzureSetup @file -FromCluster @cluster @Azure
        $checks
        if (-not ($checks | Where-Object State -EQ Failed)) {
            $test = $dss | Invoke-SparkSmokeTest default @file
            $test
        }
    }
} -OutVariable returned

# All of it in one object, which comes last.
[pscustomobject]@{
    PSTypeName      = 'SparkOnAksSetup'
    DataDirectory   = $dss.DataDirectory
    SparkHome       = $SparkHome
    SparkMaster     = $server.SparkMaster
    Image           = $images.Reference
    Connection      = if ($Account) { $ConnectionName }
    Changed         = $returned.Changed -contains $true
    Planned         = $returned.Planned -contains $true
    RestartRequired = $returned.RestartRequired -contains $true -and -not ($returned | Where-Object { $_ -is [SparkAzure.DssService] -and $_.Changed })
    Stations        = @($returned | Where-Object { $null -ne $_.Changed } | Group-Object { $_.GetType().Name } | ForEach-Object {
            "$($_.Name): $(if ($_.Group.Planned -contains $true) { 'planned' } elseif ($_.Group.Changed -contains $true) { 'changed' } else { 'as it was' })"
        })
    Notes           = @($returned.Notes | Where-Object { $_ } | Select-Object -Unique)
    FailedChecks    = @($checks | Where-Object State -EQ Failed).Id
    SmokeTest       = $test.State
    Cause           = $test.Cause.Id
}
