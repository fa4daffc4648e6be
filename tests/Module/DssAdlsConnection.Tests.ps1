# New-, Set-, Get- and Remove-DssAdlsConnection as their users meet them, with what pipes into them: keys and service principals.

BeforeDiscovery {
    $ways = @{ Way = 'DataDirectory' }, @{ Way = 'Uri' }
}

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    Import-Module $env:SPARKAZURE_MODULE
    $site = Start-SampleSite "$TestDrive/site"
    $dss = @{
        DataDirectory = @{ DataDirectory = $site.DataDirectory }
        Uri           = @{ Uri = $site.DssUri; ApiKey = ConvertTo-Secret $site.DssApiKey }
    }
    $key = ConvertTo-Secret ([Convert]::ToBase64String([byte[]](1..64)))
    function Get-Change { @(Get-SiteRequest $site | Where-Object Method -NotIn GET, HEAD) }
}

AfterAll {
    Stop-SampleSite $site
}

Describe 'Connections to ADLS by <Way>' -ForEach $ways {
    BeforeAll {
        $place = $dss[$Way]
        $state = { (Get-ChildItem "$($site.DataDirectory)/config" | Get-FileHash).Hash + @(Get-Change).Count }
    }

    It 'are rehearsed, made, and found the second time' {
        $before = & $state
        (New-DssAdlsConnection @place -Name lake -Account acct -FileSystem data -AccountKey $key -WhatIf).Planned | Should -BeTrue
        & $state | Should -Be $before

        $made = New-DssAdlsConnection @place -Name lake -Account acct -FileSystem data -AccountKey $key
        $made.Changed | Should -BeTrue
        $made.Root | Should -Be 'abfss://data@acct.dfs.core.windows.net/'

        $before = & $state
        (New-DssAdlsConnection @place -Name lake -Account acct -FileSystem data -AccountKey $key).Changed | Should -BeFalse
        & $state | Should -Be $before
    }

    It 'are read without their secrets' {
        $read = Get-DssAdlsConnection @place -Name lake
        $read.Authentication | Should -Be 'SharedKey'
        $read.Secrets.State | Should -Be @{ DataDirectory = 'Plain'; Uri = 'Encrypted' }[$Way]
        $read | ConvertTo-Json -Depth 5 | Should -Not -Match ([regex]::Escape([Net.NetworkCredential]::new('', $key).Password))
        (Get-DssAdlsConnection @place).Name | Should -Be 'lake'
    }

    It 'change in what is given, down the pipeline' {
        $changed = Get-DssAdlsConnection @place -Name lake | Set-DssAdlsConnection @place -AllowedGroup data, spark -ReadOnly
        $changed.Changes | Should -Contain 'allowedGroups'
        $changed.UsableBy | Should -Be 'ALLOWED'
        $changed.AllowWrite | Should -BeFalse
        (Set-DssAdlsConnection @place -Name lake -ReadOnly:$false).AllowWrite | Should -BeTrue
        (Get-DssAdlsConnection @place | Set-DssAdlsConnection @place -AllowedGroup data, spark).Changed | Should -BeFalse
    }

    It 'change from a key to a service principal and tell what they are' {
        $client = @{ ClientId = [guid]::NewGuid(); ClientSecret = ConvertTo-Secret 'v8Q~not-a-real-one'; TenantId = 'contoso.com' }
        $changed = Set-DssAdlsConnection @place -Name lake @client
        $changed.Authentication | Should -Be 'ClientCredential'
        $changed.Property | Should -HaveCount 5
        $changed.TokenEndpoint | Should -Be 'https://login.microsoftonline.com/contoso.com/oauth2/token'
    }

    It 'come back as they were before a change, down the pipeline' {
        $set = Set-DssAdlsConnection @place -Name lake -AccountKey $key
        (Get-Item $set.RestorePoint).UnixMode | Should -Be '-rw-------'
        $credential = @{ DataDirectory = @{}; Uri = @{ ApiKey = ConvertTo-Secret $site.DssApiKey } }[$Way]
        ($set | Restore-DssAdlsConnection @credential -WhatIf).Planned | Should -BeTrue
        $restored = $set | Restore-DssAdlsConnection @credential
        $restored.Changed, $restored.Authentication | Should -Be $true, 'ClientCredential'
        ($set | Restore-DssAdlsConnection @credential).Changed | Should -BeFalse
    }

    It 'are refused with an id, a reason and a remedy' {
        { Set-DssAdlsConnection @place -Name nowhere -RootPath x } | Should -Throw -ErrorId 'ConnectionNotFound,*'
        { Set-DssAdlsConnection @place -Name filesystem_managed -RootPath x } | Should -Throw -ErrorId 'ConnectionNotAdls,*'
        { New-DssAdlsConnection @place -Name warehouse -Account acct -FileSystem data -AccountKey $key } | Should -Throw -ErrorId 'ConnectionOfAnotherType,*'
        { New-DssAdlsConnection @place -Name x -Account acct -FileSystem data -ClientId a -TenantId contoso.com -ClientSecret (ConvertTo-Secret ([guid]::NewGuid())) } |
            Should -Throw -ErrorId 'ClientSecretIsAnId,*' -ExpectedMessage '*AADSTS7000215*'
        { New-DssAdlsConnection @place -Name x -Account acct -FileSystem data -HadoopRelease 3.1.1 -AccountKey $key } | Should -Throw -ErrorId 'DriverNotInHadoop,*'
    }

    It 'are taken out, once' {
        $credential = @{ DataDirectory = @{}; Uri = @{ ApiKey = ConvertTo-Secret $site.DssApiKey } }[$Way]
        $removed = Get-DssAdlsConnection @place | Remove-DssAdlsConnection @credential -BackupPath "$TestDrive/$Way.json" -Confirm:$false
        $removed.Changed | Should -BeTrue
        ($removed | Restore-DssAdlsConnection @credential).Changed | Should -BeTrue
        $removed = Remove-DssAdlsConnection @place -Name lake -Confirm:$false
        $removed.Changed | Should -BeTrue
        ($removed | Restore-DssAdlsConnection @credential).Changed | Should -BeTrue
        $removed = Remove-DssAdlsConnection @place -Name lake -Confirm:$false
        if ($Way -eq 'DataDirectory') {
            (Get-Content $removed.RestorePoint -Raw | ConvertFrom-Json -AsHashtable).connections.lake.type | Should -Be 'HDFS'
            (Get-Item $removed.RestorePoint).UnixMode | Should -Be '-rw-------'
            ($removed | Restore-DssAdlsConnection).Changed | Should -BeTrue
            (Restore-DssAdlsConnection $removed.RestorePoint @place).Changed | Should -BeFalse
            $null = Remove-DssAdlsConnection @place -Name lake -Confirm:$false
        }
        Get-DssAdlsConnection @place | Should -BeNullOrEmpty
        (Remove-DssAdlsConnection @place -Name lake -Confirm:$false).Changed | Should -BeFalse
    }
}

