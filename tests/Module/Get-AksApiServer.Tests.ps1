BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    Import-Module $env:SPARKAZURE_MODULE
    $site = Start-SampleSite "$TestDrive/site"

    # The authority of the stand-in's certificate has to be known when the process starts.
    function Invoke-Trusting([scriptblock] $Script, [hashtable] $Environment = @{}) {
        $all = @{ SSL_CERT_FILE = $site.CertificateAuthority; SITE = ($site | Select-Object * -ExcludeProperty Process | ConvertTo-Json -Compress) } + $Environment
        $all.Keys | ForEach-Object { [Environment]::SetEnvironmentVariable($_, $all[$_]) }
        try {
            & $pwsh @pwshArguments -NoProfile -NonInteractive -Command $Script -args $env:SPARKAZURE_MODULE | ConvertFrom-Json
        }
        finally {
            $all.Keys | ForEach-Object { [Environment]::SetEnvironmentVariable($_, $null) }
        }
    }
}

AfterAll {
    Stop-SampleSite $site
}

Describe 'Get-AksApiServer' {
    It 'reads a kubeconfig relative to the location, not to the process' {
        Push-Location (Split-Path $site.KubeConfig)
        try { (Get-AksApiServer -KubeConfig "./$(Split-Path $site.KubeConfig -Leaf)").SparkMaster | Should -Match '^k8s://https://.+:443$' }
        finally { Pop-Location }
    }

    It 'takes the first file of KUBECONFIG without parameters, relative to the location, and completes its contexts' {
        $former = $env:KUBECONFIG
        Push-Location (Split-Path $site.KubeConfig)
        try {
            $env:KUBECONFIG = "$(Split-Path $site.KubeConfig -Leaf)$([IO.Path]::PathSeparator)$TestDrive/none"
            (Get-AksApiServer).Source | Should -Be $site.KubeConfig
            (TabExpansion2 'Get-AksApiServer -Context ').CompletionMatches | Should -Not -BeNullOrEmpty
        }
        finally {
            $env:KUBECONFIG = $former
            Pop-Location
        }
    }

    It 'does not call fine what kubectl cannot read' {
        Set-Content "$TestDrive/powerless" "$(Get-Content $site.KubeConfig -Raw)$("`0" * 64)" -NoNewline
        { Get-AksApiServer -KubeConfig "$TestDrive/powerless" } | Should -Throw -ErrorId 'KubeConfigUnreadable,*' -ExpectedMessage '*control character (U+0000)*'
    }

    It 'takes a file from the pipeline' {
        (Get-Item $site.KubeConfig | Get-AksApiServer).Source | Should -Be $site.KubeConfig
    }

    It 'goes on after an input that fails' {
        $found = "$TestDrive/none", $site.KubeConfig | Get-AksApiServer -ErrorAction SilentlyContinue -ErrorVariable failed
        $found | Should -HaveCount 1
        $failed.FullyQualifiedErrorId | Should -Be 'KubeConfigNotFound,SparkAzure.Commands.GetAksApiServerCommand'
        $failed[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'completes contexts, sources of tokens and clouds' {
        (TabExpansion2 "Get-AksApiServer -KubeConfig '$($site.KubeConfig)' -Context ").CompletionMatches | Should -Not -BeNullOrEmpty
        (TabExpansion2 'Get-AksApiServer -ResourceGroupName g -ClusterName c -TokenSource Man').CompletionMatches.CompletionText | Should -Be 'ManagedIdentity'
        (TabExpansion2 'Get-AksApiServer -ResourceGroupName g -ClusterName c -Environment AzureC').CompletionMatches.CompletionText | Should -Be 'AzureChinaCloud', 'AzureCloud'
    }

    It 'asks Azure with a given token, by value and by property name' {
        $result = Invoke-Trusting {
            Import-Module $args[0]
            $site = $env:SITE | ConvertFrom-Json
            $azure = @{ ResourceManagerEndpoint = $site.ResourceManagerEndpoint; AccessToken = ConvertTo-SecureString $site.AccessToken -AsPlainText -Force }
            ConvertTo-Json @(
                'inner' | Get-AksApiServer -ResourceGroupName rg-data -SubscriptionId $site.SubscriptionId @azure
                [pscustomobject]@{ Name = 'spark'; ResourceGroupName = 'rg-data' } | Get-AksApiServer @azure
            )
        }
        $result[0].SparkMaster | Should -Match '\.privatelink\.'
        $result[0].Private | Should -BeTrue
        $result[1].ResourceGroupName | Should -Be 'rg-data'
        $result[1].KubernetesVersion | Should -Not -BeNullOrEmpty
    }

    It 'says what is wrong with a token that Azure refuses' {
        $result = Invoke-Trusting {
            Import-Module $args[0]
            $site = $env:SITE | ConvertFrom-Json
            try { Get-AksApiServer -ResourceGroupName rg-data -ClusterName spark -ResourceManagerEndpoint $site.ResourceManagerEndpoint -AccessToken (ConvertTo-SecureString 'planted-3f9c' -AsPlainText -Force) }
            catch { ConvertTo-Json @{ Id = $_.FullyQualifiedErrorId; Category = "$($_.CategoryInfo.Category)"; Text = ($_ | Format-List * -Force | Out-String) } }
        }
        $result.Id | Should -BeLike 'AzureTokenRefused,*'
        $result.Category | Should -Be 'AuthenticationError'
        $result.Text | Should -Not -Match 'planted-3f9c'
    }
}
