# Get-, Set- and Remove-DssSparkConfig as their users meet them: by file and over REST, rehearsed, run, and run again.

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
    function Get-ChangingRequest { @(Get-SiteRequest $site | Where-Object Service -EQ Dss | Where-Object Method -NE GET) }
}

AfterAll {
    Stop-SampleSite $site
}

Describe 'Spark configurations by <Way>' -ForEach $ways {
    BeforeAll {
        $place = $dss[$Way]
    }

    It 'are read all, by pattern, and from the host' {
        (Get-DssSparkConfig @place).Name | Should -Be 'default', 'sample-yarn-config', 'sample-local-config'
        (Get-DssSparkConfig sample-* @place).SparkMaster | Should -Be 'yarn-client', 'local[4]'
        $default = Get-DssSparkConfig default @place
        $default.ExecutorMemory | Should -Be '2400m'
        $default.PortMaxRetries | Should -Be 200
        $default.ManagedKubernetes | Should -BeFalse
        $default.DssVersion | Should -Be '5.1.3'
        $default.Items[1].ToString() | Should -Be 'spark.sql.shuffle.partitions = 40'
        { Get-DssSparkConfig gone @place } | Should -Throw -ErrorId 'SparkConfigNotFound,*'
    }

    It 'are set in rehearsal, once, and not a second time' {
        $wish = $place + @{
            SparkMaster = 'k8s://https://aks.example.com:443'; Image = 'acr.azurecr.io/spark-py:t'; HadoopVersion = 3; Namespace = 'spark'
            DriverHost = 'dss.example.com'; DriverPort = 40000; ExecutorInstances = 4; ExecutorMemory = '6g'; ExecutorRequestCores = '0.9'
            Property = @{ 'spark.sql.shuffle.partitions' = 80 }; RemoveProperty = 'spark.yarn.executor.memoryOverhead'
        }
        $file = Get-TreeState "$($site.DataDirectory)/config"
        $asked = (Get-ChangingRequest).Count

        $plan = Set-DssSparkConfig @wish -WhatIf
        $plan.Planned | Should -BeTrue
        $plan.ExecutorInstances | Should -Be 4
        Get-TreeState "$($site.DataDirectory)/config" | Should -Be $file
        (Get-ChangingRequest).Count | Should -Be $asked

        $first = Set-DssSparkConfig @wish
        $first.Changed | Should -BeTrue
        $first.RestartRequired | Should -Be ($Way -eq 'DataDirectory')
        $first.Changes.Key | Should -Be $plan.Changes.Key
        (Get-DssSparkConfig default @place).Namespace | Should -Be 'spark'
        (Get-DssSparkConfig default @place).Property.Keys | Should -Not -Contain 'spark.yarn.executor.memoryOverhead'

        $asked = (Get-ChangingRequest).Count
        (Set-DssSparkConfig @wish).Changed | Should -BeFalse
        (Get-ChangingRequest).Count | Should -Be $asked
    }

    It 'get the port into a master where the Spark of DSS cannot do without, and only there' {
        $wish = $place + @{ Name = "ported-$Way"; Create = $true; SparkMaster = 'k8s://https://aks.example.com' }
        (Set-DssSparkConfig @wish -SparkVersion 2.4.8 -WhatIf).SparkMaster | Should -Be 'k8s://https://aks.example.com'
        (Set-DssSparkConfig @wish -SparkVersion 2.4.0).SparkMaster | Should -Be 'k8s://https://aks.example.com:443'
        (Set-DssSparkConfig @wish -SparkVersion 2.4.0).Changed | Should -BeFalse
        (Remove-DssSparkConfig "ported-$Way" @place -BackupPath "$TestDrive/ported-$Way.json" -Confirm:$false).Changed | Should -BeTrue
    }

    It 'are made, removed with a file, and put back from it' {
        (Set-DssSparkConfig @place -Name big -Create -ExecutorMemory 8g).Changed | Should -BeTrue
        $file = "$TestDrive/big-$Way.json"
        (Remove-DssSparkConfig big @place -BackupPath $file -WhatIf).Planned | Should -BeTrue
        $file | Should -Not -Exist
        (Remove-DssSparkConfig big @place -BackupPath $file -Confirm:$false).BackupPath | Should -Be $file
        if ($IsLinux) { (Get-Item $file).UnixMode | Should -Be '-rw-------' }
        (Get-DssSparkConfig @place).Name | Should -Not -Contain 'big'
        (Remove-DssSparkConfig big @place -Confirm:$false).Changed | Should -BeFalse
        (Set-DssSparkConfig @place -Name big -FromFile $file).ExecutorMemory | Should -Be '8g'
        { Remove-DssSparkConfig default @place -Confirm:$false } | Should -Throw -ErrorId 'SparkConfigInUse,*'
    }
}

