# Runs in a pwsh of its own, started by Secret.Tests.ps1, with every stream shown: what it prints is what is searched.

$VerbosePreference = $DebugPreference = 'Continue'
$ErrorActionPreference = 'Continue'
$site = $env:SITE | ConvertFrom-Json
$secret = @{}
($env:PLANTED | ConvertFrom-Json).PSObject.Properties | ForEach-Object { $secret[$_.Name] = ConvertTo-SecureString $_.Value -AsPlainText -Force }
Remove-Item Env:PLANTED, Env:SITE

Import-Module $env:SPARKAZURE_MODULE -Verbose:$false -Debug:$false
$null = Start-Transcript $env:TRANSCRIPT

# Each cmdlet with secrets that are right and with ones that are wrong.
$files = @{ DataDirectory = $site.DataDirectory }
$rest = @{ Uri = $site.DssUri; ApiKey = $secret.DssApiKey }
$refused = @{ Uri = $site.DssUri; ApiKey = $secret.ApiKey }
$azure = @{ ResourceManagerEndpoint = $site.ResourceManagerEndpoint; AccessToken = $secret.RightAccessToken }
$strange = @{ ResourceManagerEndpoint = $site.ResourceManagerEndpoint; AccessToken = $secret.AccessToken }
$graph = @{ GraphEndpoint = $site.GraphEndpoint; GraphAccessToken = $secret.RightGraphToken }
$strangeGraph = @{ GraphEndpoint = $site.GraphEndpoint; GraphAccessToken = $secret.GraphToken }
$image = @{ SparkHome = $site.SparkHome; Tag = 't'; Engine = 'Registry'; Image = 'spark' }
$login = @{ Credential = [pscredential]::new($site.PrivateRegistryUser, $secret.RegistryPassword) }
$wrongLogin = @{ Credential = [pscredential]::new($site.PrivateRegistryUser, $secret.Password) }
$lake = @{ Account = 'acct'; FileSystem = 'data'; AccountKey = $secret.AccountKey }
$client = @{ Account = 'acct'; FileSystem = 'data'; ClientId = 'c'; ClientSecret = $secret.ClientSecret }
$keyProperty = @{ 'spark.hadoop.fs.azure.account.key.acct.dfs.core.windows.net' = $secret.AccountKey }
$kubeConfig = "$($site.Folder)/secret.kubeconfig"

