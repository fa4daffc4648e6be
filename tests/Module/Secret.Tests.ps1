# Secrets are planted in every parameter that takes one, under success and failure, and searched for wherever they could come out.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    $site = Start-SampleSite "$TestDrive/site"
    $secrets = @{
        AccountKey   = [Convert]::ToBase64String([byte[]](101..164))
        ClientSecret = 'planted~client+secret/8d2e'
        ApiKey       = 'planted-api-key-77b1'
        AccessToken  = 'planted.access.token-19ac'
        Password     = 'planted+pass/word-5e60'
        SasToken     = 'sv=2021-06-08&sr=c&sp=rl&se=2999-01-01&sig=planted%2Bsas%2F4c1d'
    }
    $forms = foreach ($secret in $secrets.Values) {
        $secret
        [uri]::EscapeDataString($secret)
        [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($secret)).TrimEnd('=')
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
    $output = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File "$PSScriptRoot/UseSecrets.ps1" *>&1 | ForEach-Object ToString
    $env:PLANTED = $env:SITE = $null
    $watcher | Stop-Job -PassThru | Remove-Job -Force
}

AfterAll {
    Stop-SampleSite $site
}

Describe 'A secret' {
    It 'was really given to every cmdlet that takes one' {
        $output | Should -Contain 'Used 26 calls'
        foreach ($file in 'connections', 'general-settings') {
            Get-Content "$($site.DataDirectory)/config/$file.json" -Raw | Should -Match ([regex]::Escape($secrets.AccountKey))
        }
        @(Get-SiteRequest $site) | Where-Object Service -EQ Dss | Should -Not -BeNullOrEmpty
    }

    It 'appears in no stream, error or object' {
        $output | Should -Not -BeNullOrEmpty
        Find-Secret $output 'Output' | Should -BeNullOrEmpty
    }

    It 'appears in no transcript' {
        Find-Secret (Get-Content "$TestDrive/transcript.txt") 'Transcript' | Should -BeNullOrEmpty
    }

    It 'appears in no file but those it belongs into' {
        $files = Get-ChildItem $site.Folder -Recurse -File -Force | Where-Object FullName -NotMatch '/config/(connections|general-settings)\.json$'
        $files | Where-Object Length -LT 1MB | ForEach-Object { Find-Secret (Get-Content -LiteralPath $_.FullName -Raw) $_.FullName } | Should -BeNullOrEmpty
    }

    It 'appears in no address' {
        Find-Secret (Get-SiteRequest $site).Url 'Address' | Should -BeNullOrEmpty
    }

    It 'appears in no argument list of a process' -Skip:(-not $IsLinux) {
        $seen.Count | Should -BeGreaterThan 1
        Find-Secret $seen.Keys 'Process' | Should -BeNullOrEmpty
    }
}
