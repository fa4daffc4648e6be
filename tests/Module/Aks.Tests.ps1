# The Azure and Kubernetes side as one pipeline: rehearsed, run, run again.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    $site = Start-SampleSite "$TestDrive/site"

    # The authority of the stand-in's certificate has to be known when the process starts.
    $env:SSL_CERT_FILE = $site.CertificateAuthority
    $env:SITE = $site | Select-Object * -ExcludeProperty Process | ConvertTo-Json -Compress
    function Invoke-Line([string] $Mode) {
        $env:MODE = $Mode
        & $pwsh @pwshArguments -NoProfile -NonInteractive -Command {
            $ErrorActionPreference = 'Stop'
            Import-Module $env:SPARKAZURE_MODULE
            $site = $env:SITE | ConvertFrom-Json
            $azure = @{ ResourceManagerEndpoint = $site.ResourceManagerEndpoint; AccessToken = ConvertTo-SecureString $site.AccessToken -AsPlainText -Force; WarningAction = 'Ignore' }
            $rehearsal = @{ WhatIf = $env:MODE -eq 'WhatIf' }
            $config = Join-Path $site.Folder 'jobs.kubeconfig'
            $server = Get-AksApiServer -ClusterName spar? @azure
            $grant = $server | Grant-AcrPull -Registry dataplatform @azure @rehearsal
            $credential = $server | Import-AksCredential -KubeConfig $config @azure @rehearsal
            $namespace = $credential | Initialize-SparkNamespace jobs @rehearsal
            $dss = $namespace | Set-DssSparkConfig -DataDirectory $site.DataDirectory -Namespace $namespace.Namespace @rehearsal
            ConvertTo-Json -EnumsAsStrings -Depth 6 -Compress ([ordered]@{ Server = $server; Grant = $grant; Credential = $credential; Namespace = $namespace; Dss = $dss })
        } | Where-Object { $_ -like '{*' } | ConvertFrom-Json
    }
}

AfterAll {
    $env:SSL_CERT_FILE = $env:SITE = $env:MODE = $null
    Stop-SampleSite $site
}

Describe 'From cluster to DSS' {
    It 'can be rehearsed with nothing but GET' {
        $planned = Invoke-Line WhatIf
        $planned.Grant.Planned | Should -BeTrue
        $planned.Grant.CallerMayAssign | Should -BeTrue
        $planned.Credential.Planned | Should -BeTrue
        $planned.Namespace.Planned | Should -BeTrue
        $planned.Namespace.Objects.State | Should -Be 'Planned', 'Planned', 'Planned', 'Planned'
        $planned.Namespace.SparkMaster | Should -Be $planned.Server.SparkMaster
        $planned.Dss.Planned | Should -BeTrue
        @(Get-SiteRequest $site) | Where-Object Method -NE GET | Should -BeNullOrEmpty
        "$($site.Folder)/jobs.kubeconfig" | Should -Not -Exist
    }

    It 'changes what has to change' {
        $done = Invoke-Line Run
        $done.Grant.Changed | Should -BeTrue
        $done.Grant.Role | Should -Be 'AcrPull'
        $done.Credential.Changed | Should -BeTrue
        $done.Namespace.Changed | Should -BeTrue
        $done.Namespace.Ready | Should -BeTrue
        $done.Namespace.Objects | Should -HaveCount 4
        $done.Dss.Changed | Should -BeTrue
        $text = Get-Content "$($site.DataDirectory)/config/general-settings.json" -Raw
        $text | Should -Match ([regex]::Escape($done.Namespace.SparkMaster))
        $text | Should -Match 'spark\.kubernetes\.namespace'
        (Get-Item "$($site.Folder)/jobs.kubeconfig").UnixMode | Should -Be '-rw-------'
    }

    It 'changes nothing when run again' {
        $again = Invoke-Line Run
        $again.Grant.Changed, $again.Credential.Changed, $again.Namespace.Changed, $again.Dss.Changed | Should -Not -Contain $true
        $again.Namespace.Ready | Should -BeTrue
    }

    It 'removes a namespace with the answer of its making, once' {
        Import-Module $env:SPARKAZURE_MODULE
        $config = "$($site.Folder)/jobs.kubeconfig"
        $made = Initialize-SparkNamespace undone -KubeConfig $config
        ($made | Remove-SparkNamespace -IncludeNamespace -WhatIf).Objects.State | Should -Be 'Planned', 'Planned', 'Planned', 'Planned'
        $removed = $made | Remove-SparkNamespace -IncludeNamespace -Confirm:$false
        $removed.Objects.State | Should -Be 'Removed', 'Removed', 'Removed', 'Removed'
        $removed | Out-String -Width 80 | Should -Match 'undone'
        (Remove-SparkNamespace undone -KubeConfig $config -IncludeNamespace -Confirm:$false).Changed | Should -BeFalse
    }
}

