# The examples as they ship, each rehearsed, run and run again; the runbook as in Azure Automation's cloud sandbox, which starts no process.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    Import-Module $env:SPARKAZURE_MODULE
    $examples = (Resolve-Path "$PSScriptRoot/../../examples").Path

    # What the example returned, and what it started meanwhile.
    function Invoke-Example($Site, [string] $Name, [hashtable] $Arguments, [hashtable] $Environment = @{}) {
        $start = [System.Diagnostics.ProcessStartInfo]::new($pwsh)
        foreach ($argument in $pwshArguments + '-NoProfile', '-NonInteractive', '-File', "$PSScriptRoot/RunExample.ps1", "$examples/$Name") { $start.ArgumentList.Add($argument) }
        $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $start.Environment['SITE'] = $Site | Select-Object * -ExcludeProperty Process | ConvertTo-Json -Compress
        $start.Environment['ARGUMENTS'] = $Arguments | ConvertTo-Json -Compress
        $start.Environment['PSModulePath'] = Split-Path $env:SPARKAZURE_MODULE
        $start.Environment['SSL_CERT_FILE'] = $Site.CertificateAuthority
        $start.Environment['XDG_CACHE_HOME'] = "$TestDrive/cache"
        $start.Environment['DOCKER_CONFIG'] = "$TestDrive/none"
        foreach ($name in $Environment.Keys) { $start.Environment[$name] = $Environment[$name] }
        $process = [System.Diagnostics.Process]::Start($start)
        $output = $process.StandardOutput.ReadToEndAsync()
        $errors = $process.StandardError.ReadToEndAsync()
        $process.WaitForExit()
        $lines = $output.Result -split "`n" | Where-Object { $_.Trim() }
        [pscustomobject]@{
            Objects = @($lines | Where-Object { $_.StartsWith('Object: ') } | ForEach-Object { $_.Substring(8) | ConvertFrom-Json })
            Else    = @($lines | Where-Object { $_ -notmatch '^(Object|What if|Children): ' }) + @($errors.Result -split "`n" | Where-Object { $_.Trim() })
            Length  = $output.Result.Length
            # Memory pages that its ended children touched: none means that there were no children.
            Started = [long]($lines -like 'Children: *' -replace '\D')[0]
        }
    }

    # What may have changed something; a sign-in, a look at rights and Azure's ways to read a secret are POST as well.
    function Get-Write($Site) {
        @(Get-SiteRequest $Site | Where-Object { $_.Method -notin 'GET', 'HEAD' -and $_.Url -notmatch '/oauth2/|/listKeys|/listCluster(User|Admin)Credential|/self(subjectaccess|subjectrules)reviews' })
    }
}

