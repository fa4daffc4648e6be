# The complete procedure in each of its forms: rehearsed, run, and run again.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"

    # The certificate authority and the account of Azure have to be known when a process starts.
    function Invoke-Procedure($Site, [string] $Storage, [string] $Way, [switch] $WhatIf) {
        $variables = @{
            SSL_CERT_FILE = $Site.CertificateAuthority
            AZURE_TENANT_ID = $Site.TenantId
            AZURE_CLIENT_ID = $Site.ClientId
            AZURE_CLIENT_SECRET = $Site.ClientSecret
            XDG_CACHE_HOME = "$TestDrive/cache"
            SITE = ($Site | Select-Object * -ExcludeProperty Process | ConvertTo-Json -Compress)
        }
        $before = @{}
        foreach ($name in $variables.Keys) {
            $before[$name] = [Environment]::GetEnvironmentVariable($name)
            [Environment]::SetEnvironmentVariable($name, $variables[$name])
        }
        try {
            $arguments = @('-Storage', $Storage, '-Way', $Way) + $(if ($WhatIf) { '-WhatIf' })
            $output = & $pwsh @pwshArguments -NoProfile -NonInteractive -File "$PSScriptRoot/InvokeProcedure.ps1" @arguments 2>&1
        }
        finally {
            foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
        }
        $output | Where-Object { "$_" -notmatch '^(\{|What if:|\s*$)' } | Should -BeNullOrEmpty
        $output | Where-Object { "$_".StartsWith('{') } | ConvertFrom-Json
    }

    # What reached the stand-ins and may have changed something there. A sign-in, and Azure's ways to read a secret, are POST as well.
    function Get-WriteRequest($Site) {
        'none'
        @(Get-SiteRequest $Site) |
            Where-Object { $_.Method -notin 'GET', 'HEAD' -and $_.Url -notmatch '/oauth2/|/listKeys|/listCluster(User|Admin)Credential|/self(subjectaccess|subjectrules)reviews' } |
            ForEach-Object { "$($_.Method) $($_.Url)" }
    }
}

# Over REST; Examples.Tests.ps1 walks it in files, with each storage.
Describe 'The procedure with <Storage> over <Way>' -ForEach @(
    @{ Storage = 'Gen1'; Way = 'Rest' }
    @{ Storage = 'Gen2OAuth'; Way = 'Rest' }
) {
    BeforeAll {
        $site = Start-SampleSite "$TestDrive/site-$Storage-$Way"
    }

    AfterAll {
        if ($site) { Stop-SampleSite $site }
    }

    It 'can be rehearsed: nothing is written anywhere' {
        $files = Get-TreeState $site.Folder
        $writes = @(Get-WriteRequest $site)

        $plan = @(Invoke-Procedure $site $Storage $Way -WhatIf)

        $plan.Type | Should -Contain 'DssConnection'
        $plan | Where-Object Changed | Should -BeNullOrEmpty
        ($plan | Where-Object Planned).Count | Should -BeGreaterThan 8
        Compare-Object $writes @(Get-WriteRequest $site) | ForEach-Object InputObject | Should -BeNullOrEmpty
        Compare-Object $files (Get-TreeState $site.Folder) | ForEach-Object InputObject | Should -BeNullOrEmpty
    }

    It 'runs to the end' {
        $script:first = @(Invoke-Procedure $site $Storage $Way)

        $first.Type | Should -Contain 'DssConnection'
        $first.Type | Should -Contain 'SparkNamespace'
        $first | Where-Object { -not $_.Changed } | Should -BeNullOrEmpty
        $first | Where-Object Planned | Should -BeNullOrEmpty
    }

    It 'changes nothing when it is run again' {
        $writes = @(Get-WriteRequest $site)

        $second = @(Invoke-Procedure $site $Storage $Way)

        $second.Type | Should -Be $first.Type
        $second | Where-Object Changed | Should -BeNullOrEmpty
        Compare-Object $writes @(Get-WriteRequest $site) | ForEach-Object InputObject | Should -BeNullOrEmpty
    }
}