Describe 'Through the pipeline' {
    BeforeAll {
        $files = $dss.DataDirectory
    }

    It 'a configuration brings its name and place along, whatever its master' {
        $set = Get-DssInstallation $site.DataDirectory | Get-DssSparkConfig sample-* | Set-DssSparkConfig -ExecutorInstances 2
        $set.Name | Should -Be 'sample-yarn-config', 'sample-local-config'
        $set.SparkMaster | Should -Be 'yarn-client', 'local[4]'
        $set.Changed | Should -Be $true, $true
        $removed = Get-DssSparkConfig sample-l* @files | Remove-DssSparkConfig -RemoveProperty spark.executor.instances -Confirm:$false
        $removed.Changes.Key | Should -Be 'spark.executor.instances'
        $removed.BackupPath | Should -BeLike "$($site.DataDirectory)/.sparkazure/spark-configs/sample-local-config-*.json"
    }

    It 'an API server changes default, and an empty master at the prompt is a mistake' {
        (Get-AksApiServer -KubeConfig $site.KubeConfig | Set-DssSparkConfig @files -Name other -Create).SparkMaster | Should -Match '^k8s://'
        { Set-DssSparkConfig @files -SparkMaster '' -ExecutorInstances 2 } | Should -Throw -ErrorId 'SparkMasterInvalid,*'
    }

    It 'what a change overwrote comes back with the answer of the change' {
        $before = Get-Content "$($site.DataDirectory)/config/general-settings.json" -Raw
        $set = Set-DssSparkConfig @files -Name default -ExecutorMemory 7g -RemoveProperty spark.port.maxRetries
        $set.BackupPath | Should -BeLike "$($site.DataDirectory)/.sparkazure/spark-configs/default-*.json"
        ($set | Restore-DssSparkConfig -WhatIf).Planned | Should -BeTrue
        ($set | Restore-DssSparkConfig).Changes.Key | Sort-Object | Should -Be 'spark.executor.memory', 'spark.port.maxRetries'
        Get-Content "$($site.DataDirectory)/config/general-settings.json" -Raw | Should -BeExactly $before
        (Get-Item $set.BackupPath | Restore-DssSparkConfig @files).Changed | Should -BeFalse
    }

    It 'what went over REST comes back with the answer and the key' {
        $rest = $dss.Uri
        $null = Set-DssSparkConfig @rest -Name piped -Create -ExecutorMemory 3g
        $removed = Get-DssSparkConfig @rest piped | Remove-DssSparkConfig -ApiKey $rest.ApiKey -Confirm:$false
        $removed.Changed | Should -BeTrue
        ($removed | Restore-DssSparkConfig -ApiKey $rest.ApiKey).ExecutorMemory | Should -Be '3g'
        ($removed | Restore-DssSparkConfig -ApiKey $rest.ApiKey).Changed | Should -BeFalse
    }

    It 'completes names, also for Get and Remove' {
        foreach ($cmdlet in 'Get', 'Set', 'Remove') {
            (TabExpansion2 "$cmdlet-DssSparkConfig -DataDirectory '$($site.DataDirectory)' -Name sample-y").CompletionMatches.CompletionText | Should -Be 'sample-yarn-config'
        }
    }
}

Describe 'Bad input' {
    It '<Id>' -ForEach @(
        @{ Id = 'SparkDeployModeNotSupported'; With = @{ Property = @{ 'spark.submit.deployMode' = 'cluster' } } }
        @{ Id = 'SparkTooOldForKey'; With = @{ ServiceAccount = 'spark'; SparkVersion = '2.4.5' } }
        @{ Id = 'SparkPropertyInvalid'; With = @{ ExecutorMemory = '4 GB' } }
        @{ Id = 'SparkCoresContradict'; With = @{ ExecutorRequestCores = '2'; ExecutorLimitCores = '1500m' } }
        @{ Id = 'SparkConfigNotFound'; With = @{ Name = 'gone'; ExecutorInstances = 2 } }
        @{ Id = 'SparkConfigEmpty'; With = @{} }
    ) {
        $before = Get-TreeState "$($site.DataDirectory)/config"
        $place = $dss.DataDirectory
        { Set-DssSparkConfig @place @With } | Should -Throw -ErrorId "$Id,*"
        Get-TreeState "$($site.DataDirectory)/config" | Should -Be $before
    }

    It 'a key without the right of an administrator is told from a wrong one' {
        { Get-DssSparkConfig -Uri $site.DssUri -ApiKey (ConvertTo-Secret $site.DssLimitedApiKey) } | Should -Throw -ErrorId 'DssApiForbidden,*'
        { Get-DssSparkConfig -Uri $site.DssUri -ApiKey (ConvertTo-Secret 'planted-3b1f') } | Should -Throw -ErrorId 'DssApiKeyRefused,*'
    }
}