Describe 'Setup-SparkOnAks.ps1 with <Storage>' -ForEach @{ Storage = 'Key' }, @{ Storage = 'OAuth' }, @{ Storage = 'Gen1' } {
    BeforeAll {
        $site = Start-SampleSite "$TestDrive/$Storage"
        $arguments = @{
            DataDirectory = $site.DataDirectory; Archive = $site.Hadoop3Archive; SparkHome = $site.SparkHome; Registry = $site.PrivateRegistry; Tag = 'v1'
            Engine = 'Registry'; BaseImage = "$($site.PrivateRegistry)/base/jre:8-alpine"; ClusterName = $site.ClusterName; KubeConfig = "$($site.Folder)/dss.kubeconfig"
            DriverHost = 'dss.internal.example.com'; Account = $site.StorageAccount; FileSystem = $site.FileSystem; Storage = $Storage
            Azure = @{ ResourceManagerEndpoint = $site.ResourceManagerEndpoint }; Graph = @{ GraphEndpoint = $site.GraphEndpoint }
        }
        if ($Storage -eq 'Gen1') {
            $arguments.Archive = $site.Hadoop2Archive
            $arguments.Account = 'oldlake'
            $arguments.ResourceGroupName = $site.ResourceGroupName
        }
    }

    AfterAll {
        if ($site) {
            $null = Stop-Dss $site.DataDirectory -ErrorAction SilentlyContinue
            Stop-SampleSite $site
        }
    }

    It 'can be rehearsed' {
        $before = Get-TreeState $site.Folder
        $plan = Invoke-Example $site Setup-SparkOnAks.ps1 ($arguments + @{ WhatIf = $true })
        $plan.Else | Should -BeNullOrEmpty
        $plan.Objects.Type | Should -Contain 'DssConnection'
        $plan.Objects | Where-Object Changed | Should -BeNullOrEmpty
        Get-Write $site | ForEach-Object { "$($_.Method) $($_.Url)" } | Should -BeNullOrEmpty
        Get-TreeState $site.Folder | Should -Be $before
    }

    It 'runs to the end, and changes nothing the second time' {
        $first = Invoke-Example $site Setup-SparkOnAks.ps1 $arguments
        $first.Else | Should -BeNullOrEmpty
        $changed = ($first.Objects | Where-Object Changed).Type
        foreach ($type in 'DssHadoopIntegration', 'SparkJarUpdate', 'SparkImage', 'AcrPullGrant', 'AksCredential', 'SparkNamespace', 'DssSparkConfig', 'DssConnection') { $changed | Should -Contain $type }
        ($first.Objects | Where-Object Type -EQ SparkImageComparison).Match | Sort-Object -Unique | Should -Be $true
        $first.Objects[-1].Type | Should -Be 'PSCustomObject' -Because 'one object that sums up the others comes last'
        (Get-DssInstallation $site.DataDirectory | Start-Dss).Changed | Should -BeFalse -Because 'DSS was started'
        if ($IsLinux) { $first.Started | Should -BeGreaterThan 0 -Because 'dssadmin is a process, and the count of them is to see it' }

        $asked = (Get-Write $site).Count
        $second = Invoke-Example $site Setup-SparkOnAks.ps1 $arguments
        $second.Else | Should -BeNullOrEmpty
        $second.Objects.Type | Should -Be $first.Objects.Type
        $second.Objects | Where-Object Changed | ForEach-Object { "$($_.Type) $($_.Text)" } | Should -BeNullOrEmpty
        (Get-Write $site).Count | Should -Be $asked
    }
}