Describe 'Revoke-AcrPull' {
    It 'takes back what was given, once, with the answer of the grant' {
        $done = & $pwsh @pwshArguments -NoProfile -NonInteractive -Command {
            $ErrorActionPreference = 'Stop'
            Import-Module $env:SPARKAZURE_MODULE
            $site = $env:SITE | ConvertFrom-Json
            $azure = @{ ResourceManagerEndpoint = $site.ResourceManagerEndpoint; AccessToken = ConvertTo-SecureString $site.AccessToken -AsPlainText -Force; WarningAction = 'Ignore' }
            $grant = Get-AksApiServer -ClusterName spar? @azure | Grant-AcrPull -Registry dataplatform @azure
            $planned = $grant | Revoke-AcrPull @azure -WhatIf
            $revoked = $grant | Revoke-AcrPull @azure
            $again = $grant | Revoke-AcrPull @azure
            ConvertTo-Json -Compress @($planned, $revoked, $again)
        } | Where-Object { $_ -like '[[]*' } | ConvertFrom-Json
        $done.Planned | Should -Be $true, $false, $false
        $done.Changed | Should -Be $false, $true, $false
        $done[1].Remaining | Should -BeNullOrEmpty
    }
}

Describe 'Remove-AksCredential' {
    BeforeAll {
        Import-Module $env:SPARKAZURE_MODULE
        $config = "$TestDrive/two.kubeconfig"
        Set-Content $config 'current-context: b # now', 'contexts: [{name: a, context: {cluster: a, user: u}}, {name: b, context: {cluster: b, user: u}}]',
            'clusters: [{name: a, cluster: {server: "https://127.0.0.1:1"}}, {name: b, cluster: {server: "https://127.0.0.1:2"}}]', 'users: [{name: u, user: {token: t}}]'
        $imported = [SparkAzure.AksCredential]@{ ClusterName = 'b'; ResourceGroupName = 'rg'; SubscriptionId = 's'; KubeConfig = $config; Context = 'b'; FormerContext = 'a' }
    }

    It 'rehearses, takes out what the import put in, and does nothing the second time' {
        $before = Get-Content $config -Raw
        ($imported | Remove-AksCredential -WhatIf).Removed | Should -Be "context 'b'", "cluster 'b'"
        Get-Content $config -Raw | Should -BeExactly $before
        $removed = $imported | Remove-AksCredential -Confirm:$false
        $removed.Changed, $removed.CurrentContext | Should -Be $true, 'a'
        $removed.Kept | Should -Be "user 'u' (named by 'a')"
        Get-Content $config -TotalCount 1 | Should -Be 'current-context: a # now'
        (Remove-AksCredential b -KubeConfig $config -Confirm:$false).Changed | Should -BeFalse
    }

    It 'says that no context is the current one' {
        $removed = Remove-AksCredential a -KubeConfig $config -Confirm:$false -WarningVariable warning -WarningAction SilentlyContinue
        $removed.CurrentContext | Should -BeNullOrEmpty
        $warning | Should -Match 'use-context'
    }
}

Describe 'Completion of Azure parameters' {
    It 'offers kubelogin''s ways and subscriptions that a sign-in wrote down' {
        $folder = New-Item "$TestDrive/az" -ItemType Directory
        Set-Content "$folder/azureProfile.json" '{"subscriptions":[{"id":"0a0a","name":"Data platform"}]}'
        $env:AZURE_CONFIG_DIR = "$folder"
        try {
            Import-Module $env:SPARKAZURE_MODULE
            (TabExpansion2 'Import-AksCredential c -LoginMode M').CompletionMatches.CompletionText | Should -Be 'Msi'
            (TabExpansion2 'Grant-AcrPull c r -SubscriptionId Da').CompletionMatches.CompletionText | Should -Be '0a0a'
        }
        finally { $env:AZURE_CONFIG_DIR = $null }
    }
}

Describe 'An API server for a namespace' {
    It 'is taken from a kubeconfig, and refused where Azure told of it' {
        Import-Module $env:SPARKAZURE_MODULE
        { [SparkAzure.AksApiServer]::new() | Initialize-SparkNamespace jobs -ErrorAction Stop } | Should -Throw -ErrorId 'ApiServerWithoutCredential,*'

        # The port is closed: that it is asked shows that file and context were taken from the object.
        Set-Content "$TestDrive/config" 'current-context: a', 'contexts: [{name: a, context: {cluster: c, user: u}}]', 'clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]', 'users: [{name: u, user: {token: t}}]'
        { Get-AksApiServer -KubeConfig "$TestDrive/config" | Initialize-SparkNamespace jobs -ErrorAction Stop } | Should -Throw -ErrorId 'KubernetesUnavailable,*'
    }
}
