# Runs in a pwsh of its own, started by Secret.Tests.ps1, with every stream shown: what it prints is what is searched.

$VerbosePreference = $DebugPreference = 'Continue'
$ErrorActionPreference = 'Continue'
$site = $env:SITE | ConvertFrom-Json
$secret = @{}
($env:PLANTED | ConvertFrom-Json).PSObject.Properties | ForEach-Object { $secret[$_.Name] = ConvertTo-SecureString $_.Value -AsPlainText -Force }
$credential = [pscredential]::new('pusher', $secret.Password)
Remove-Item Env:PLANTED, Env:SITE

Import-Module $env:SPARKAZURE_MODULE -Verbose:$false -Debug:$false
$null = Start-Transcript $env:TRANSCRIPT

$lake = @{ Account = 'acct'; FileSystem = 'data'; AccountKey = $secret.AccountKey }
$calls = @(
    { New-DssAdlsConnection -DataDirectory $site.DataDirectory -Name lake @lake }
    { New-DssAdlsConnection -DataDirectory $site.DataDirectory -Name lake -Account other -FileSystem data -AccountKey $secret.AccountKey }
    { New-DssAdlsConnection -DataDirectory /nowhere -Name lake @lake }
    { New-DssAdlsConnection -DataDirectory $site.DataDirectory -Name old -Account acct -ClientId c -ClientSecret $secret.ClientSecret -TenantId ([guid]::Empty) }
    { New-DssAdlsConnection -Uri $site.DssUri -ApiKey $secret.ApiKey -Name lake @lake }
    { New-DssAdlsConnection -Uri $site.DssUri -ApiKey (ConvertTo-SecureString $site.DssApiKey -AsPlainText -Force) -Name lake @lake }
    { New-DssAdlsConnection -Uri $site.DssUri -ApiKey (ConvertTo-SecureString $site.DssApiKey -AsPlainText -Force) -Name client -Account acct -FileSystem data -ClientId c -ClientSecret $secret.ClientSecret -TenantId t }
    { New-DssAdlsConnection -Uri $site.DssUri -ApiKey (ConvertTo-SecureString $site.DssApiKey -AsPlainText -Force) -Name sas -Account acct -FileSystem data -HadoopRelease 3.4.1 -SasToken $secret.SasToken }
    { New-DssAdlsConnection -DataDirectory $site.DataDirectory -Name untried @lake -Test -StorageEndpoint $site.StorageEndpoint }
    { New-DssAdlsConnection -DataDirectory $site.DataDirectory -Name untried -Account acct -FileSystem data -ClientId c -ClientSecret $secret.ClientSecret -Test -TokenEndpoint "$($site.ResourceManagerEndpoint)t/oauth2/token" }
    { Set-DssAdlsConnection -DataDirectory $site.DataDirectory -Name lake -AccountKey $secret.AccountKey -Force }
    { Set-DssAdlsConnection -Uri $site.DssUri -ApiKey $secret.ApiKey -Name lake -AccountKey $secret.AccountKey }
    { Get-DssAdlsConnection -DataDirectory $site.DataDirectory }
    { Get-DssAdlsConnection -Uri $site.DssUri -ApiKey $secret.ApiKey }
    { Get-AdlsAccessKey $site.StorageAccount -ResourceManagerEndpoint $site.ResourceManagerEndpoint -AccessToken $secret.AccessToken }
    { New-AdlsServicePrincipal p -Account $site.StorageAccount -ResourceManagerEndpoint $site.ResourceManagerEndpoint -AccessToken $secret.AccessToken -GraphEndpoint $site.GraphEndpoint -GraphAccessToken $secret.AccessToken }
    { Set-DssSparkConfig -Uri $site.DssUri -ApiKey $secret.ApiKey -SparkMaster k8s://https://h:443 }
    { Set-DssSparkConfig -DataDirectory $site.DataDirectory -Property @{ 'spark.hadoop.fs.azure.account.key.acct.dfs.core.windows.net' = $secret.AccountKey } }
    { Get-DssSparkConfig -DataDirectory $site.DataDirectory }
    { Get-DssSparkConfig -Uri $site.DssUri -ApiKey $secret.ApiKey }
    { Get-DssSparkConfig -Uri $site.DssUri -ApiKey (ConvertTo-SecureString $site.DssApiKey -AsPlainText -Force) }
    { Remove-DssSparkConfig default -Uri $site.DssUri -ApiKey $secret.ApiKey -Confirm:$false }
    { Get-AksApiServer -ResourceGroupName g -ClusterName c -ResourceManagerEndpoint $site.DssUri -AccessToken $secret.AccessToken }
    { Import-AksCredential c -ResourceGroupName g -KubeConfig "$($site.Folder)/secret.kubeconfig" -ResourceManagerEndpoint $site.DssUri -AccessToken $secret.AccessToken }
    { Grant-AcrPull c r -ResourceGroupName g -ResourceManagerEndpoint $site.DssUri -AccessToken $secret.AccessToken -GraphAccessToken $secret.AccessToken }
    { Publish-SparkImage -SparkHome $site.SparkHome -Registry $site.Registry -Tag t -Engine Registry -BaseImage $site.BaseImage -Credential $credential -Image spark }
)
foreach ($call in $calls) {
    try {
        $result = & $call
        $result
        $result | Format-List * -Force
        $result | ConvertTo-Json -Depth 5
        "$result"
    }
    catch {
        $_
    }
}

$Error | Format-List * -Force
$Error | ForEach-Object { $_.Exception.ToString(); $_.Exception | ConvertTo-Json -Depth 3 -WarningAction Ignore }
"Used $($calls.Count) calls"
$null = Stop-Transcript