# What the proof itself does is seen on a real cluster (Setup-SparkOnAks.Tests.ps1); here the two cmdlets take parameters as they do, and play.
Describe 'Setup-SparkOnAks.ps1 -Proof' {
    BeforeAll {
        $site = Start-SampleSite "$TestDrive/proof"
        $arguments = @{
            DataDirectory = $site.DataDirectory; Archive = $site.Hadoop3Archive; SparkHome = $site.SparkHome; Registry = $site.PrivateRegistry; Tag = 'v1'
            Engine = 'Registry'; BaseImage = "$($site.PrivateRegistry)/base/jre:8-alpine"; ClusterName = $site.ClusterName; KubeConfig = "$($site.Folder)/dss.kubeconfig"
            Proof = $true; Azure = @{ ResourceManagerEndpoint = $site.ResourceManagerEndpoint }; Graph = @{ GraphEndpoint = $site.GraphEndpoint }
        }
    }

    AfterAll {
        if ($site) {
            $null = Stop-Dss $site.DataDirectory -ErrorAction SilentlyContinue
            Stop-SampleSite $site
        }
    }

    It 'proves nothing in a rehearsal' {
        $plan = Invoke-Example $site Setup-SparkOnAks.ps1 ($arguments + @{ WhatIf = $true }) @{ PROOF = 'KubeConfig=Passed' }
        $plan.Else | Should -BeNullOrEmpty
        $plan.Objects.Cmdlet | Where-Object { $_ } | Should -BeNullOrEmpty
        $plan.Objects[-1].FailedChecks | Should -BeNullOrEmpty
    }

    It 'looks at everything, also from inside, and runs a job where nothing has failed' {
        $proof = Invoke-Example $site Setup-SparkOnAks.ps1 $arguments @{ PROOF = 'KubeConfig=Passed SparkJava=Warning InsidePod=Unknown' }
        $proof.Else | Should -BeNullOrEmpty
        $played = @($proof.Objects | Where-Object Cmdlet)
        $played.Cmdlet | Should -Be 'Test-SparkAzureSetup', 'Invoke-SparkSmokeTest'
        foreach ($call in $played) {
            $call.Bound.InputObject ?? $call.Bound.DataDirectory | Should -BeLike "*$($site.DataDirectory)" -Because 'the installation is piped'
            $call.Bound.KubeConfig | Should -Be $arguments.KubeConfig
        }
        $played[0].Bound.FromCluster | Should -Be 'True'
        $played[0].Bound.ClusterName | Should -Be $site.ClusterName
        $played[0].Bound.ResourceManagerEndpoint | Should -Be "$([uri]$site.ResourceManagerEndpoint)"
        $played[1].Bound.Configuration | Should -Be default
        $proof.Objects[-1].Type | Should -Be 'PSCustomObject'
        $proof.Objects[-1].FailedChecks | Should -BeNullOrEmpty
        $proof.Objects[-1].SmokeTest, $proof.Objects[-1].Cause | Should -Be 'Failed', 'DriverPortRefused' -Because 'the summary says how the job ended'
    }

    It 'runs no job where a check has failed, and its summary says which' {
        $proof = Invoke-Example $site Setup-SparkOnAks.ps1 $arguments @{ PROOF = 'KubeConfig=Passed InsideDriverPorts=Failed InsideJars=Failed' }
        $proof.Else | Should -BeNullOrEmpty
        ($proof.Objects | Where-Object Cmdlet).Cmdlet | Should -Be 'Test-SparkAzureSetup'
        $proof.Objects[-1].FailedChecks | Should -Be 'InsideDriverPorts', 'InsideJars'
        $proof.Objects[-1].SmokeTest | Should -BeNullOrEmpty
    }
}