$calls = @(
    { New-DssAdlsConnection @files -Name lake @lake -WhatIf }
    { New-DssAdlsConnection @files -Name lake @lake }
    { New-DssAdlsConnection @files -Name lake -Account other -FileSystem data -AccountKey $secret.AccountKey }
    { New-DssAdlsConnection -DataDirectory /nowhere -Name lake @lake }
    { New-DssAdlsConnection @files -Name old -Account acct -ClientId c -ClientSecret $secret.ClientSecret -TenantId contoso.com }
    { New-DssAdlsConnection @refused -Name lake @lake }
    { New-DssAdlsConnection @rest -Name lake @lake }
    { New-DssAdlsConnection @rest -Name client @client -TenantId contoso.com }
    { New-DssAdlsConnection @rest -Name sas -Account acct -FileSystem data -HadoopRelease 3.4.1 -SasToken $secret.SasToken }
    { New-DssAdlsConnection @files -Name untried @lake -Test -StorageEndpoint $site.StorageEndpoint }
    { New-DssAdlsConnection @files -Name untried @client -Test -TokenEndpoint "$($site.ResourceManagerEndpoint)t/oauth2/token" }
    { New-DssAdlsConnection @files -Name untried -Account $site.StorageAccount -FileSystem data -HadoopRelease 3.4.1 -SasToken $secret.SasToken -Test -StorageEndpoint $site.StorageEndpoint }
    { Set-DssAdlsConnection @files -Name lake -AccountKey $secret.AccountKey -Force }
    { Set-DssAdlsConnection @refused -Name lake -AccountKey $secret.AccountKey }
    { Get-DssAdlsConnection @files }
    { Get-DssAdlsConnection @rest }
    { Get-DssAdlsConnection @refused }
    { New-DssEndpoint @rest -OutVariable endpoint; $endpoint | Get-DssAdlsConnection; $endpoint | Get-DssSparkConfig }
    { New-DssEndpoint @refused | Get-DssSparkConfig }
    { New-DssEndpoint http://dss.example.com -ApiKey $secret.ApiKey }
    { Get-AdlsAccessKey $site.StorageAccount @strange }
    { Get-AdlsAccessKey $site.StorageAccount @azure }
    { Get-AdlsAccessKey $site.StorageAccount -KeyName key1 @azure | New-DssAdlsConnection @files -Name tested -FileSystem data -Test }
    { New-AdlsServicePrincipal p -Account $site.StorageAccount -FileSystem data @strange @strangeGraph }
    { New-AdlsServicePrincipal p -Account $site.StorageAccount -FileSystem data @azure @strangeGraph }
    { New-AdlsServicePrincipal p -Account $site.StorageAccount -FileSystem data @azure @graph -OutVariable principal; $principal | New-DssAdlsConnection @files -Name principal }
    { Remove-DssAdlsConnection @files -Name principal -Confirm:$false -OutVariable removed }
    { Restore-DssAdlsConnection @files $removed.RestorePoint }
    { Remove-DssAdlsConnection @refused -Name lake -Confirm:$false }
    { Restore-DssAdlsConnection @refused $removed.RestorePoint }
    { Restore-DssAdlsConnection @rest $removed.RestorePoint }
    { Remove-DssAdlsConnection @rest -Name client -Confirm:$false }
    { Remove-AdlsServicePrincipal p -Account $site.StorageAccount @strange @strangeGraph -Confirm:$false }
    { Remove-AdlsServicePrincipal p -Account $site.StorageAccount @azure @strangeGraph -Confirm:$false }
    { Remove-AdlsServicePrincipal p -Account $site.StorageAccount @azure @graph -Confirm:$false }
    { Set-DssSparkConfig @refused -SparkMaster k8s://https://h:443 }
    { Set-DssSparkConfig @rest -SparkMaster k8s://https://h:443 }
    { Set-DssSparkConfig @files -Property $keyProperty }
    { Set-DssSparkConfig @files -Name extra -Create -Property $keyProperty }
    { Set-DssSparkConfig @files -Name extra -ExecutorMemory 3g -OutVariable set }
    { Restore-DssSparkConfig @files $set.BackupPath }
    { Set-DssSparkConfig @rest -Name extra -ExecutorMemory 4g -BackupPath "$($site.Folder)/rest.backup" }
    { Restore-DssSparkConfig @refused "$($site.Folder)/rest.backup" }
    { Restore-DssSparkConfig @rest "$($site.Folder)/rest.backup" }
    { Get-DssSparkConfig @files }
    { Get-DssSparkConfig @refused }
    { Get-DssSparkConfig @rest }
    { Remove-DssSparkConfig extra @files -BackupPath "$($site.Folder)/extra.backup" -Confirm:$false }
    { Remove-DssSparkConfig default @refused -Confirm:$false }
    { Remove-DssSparkConfig sample-yarn-config @rest -Confirm:$false }
    { Get-AksApiServer -ClusterName $site.ClusterName @azure }
    { Get-AksApiServer -ClusterName $site.ClusterName @strange }
    { Import-AksCredential $site.ClusterName -KubeConfig $kubeConfig @strange }
    { Import-AksCredential $site.ClusterName -KubeConfig $kubeConfig @azure }
    { Initialize-SparkNamespace jobs -KubeConfig $kubeConfig }
    { Set-Content "$kubeConfig.stale" ((Get-Content $kubeConfig -Raw) -replace '(?<=token: )\S+', (ConvertFrom-SecureString $secret.KubeToken -AsPlainText)); Initialize-SparkNamespace jobs -KubeConfig "$kubeConfig.stale" }
    { Grant-AcrPull $site.ClusterName dataplatform @strange @strangeGraph }
    { Grant-AcrPull $site.ClusterName dataplatform @azure @graph }
    { Revoke-AcrPull $site.ClusterName dataplatform @strange @strangeGraph }
    { Revoke-AcrPull $site.ClusterName dataplatform @azure @graph }
    { Remove-SparkNamespace jobs -KubeConfig $kubeConfig -IncludeNamespace -Confirm:$false }
    { Remove-SparkNamespace jobs -KubeConfig "$kubeConfig.stale" -Confirm:$false }
    { Remove-AksCredential sandbox -KubeConfig "$kubeConfig.stale" -Confirm:$false -WarningAction SilentlyContinue }
    { Publish-SparkImage @image -Registry $site.Registry -BaseImage $site.BaseImage @wrongLogin }
    { Publish-SparkImage @image -Registry $site.PrivateRegistry -BaseImage "$($site.PrivateRegistry)/base/jre:8-alpine" @wrongLogin }
    { Publish-SparkImage @image -Registry $site.PrivateRegistry -BaseImage "$($site.PrivateRegistry)/base/jre:8-alpine" @login }
    { Publish-SparkImage @image -Registry $site.Registry -BaseImage $site.BaseImage @strange }
    { Compare-SparkImage "$($site.PrivateRegistry)/spark:t" $site.SparkHome @login }
    { Compare-SparkImage "$($site.PrivateRegistry)/spark:t" $site.SparkHome @wrongLogin }
    { Test-SparkAzureSetup @files -Check 'AgreementImage' -Registry $site.PrivateRegistry -RegistryCredential $login.Credential }
    { Test-SparkAzureSetup @files -Check 'AgreementImage' -Registry $site.PrivateRegistry -RegistryCredential $wrongLogin.Credential }
    { Test-SparkAzureSetup /nowhere -Registry $site.PrivateRegistry -RegistryCredential $wrongLogin.Credential }
    { Invoke-SparkSmokeTest @files -Connection lake -ConnectionSecret $secret.AccountKey }
    { Invoke-SparkSmokeTest -DataDirectory /nowhere -Connection lake -ConnectionSecret $secret.AccountKey }
)
foreach ($call in $calls) {
    $name = $call.Ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true).GetCommandName().Where({ Get-Command $_ -Module SparkAzure -ErrorAction Ignore })[0]
    $before = $Error.Count
    try {
        # In this scope, so that a call finds what the one before it kept.
        $result = . $call
        $result
        $result | Format-List * -Force
        $result | ConvertTo-Json -Depth 5
        "$result"
        # What Azure made is a secret as well, and only these objects know it.
        foreach ($made in $result.AccountKey, $result.ClientSecret) {
            $made | Where-Object { $_ -is [securestring] } | ForEach-Object { ConvertFrom-SecureString $_ -AsPlainText } | Add-Content $env:LEARNED
        }
    }
    catch {
        $_
    }
    "Outcome: $name $(if ($Error.Count -gt $before) { $Error[0].FullyQualifiedErrorId -replace ',.*' } else { 'done' })"
}

$Error | Format-List * -Force
$Error | ForEach-Object { $_.Exception.ToString(); $_.Exception | ConvertTo-Json -Depth 3 -WarningAction Ignore }
"Used $($calls.Count) calls"
$null = Stop-Transcript
