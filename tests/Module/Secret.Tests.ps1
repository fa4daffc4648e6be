# Secrets are planted in every parameter that takes one, under success and failure, and searched for wherever they could come out.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    $site = Start-SampleSite "$TestDrive/site"
    $secrets = @{
        AccountKey   = [Convert]::ToBase64String([byte[]](101..164))
        ClientSecret = 'planted~client+secret/8d2e'
        ApiKey       = 'planted-api-key-77b1'
        AccessToken  = 'planted.access.token-19ac'
        GraphToken   = 'planted.graph.token-3b7f'
        Password     = 'planted+pass/word-5e60'
        KubeToken    = 'planted-kube-token-90aa'
        SasToken     = 'sv=2021-06-08&sr=c&sp=rl&se=2999-01-01&sig=planted%2Bsas%2F4c1d'
        DssApiKey        = $site.DssApiKey
        RightAccessToken = $site.AccessToken
        RightGraphToken  = $site.GraphAccessToken
        RegistryPassword = $site.PrivateRegistryPassword
    }
    function Find-Secret([string[]] $Text, [string] $Where) {
        foreach ($form in $forms) {
            foreach ($line in $Text) { if ($line.Contains($form)) { "$Where`: $line" } }
        }
    }

    # What other users could see of this machine's processes while the cmdlets run.
    $seen = [System.Collections.Concurrent.ConcurrentDictionary[string, int]]::new()
    $watcher = Start-ThreadJob {
        while ($true) {
            foreach ($folder in [IO.Directory]::GetDirectories('/proc')) {
                try { $null = ($using:seen).TryAdd([IO.File]::ReadAllText("$folder/cmdline"), 0) } catch { }
            }
            Start-Sleep -Milliseconds 20
        }
    }

    $env:PLANTED = $secrets | ConvertTo-Json -Compress
    $env:SITE = $site | Select-Object * -ExcludeProperty Process | ConvertTo-Json -Compress
    $env:TRANSCRIPT = "$TestDrive/transcript.txt"
    $env:LEARNED = New-Item "$TestDrive/learned"
    $env:XDG_CACHE_HOME = "$TestDrive/cache"
    $env:SSL_CERT_FILE = $site.CertificateAuthority
    $output = & $pwsh @pwshArguments -NoProfile -NonInteractive -File "$PSScriptRoot/UseSecrets.ps1" *>&1 | ForEach-Object ToString
    $env:PLANTED = $env:SITE = $env:TRANSCRIPT = $env:LEARNED = $env:XDG_CACHE_HOME = $env:SSL_CERT_FILE = $null
    $watcher | Stop-Job -PassThru | Remove-Job -Force

    # Besides what was planted: what Azure made, and the cluster's own token. In clear, as an address has it, and as a header has it.
    $made = @(Get-Content "$TestDrive/learned" | Sort-Object -Unique)
    $kube = [regex]::Match((Get-Content "$($site.Folder)/secret.kubeconfig" -Raw), '(?<=token: )\S+').Value
    $forms = foreach ($secret in @($secrets.Values) + $made + $kube) {
        $secret
        [uri]::EscapeDataString($secret)
        [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($secret)).TrimEnd('=')
    }
    # A login travels as name:password.
    $forms += foreach ($password in $secrets.Password, $secrets.RegistryPassword) {
        [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("$($site.PrivateRegistryUser):$password")).TrimEnd('=')
    }
}

AfterAll {
    Stop-SampleSite $site
}

Describe 'A secret' {
    It 'was really given to every cmdlet that takes one, right and wrong' {
        $output | Where-Object { $_ -match '^Used \d+ calls$' } | Should -Not -BeNullOrEmpty
        $outcomes = $output | Where-Object { $_ -like 'Outcome: *' } | ForEach-Object { , @(-split $_) } | Group-Object { $_[1] }
        Import-Module $env:SPARKAZURE_MODULE
        $takers = Get-Command -Module SparkAzure | Where-Object { $_.Parameters.Values.ParameterType | Where-Object { $_ -in [securestring], [pscredential] } }
        $takers.Count | Should -BeGreaterThan 14
        foreach ($name in @($takers.Name) + 'Initialize-SparkNamespace') {
            $of = @(($outcomes | Where-Object Name -EQ $name).Group | ForEach-Object { $_[2] })
            # A smoke test works with a real Spark alone: Invoke-SparkSmokeTest.Tests.ps1.
            if ($name -ne 'Invoke-SparkSmokeTest') { $of | Should -Contain 'done' -Because "$name was to work once" }
            $of | Where-Object { $_ -ne 'done' } | Should -Not -BeNullOrEmpty -Because "$name was to fail once"
            $of | Should -Not -Contain 'UnexpectedFailure'
        }
        $made.Count | Should -Be 3
        $kube | Should -Not -BeNullOrEmpty
        foreach ($file in 'connections', 'general-settings') {
            Get-Content "$($site.DataDirectory)/config/$file.json" -Raw | Should -Match ([regex]::Escape($secrets.AccountKey))
        }
        $reached = (Get-SiteRequest $site).Service | Sort-Object -Unique
        $reached | Should -Be 'Azure', 'Dss', 'Kubernetes', 'Registry'
    }

    It 'appears in no stream, error or object' {
        $output | Should -Not -BeNullOrEmpty
        Find-Secret $output 'Output' | Should -BeNullOrEmpty
    }

    It 'appears in no transcript' {
        Find-Secret (Get-Content "$TestDrive/transcript.txt") 'Transcript' | Should -BeNullOrEmpty
    }

    It 'appears in no file but those it belongs into' {
        $belongs = '/config/(connections|general-settings)\.json$|/\.sparkazure/(connections|spark-configs)/|/(extra|rest)\.backup$|/secret\.kubeconfig(\.stale)?$|/learned$'
        $files = Get-ChildItem $TestDrive -Recurse -File -Force | Where-Object FullName -NotMatch $belongs
        $files | Where-Object Length -LT 1MB | ForEach-Object { Find-Secret (Get-Content -LiteralPath $_.FullName -Raw) $_.FullName } | Should -BeNullOrEmpty
    }

    It 'stands, where a file was made for it, in one that only its owner reads' -Skip:(-not $IsLinux) {
        $made = @(Get-Item "$($site.Folder)/secret.kubeconfig", "$($site.Folder)/extra.backup") + @(Get-ChildItem "$($site.DataDirectory)/.sparkazure/connections" -File -Force)
        $made.Count | Should -BeGreaterThan 2
        foreach ($file in $made) {
            $file.UnixMode | Should -Be '-rw-------' -Because $file.FullName
            Find-Secret (Get-Content -LiteralPath $file.FullName -Raw) $file.Name | Should -Not -BeNullOrEmpty
        }
    }

    It 'appears in no address, but a signature in that of the storage it is for, as the protocol wants it' {
        $toStorage, $other = (Get-SiteRequest $site).Url.Where({ $_ -like "/dfs/$($site.StorageAccount)/*" }, 'Split')
        Find-Secret $other 'Address' | Should -BeNullOrEmpty
        Find-Secret ($toStorage -replace [regex]::Escape($secrets.SasToken)) 'Address' | Should -BeNullOrEmpty
    }

    It 'appears in no argument list of a process' -Skip:(-not $IsLinux) {
        $seen.Count | Should -BeGreaterThan 1
        Find-Secret $seen.Keys 'Process' | Should -BeNullOrEmpty
    }
}
