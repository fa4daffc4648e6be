# The whole procedure as one script, from the archive to the storage. Run in a pwsh of its own, which trusts the sandbox's certificates and finds
# an account of Azure in its environment; Procedure.Tests.ps1 starts it and reads one line of JSON per station.
param(
    [ValidateSet('Gen1', 'Gen2Key', 'Gen2OAuth')] [string] $Storage,
    [ValidateSet('Files', 'Rest')] [string] $Way,
    [switch] $WhatIf
)

$ErrorActionPreference = 'Stop'
$WarningPreference = 'Ignore'
$site = $env:SITE | ConvertFrom-Json
Import-Module $env:SPARKAZURE_MODULE

function Use-Station {
    $dss = if ($Way -eq 'Files') { @{ DataDirectory = $site.DataDirectory } }
    else { @{ Uri = $site.DssUri; ApiKey = ConvertTo-SecureString $site.DssApiKey -AsPlainText -Force } }
    $azure = @{ TokenSource = 'Environment'; ResourceManagerEndpoint = $site.ResourceManagerEndpoint; Authority = $site.Authority }
    $graph = @{ GraphEndpoint = $site.GraphEndpoint }
    $login = [pscredential]::new($site.PrivateRegistryUser, (ConvertTo-SecureString $site.PrivateRegistryPassword -AsPlainText -Force))
    $hadoopVersion = if ($Storage -eq 'Gen1') { 2 } else { 3 }
    $archive = if ($Storage -eq 'Gen1') { $site.Hadoop2Archive } else { $site.Hadoop3Archive }
    $PSDefaultParameterValues = @{ '*:WhatIf' = [bool]$WhatIf }

    # 3.2 and 4.2: DSS's Hadoop libraries.
    $hadoop = Get-DssInstallation $site.DataDirectory | Install-DssHadoopIntegration -Archive $archive
    $hadoop

    # 3.3 and 4.3: the jars, the Dockerfile, the images.
    $hadoop | Update-SparkJars -SparkHome $site.SparkHome -OutVariable jars
    $jars | Edit-SparkDockerfile -OutVariable dockerfile
    $dockerfile | Publish-SparkImage -Registry $site.PrivateRegistry -Tag dss-spark -Engine Registry -BaseImage $site.PrivateBaseImage -Credential $login -OutVariable images

    # 3.1: the cluster may pull them; who runs DSS may use the cluster; Spark may make pods there.
    $server = Get-AksApiServer -ClusterName $site.ClusterName @azure
    Grant-AcrPull -ClusterName $site.ClusterName -Registry $site.PrivateRegistry @azure @graph
    $server | Import-AksCredential -KubeConfig $site.DssKubeConfig @azure
    if (Test-Path $site.DssKubeConfig) { Initialize-SparkNamespace spark -KubeConfig $site.DssKubeConfig }

    # 3.4 and 4.4: DSS takes Spark, the cluster and the image.
    Install-DssSparkIntegration -DataDirectory $site.DataDirectory -SparkHome $site.SparkHome
    $server | Set-DssSparkConfig @dss -Image $images -HadoopVersion $hadoopVersion -Namespace spark -DriverHost dss.internal.example.com

    # 5: the storage.
    switch ($Storage) {
        Gen1 {
            New-AdlsServicePrincipal dss-lake -Account oldlake -ResourceGroupName $site.ResourceGroupName -Generation 1 @azure @graph -OutVariable principal
            $principal | New-DssAdlsConnection @dss -Name lake -HadoopRelease 2.8.5
        }
        Gen2Key {
            Get-AdlsAccessKey $site.StorageAccount -KeyName key1 @azure | New-DssAdlsConnection @dss -Name lake -FileSystem data -HadoopRelease 3.2.0 -Test
        }
        Gen2OAuth {
            New-AdlsServicePrincipal dss-lake -Account $site.StorageAccount -FileSystem data @azure @graph -OutVariable principal
            $principal | New-DssAdlsConnection @dss -Name lake -HadoopRelease 3.2.0
        }
    }
    Start-Dss -DataDirectory $site.DataDirectory
}

Use-Station | ForEach-Object { [pscustomobject]@{ Type = $_.GetType().Name; Text = "$_"; Changed = $_.Changed; Planned = $_.Planned } | ConvertTo-Json -Compress }
