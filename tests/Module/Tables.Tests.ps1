# What people see at a prompt, compared as text with Tables/80.txt and Tables/120.txt: at 80 columns as well nothing is cut off.
# After a change that was meant: SPARKAZURE_TEST_TABLES=write, and read the difference.

BeforeAll {
    Import-Module $env:SPARKAZURE_MODULE
    $PSStyle.OutputRendering = 'PlainText'

    $home1 = '/opt/spark-3.5.9-bin-hadoop3-for-the-data-platform-of-contoso'
    $directory = '/data/dataiku/design-node-of-the-data-platform/dss_data'
    $master = 'k8s://https://spark-prod-dns-4d2fa1b7.hcp.westeurope.azmk8s.io:443'
    $image = 'contosodataplatform.azurecr.io/dataiku/spark-py:dss-1340-spark-359'
    $config = @{ Name = 'default'; DataDirectory = $directory; SparkMaster = $master; Image = $image; Notes = [string[]]('One.', 'Two.') }
    $connection = @{
        Name = 'lake'; Type = 'HDFS'; Generation = 2; Account = 'contosolake'; FileSystem = 'data'; Authentication = 'ClientCredential'
        Root = 'abfss://data@contosolake.dfs.core.windows.net/dataiku'; Notes = [string[]]'One.'
    }
    $hadoop = @{
        DataDirectory = $directory; HadoopVersion = 3; HadoopRelease = '3.2.0'; JarCount = 214; CompanionPath = '/opt/dss/lib'
        LibraryPath = '/opt/dataiku-dss-13.4.0/hadoop-standalone-libs/generic-hadoop3'
    }
    $plan = @(
        [SparkAzure.SparkJarChange]::new('Remove', 'hadoop-common-2.7.3.jar', 'hadoop-common', '2.7.3', 3481234, "Hadoop's own jars of 2.7.3 leave.")
        [SparkAzure.SparkJarChange]::new('Remove', 'hadoop-mapreduce-client-jobclient-2.7.3.jar', 'hadoop-mapreduce-client-jobclient', '2.7.3', 62304, "Hadoop's own jars of 2.7.3 leave.")
        [SparkAzure.SparkJarChange]::new('Add', 'hadoop-common-3.2.0.jar', 'hadoop-common', '3.2.0', 4096123, "Hadoop's own jars of 3.2.0 come.")
        [SparkAzure.SparkJarChange]::new('Add', 'commons-configuration2-2.1.1.jar', 'commons-configuration2', '2.1.1', 616888, 'hadoop-common 3.2.0 calls org.apache.commons.configuration2.Configuration, which no other jar has.')
        [SparkAzure.SparkJarChange]::new('Keep', 'spark-core_2.11-2.4.0.jar', 'spark-core_2.11', '2.4.0', 13486212, 'It is no jar of Hadoop.')
    )
    $update = @{ SparkHome = $home1; SparkVersion = '2.4.0'; HadoopVersion = 3; Plan = [SparkAzure.SparkJarChange[]]$plan; Notes = [string[]]'aws-java-sdk-bundle was left out: no job reads S3.' }

    # Objects as cmdlets that only read return them.
    function Found($Object) {
        $Object.PSObject.TypeNames.Insert(0, "$($Object.GetType().FullName)#Found")
        $Object
    }

    $samples = [ordered]@{
        'Get-DssInstallation'       = { [SparkAzure.DssInstallation]@{ DataDirectory = $directory; Version = '12.6.4'; KitVersion = '13.4.0'; UpgradePending = $true; KitDirectory = '/opt/dss'; NodeType = 'automation'; Owner = 'dataiku'; HadoopIntegration = $true; SparkVersion = '3.5.9'; Notes = [string[]]'One.' } }
        'Get-DssHadoopIntegration'  = { Found ([SparkAzure.DssHadoopIntegration]$hadoop) }
        'Install-DssHadoop'         = { [SparkAzure.DssHadoopIntegration]($hadoop + @{ Changed = $true; RestartRequired = $true }) }
        'Update-SparkJars -WhatIf'  = { [SparkAzure.SparkJarUpdate]($update + @{ Planned = $true }) }
        'Update-SparkJars'          = { [SparkAzure.SparkJarUpdate]($update + @{ Changed = $true; RestorePoint = '20261130T020304005Z' }) }
        'Update-SparkJars, a table' = { [SparkAzure.SparkJarUpdate]($update + @{ Changed = $true; RestorePoint = '20261130T020304005Z' }) | Format-Table }
        'Changes of a plan'         = { ([SparkAzure.SparkJarUpdate]$update).Changes }
        'Get-SparkJarRestorePoint'  = { [SparkAzure.SparkJarRestorePoint]@{ SparkHome = $home1; RestorePoint = '20261130T020304005Z'; Created = [DateTimeOffset]'2026-11-30T02:03:04Z'; Description = 'Before: Replace the jars of Hadoop 2.7.3 by those of 3.2.0'; HadoopRelease = '2.7.3'; Jars = [string[]]('a.jar', 'b.jar') } }
        'Publish-SparkImage'        = { [SparkAzure.SparkImage]@{ Name = 'spark-py'; Registry = 'contosodataplatform.azurecr.io'; Repository = 'dataiku/spark-py'; Tag = 'dss-1340-spark-359'; Digest = "sha256:$('0123456789abcdef' * 4)"; Engine = 'Registry'; BytesUploaded = 123456789; Changed = $true } }
        'Compare-SparkImage'        = { [SparkAzure.SparkImageComparison]@{ Image = $image; Reference = $image; Digest = 'sha256:0'; SparkHome = $home1; JarFolder = '/opt/spark/jars'; Same = 213; Jars = [SparkAzure.SparkJarDifference[]]@([SparkAzure.SparkJarDifference]@{ Name = 'a'; State = 'Missing' }) } }
        'Jars of a comparison'      = { [SparkAzure.SparkJarDifference]@{ Name = 'hadoop-mapreduce-client-jobclient-3.2.0.jar'; State = 'OtherVersion'; Version = '3.2.0'; ImageVersion = '2.7.3' } }
        'Install-DssSpark'          = { [SparkAzure.DssSparkIntegration]@{ DataDirectory = $directory; SparkHome = $home1; SparkVersion = '3.5.9'; RestartRequired = $true } }
        'Get-AksApiServer'          = { [SparkAzure.AksApiServer]@{ ClusterName = 'spark-prod'; Uri = 'https://h'; SparkMaster = $master; Private = $false; KubernetesVersion = '1.34.2'; Source = 'rg' } }
        'Import-AksCredential'      = { [SparkAzure.AksCredential]@{ ClusterName = 'spark-prod'; ResourceGroupName = 'rg'; SubscriptionId = 's'; KubeConfig = '/home/dataiku-of-the-data-platform/.kube/config'; Context = 'spark-prod-west-europe'; Kind = 'ClientCertificate'; Planned = $true } }
        'Grant-AcrPull'             = { [SparkAzure.AcrPullGrant]@{ ClusterName = 'spark-prod'; Registry = 'contosodataplatform.azurecr.io'; RegistryId = 'r'; PrincipalId = 'p'; Role = 'Container Registry Repository Reader'; RoleAssignmentMode = 'm'; Scope = 's'; Changed = $true } }
        'Initialize-SparkNamespace' = { [SparkAzure.SparkNamespace]@{ Namespace = 'spark'; ServiceAccount = 'spark'; KubeConfig = 'k'; Uri = 'https://h'; SparkMaster = $master; Objects = [SparkAzure.SparkNamespaceObject[]]@(foreach ($kind in 'Namespace', 'ServiceAccount', 'Role', 'RoleBinding') { [SparkAzure.SparkNamespaceObject]@{ Kind = $kind; Name = 'sparkazure-spark'; State = 'Created' } }); Changed = $true } }
        'Get-DssSparkConfig'        = { Found ([SparkAzure.DssSparkConfig]$config) }
        'Set-DssSparkConfig'        = { [SparkAzure.DssSparkConfig]($config + @{ Changed = $true; RestartRequired = $true }) }
        'Set-DssSparkConfig planned' = { [SparkAzure.DssSparkConfig]($config + @{ Planned = $true }) }
        'Changes of a configuration' = { [SparkAzure.DssSparkConfigChange]::new('spark.kubernetes.container.image', 'contoso.azurecr.io/spark-py:v1', $image) }
        'Restart-Dss'               = { [SparkAzure.DssService]@{ DataDirectory = $directory; Version = '13.4.0'; State = 'Running'; Uri = 'http://dss.contoso.internal:11200'; Owner = 'dataiku'; Changed = $true } }
        'New-DssEndpoint'           = { [SparkAzure.DssEndpoint]@{ Uri = 'https://dss.contoso.internal:11200'; ApiKey = [securestring]::new() } }
        'Get-AdlsAccessKey'         = { [SparkAzure.AdlsAccessKey]@{ Account = 'contosolake'; KeyName = 'key1'; AccountKey = [securestring]::new(); Newest = $true; CreationTime = [DateTimeOffset]'2026-11-30T02:03:04Z'; SharedKeyAllowed = $true; HierarchicalNamespace = $true; ResourceGroupName = 'rg'; SubscriptionId = 's' } }
        'New-AdlsServicePrincipal'  = { [SparkAzure.AdlsServicePrincipal]@{ DisplayName = 'dss-lake-prod'; ClientId = '01234567-89ab-cdef-0123-456789abcdef'; TenantId = 't'; TokenEndpoint = 'https://h'; Account = 'a'; Role = 'Storage Blob Data Contributor'; Scope = 's'; SecretEnd = [DateTimeOffset]'2027-11-30T02:03:04Z'; Changed = $true } }
        'Get-DssAdlsConnection'     = { Found ([SparkAzure.DssConnection]$connection) }
        'Remove-AksCredential'      = { [SparkAzure.RemovedAksCredential]@{ Context = 'spark-prod'; KubeConfig = '/home/dataiku-of-the-data-platform/.kube/config'; Removed = [string[]]('context spark-prod', 'cluster spark-prod', 'user clusterUser_rg_spark-prod'); Changed = $true } }
        'Uninstall-DssSpark'        = { [SparkAzure.RemovedDssIntegration]@{ DataDirectory = $directory; Integration = 'Spark'; Path = 'bin/env-spark.sh'; Planned = $true } }
        'New-DssAdlsConnection'     = { [SparkAzure.DssConnection]($connection + @{ Changed = $true; RestartRequired = $true }) }
    }

    function Show-Samples([int] $Width) {
        $lines = foreach ($name in $samples.Keys) {
            "== $name"
            (& $samples[$name] | Out-String -Width $Width) -split "`r?`n" | ForEach-Object { $_.TrimEnd() } | Where-Object { $_ }
        }
        ($lines -join "`n") + "`n"
    }
}

Describe 'At <_> columns' -ForEach 80, 120 {
    BeforeAll {
        $shown = Show-Samples $_
        $file = "$PSScriptRoot/Tables/$_.txt"
        if ($env:SPARKAZURE_TEST_TABLES -eq 'write') { [IO.File]::WriteAllText($file, $shown) }
    }

    It 'everything is shown as it was' { $shown | Should -BeExactly ([IO.File]::ReadAllText($file)) }

    It 'nothing is wider, and nothing is cut off' {
        $shown -split "`n" | Where-Object Length -GT $_ | Should -BeNullOrEmpty
        $shown | Should -Not -Match '…|\.\.\.'
    }
}