Describe 'From Azure into DSS' {
    BeforeAll {
        $answer = Invoke-TrustingProcess $site {
            $azure = @{ ResourceManagerEndpoint = $site.ResourceManagerEndpoint; AccessToken = ConvertTo-Secret $site.AccessToken }
            $graph = $azure + @{ GraphEndpoint = $site.GraphEndpoint; GraphAccessToken = ConvertTo-Secret $site.GraphAccessToken; Authority = $site.ResourceManagerEndpoint }
            $place = @{ DataDirectory = $site.DataDirectory }
            $principal = { New-AdlsServicePrincipal dss-lake -Account $site.StorageAccount -FileSystem $site.FileSystem @graph @args }
            $answer = @{}
            $answer.Keys = Get-AdlsAccessKey $site.StorageAccount @azure
            $answer.Lake = Get-AdlsAccessKey $site.StorageAccount -Newest @azure | New-DssAdlsConnection @place -Name lake -FileSystem $site.FileSystem -Test
            $answer.Again = Get-AdlsAccessKey $site.StorageAccount -KeyName key2 @azure | New-DssAdlsConnection @place -Name lake -FileSystem $site.FileSystem -Test
            $answer.Wrong = try { New-DssAdlsConnection @place -Name wrong -Account $site.StorageAccount -FileSystem none -Test -StorageEndpoint $site.StorageEndpoint -AccountKey (Get-AdlsAccessKey $site.StorageAccount -KeyName key1 @azure).AccountKey } catch { $_.FullyQualifiedErrorId }
            $answer.Plan = & $principal -WhatIf | New-DssAdlsConnection @place -Name client -WhatIf
            $answer.Refused = try { & $principal -WhatIf | New-DssAdlsConnection @place -Name client -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
            $answer.Client = & $principal | New-DssAdlsConnection @place -Name client -Test
            $answer.Second = & $principal
            $answer.Pipeline = & $principal | New-DssAdlsConnection @place -Name client
            $answer.RemovalPlan = $answer.Second | Remove-AdlsServicePrincipal @graph -WhatIf
            $answer.Removal = $answer.Second | Remove-AdlsServicePrincipal @graph -Confirm:$false
            $answer.RemovedBefore = $answer.Second | Remove-AdlsServicePrincipal @graph -Confirm:$false
            $answer
        }
    }

    It 'keys come with their age and are tried before they are written' {
        $answer.Keys.KeyName | Should -Be 'key1', 'key2'
        $answer.Keys.Newest | Should -Be $false, $true
        $answer.Lake.Changed, $answer.Lake.Tested | Should -Be $true, $true
        $answer.Again.Changed, $answer.Again.Tested | Should -Be $false, $true
        $answer.Wrong | Should -Be 'StorageFileSystemNotFound,SparkAzure.Commands.NewDssAdlsConnectionCommand'
    }

    It 'a service principal is rehearsed through the whole pipeline, and a plan is never written' {
        $answer.Plan.Planned | Should -BeTrue
        $answer.Refused | Should -Be 'ServicePrincipalOnlyPlanned,SparkAzure.Commands.NewDssAdlsConnectionCommand'
    }

    It 'a service principal is made once, opens the storage, and the pipeline converges' {
        $answer.Client.Changed, $answer.Client.Tested | Should -Be $true, $true
        $answer.Second.Changed | Should -BeFalse
        $answer.Second.ClientSecret | Should -BeNullOrEmpty
        $answer.Pipeline.Changed | Should -BeFalse
    }

    It 'a service principal goes with its role and application, once' {
        $answer.RemovalPlan.Planned, $answer.RemovalPlan.Changes.Count | Should -Be $true, 3
        $answer.Removal.Changed, $answer.Removal.Kept.Count | Should -Be $true, 0
        $answer.RemovedBefore.Changed | Should -BeFalse
    }

    It 'registered one application and gave one role' {
        @(Get-Change | Where-Object Url -Like '*/v1.0/applications').Count | Should -Be 1
        @(Get-Change | Where-Object Method -EQ PUT | Where-Object Url -Like '*roleAssignments*').Count | Should -Be 1
    }
}

Describe 'At the prompt' {
    It 'names of connections, ways to sign in and keys are completed' {
        $null = New-DssAdlsConnection -DataDirectory $site.DataDirectory -Name 'my lake' -Account acct -FileSystem data -AccountKey $key
        (TabExpansion2 "Set-DssAdlsConnection -DataDirectory '$($site.DataDirectory)' -Name my").CompletionMatches.CompletionText | Should -Be "'my lake'"
        (TabExpansion2 'New-DssAdlsConnection -Authentication M').CompletionMatches.CompletionText | Should -Be 'ManagedIdentity'
        (TabExpansion2 'Get-AdlsAccessKey a -KeyName ').CompletionMatches.CompletionText | Should -Be 'Key1', 'Key2'
    }
}