Describe 'Runbook-SparkOnAks.ps1 in the cloud sandbox, engine <Engine>' -ForEach @{ Engine = 'Registry' }, @{ Engine = 'AcrTask' } {
    BeforeAll {
        $site = Start-SampleSite "$TestDrive/$Engine"
        if ($Engine -eq 'AcrTask') {
            Set-Content "$($site.SparkHome)/kubernetes/dockerfiles/spark/Dockerfile" "FROM $($site.PrivateRegistry)/base/jre:8-alpine`nCOPY jars /opt/spark/jars`nCOPY kubernetes/dockerfiles/spark/entrypoint.sh /opt/`nENV SPARK_HOME /opt/spark`nENTRYPOINT [ `"/opt/entrypoint.sh`" ]"
        }
        $archive = "$TestDrive/$Engine.tar.gz"
        $stream = [IO.Compression.GZipStream]::new([IO.File]::Create($archive), [IO.Compression.CompressionLevel]::Fastest)
        [Formats.Tar.TarFile]::CreateFromDirectory($site.SparkHome, $stream, $true)
        $stream.Dispose()

        # The storage that the archive lies in.
        $port = Get-Random -Minimum 21000 -Maximum 29000
        $listener = [Net.HttpListener]::new()
        $listener.Prefixes.Add("http://127.0.0.1:$port/")
        $listener.Start()
        $server = Start-ThreadJob {
            # A wait that ends by itself: a closed listener does not always wake one without end, and then nothing stops the job.
            while (($using:listener).IsListening) {
                $asked = ($using:listener).GetContextAsync()
                while (-not $asked.Wait(200)) { if (-not ($using:listener).IsListening) { return } }
                $context = $asked.Result
                $bytes = [IO.File]::ReadAllBytes($using:archive)
                $context.Response.OutputStream.Write($bytes, 0, $bytes.Length)
                $context.Response.Close()
            }
        }
        $site | Add-Member SparkArchive "http://127.0.0.1:$port/spark.tar.gz?sig=planted-signature"
        $arguments = @{
            DssUri = $site.DssUri; SubscriptionId = $site.SubscriptionId; ClusterName = $site.ClusterName; Registry = $site.PrivateRegistry; Tag = 'v1'; Engine = $Engine
            Account = $site.StorageAccount; FileSystem = $site.FileSystem; ResourceManagerEndpoint = $site.ResourceManagerEndpoint
        }
        if ($Engine -eq 'Registry') { $arguments.BaseImage = "$($site.PrivateRegistry)/base/jre:8-alpine" }
        # As in the sandbox: an identity that the host announces, no program to be found, and the host marker by which processes are forbidden.
        $sandbox = @{
            AZUREPS_HOST_ENVIRONMENT = 'AzureAutomation'; IDENTITY_ENDPOINT = "$($site.IdentityEndpoint)"; IDENTITY_HEADER = $site.IdentityHeader; PATH = "$TestDrive/none"
        }
    }

    AfterAll {
        if ($listener) { $listener.Close() }
        if ($server) { $server | Stop-Job -PassThru | Remove-Job -Force }
        if ($site) { Stop-SampleSite $site }
    }

    It 'can be rehearsed' {
        $plan = Invoke-Example $site Runbook-SparkOnAks.ps1 ($arguments + @{ Rehearse = $true }) $sandbox
        $plan.Else | Should -BeNullOrEmpty
        $plan.Objects.Type | Should -Contain 'DssConnection'
        $plan.Objects | Where-Object Changed | Should -BeNullOrEmpty
        Get-Write $site | ForEach-Object { "$($_.Method) $($_.Url)" } | Should -BeNullOrEmpty
    }

    It 'runs to the end without a process, and starts over as a job does' {
        $first = Invoke-Example $site Runbook-SparkOnAks.ps1 $arguments $sandbox
        $first.Else | Should -BeNullOrEmpty
        foreach ($type in 'SparkImage', 'AcrPullGrant', 'DssSparkConfig', 'DssConnection') { ($first.Objects | Where-Object Changed).Type | Should -Contain $type }
        ($first.Objects | Where-Object Type -EQ SparkImageComparison).Match | Sort-Object -Unique | Should -Be $true

        $asked = (Get-Write $site).Count
        $second = Invoke-Example $site Runbook-SparkOnAks.ps1 $arguments $sandbox
        $second.Else | Should -BeNullOrEmpty
        $second.Objects | Where-Object Changed | ForEach-Object { "$($_.Type) $($_.Text)" } | Should -BeNullOrEmpty
        (Get-Write $site).Count | Should -Be $asked

        $first.Started + $second.Started | Should -Be 0
        $first.Length | Should -BeLessThan 1MB
        (Get-SiteRequest $site).Url -match 'planted-signature' | Should -BeNullOrEmpty
    }
}

Describe 'A runbook' {
    It 'keeps to what Azure Automation allows' {
        $errors = $null
        $ast = [System.Management.Automation.Language.Parser]::ParseFile("$examples/Runbook-SparkOnAks.ps1", [ref]$null, [ref]$errors)
        $errors | Should -BeNullOrEmpty
        $ast.ScriptRequirements | Should -BeNullOrEmpty
        $commands = $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
        $commands.GetCommandName() | Where-Object { $_ -in 'Write-Host', 'Read-Host', 'Get-Credential', 'Start-Process' } | Should -BeNullOrEmpty
        foreach ($command in $commands | Where-Object { $_.GetCommandName() -match '-(Spark|Dss|Aks|Acr|Adls)' }) { "$command" | Should -Match '-ErrorAction Stop' }
        $ast.ParamBlock.Parameters.StaticType | Where-Object { $_ -notin [string], [int], [bool] } | Should -BeNullOrEmpty
    }
}
