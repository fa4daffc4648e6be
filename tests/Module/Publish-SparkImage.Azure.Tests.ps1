# Publish-SparkImage with the engines that a registry of Azure offers, in a pwsh that trusts the stand-in's authority, as one trusts a company's own.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    $site = Start-SampleSite "$TestDrive/site"
    Set-Content "$TestDrive/Dockerfile" @"
FROM $($site.PrivateRegistry)/base/jre:8-alpine
COPY jars /opt/spark/jars
COPY kubernetes/dockerfiles/spark/entrypoint.sh /opt/
ENV SPARK_HOME /opt/spark
ENTRYPOINT [ "/opt/entrypoint.sh" ]
"@

    # The streams as lines, and the images as the last of them; no daemon answers, and no login lies about.
    function Publish([hashtable] $More = @{}) {
        $arguments = @{
            SparkHome = $site.SparkHome; Registry = $site.PrivateRegistry; Tag = 'v1'; Dockerfile = "$TestDrive/Dockerfile"
            ResourceManagerEndpoint = $site.ResourceManagerEndpoint; Token = $site.AccessToken
        }
        $More.Keys | ForEach-Object { $arguments[$_] = $More[$_] }
        $environment = @{ SSL_CERT_FILE = $site.CertificateAuthority; DOCKER_HOST = 'tcp://127.0.0.1:1'; DOCKER_CONFIG = "$TestDrive/none"; XDG_CACHE_HOME = "$TestDrive/cache"; ARGUMENTS = $arguments | ConvertTo-Json -Compress }
        $environment.Keys | ForEach-Object { [Environment]::SetEnvironmentVariable($_, $environment[$_]) }
        try {
            & $pwsh @pwshArguments -NoProfile -NonInteractive -Command {
                $arguments = $env:ARGUMENTS | ConvertFrom-Json -AsHashtable
                $arguments.AccessToken = ConvertTo-SecureString $arguments.Token -AsPlainText -Force
                $arguments.Remove('Token')
                Import-Module $args[0]
                $all = Publish-SparkImage @arguments -Verbose -Debug *>&1
                $all | ForEach-Object { "$_" }
                ConvertTo-Json -Compress @($all | Where-Object { $_.PSObject.TypeNames[0] -eq 'SparkAzure.SparkImage' })
            } -args $env:SPARKAZURE_MODULE
        }
        finally {
            $environment.Keys | ForEach-Object { [Environment]::SetEnvironmentVariable($_, $null) }
        }
    }

    function Get-Write { @(Get-SiteRequest $site | Where-Object { $_.Service -eq 'Azure' -and $_.Method -ne 'GET' }) }
}

AfterAll {
    Stop-SampleSite $site
}

Describe 'Publish-SparkImage in Azure' {
    It 'rehearses: chooses the engine, names the images and writes nothing' {
        $lines = Publish @{ WhatIf = $true }
        $images = $lines[-1] | ConvertFrom-Json
        $images.Name | Should -Be 'spark', 'spark-py'
        $images.Planned | Should -Be $true, $true
        $lines -match '^Engine AcrTask, because Docker: No Docker daemon answers' | Should -Not -BeNullOrEmpty
        Get-Write | Should -BeNullOrEmpty
    }

    It 'takes Azure where no daemon answers, shows the log, and pins the digest' {
        $script:lines = Publish
        $script:first = $lines[-1] | ConvertFrom-Json
        $first.Changed | Should -Be $true, $true
        $first[1].Reference | Should -Match '/spark-py@sha256:[0-9a-f]{64}$'
        $lines -match '^Step 1/\d+ : FROM ' | Should -Not -BeNullOrEmpty
        (Get-Write | Where-Object Url -Like '*/scheduleRun*') | Should -HaveCount 1
    }

    It 'starts no run when nothing changed' {
        $second = (Publish @{ Engine = 3 })[-1] | ConvertFrom-Json
        $second.Digest | Should -Be $first.Digest
        $second.Changed | Should -Be $false, $false
        (Get-Write | Where-Object Url -Like '*/scheduleRun*') | Should -HaveCount 1
    }

    It 'shows neither the token nor the signature of an upload in any stream' {
        $text = $lines -join "`n"
        $text | Should -Not -Match 'sig='
        $text.Contains($site.AccessToken) | Should -BeFalse
    }

    It 'says plainly that Azure knows no such registry' {
        $lines = Publish @{ Registry = $site.Registry; Engine = 3 } 2>&1
        ($lines -join ' ') | Should -Match "shows this account no registry with the login server $($site.Registry)"
    }
}

Describe 'The parameters of Publish-SparkImage' {
    BeforeAll {
        Import-Module $env:SPARKAZURE_MODULE
        $kept = $env:DOCKER_CONFIG
        $env:DOCKER_CONFIG = "$TestDrive/docker"
        $id = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([Text.Encoding]::UTF8.GetBytes('build'))).ToLowerInvariant()
        $null = New-Item -ItemType Directory "$TestDrive/docker/contexts/meta/$id"
        Set-Content "$TestDrive/docker/contexts/meta/$id/meta.json" '{"Name":"build","Endpoints":{"docker":{"Host":"tcp://127.0.0.1:1"}}}'
    }

    AfterAll { $env:DOCKER_CONFIG = $kept }

    It 'complete docker contexts and engines' {
        (TabExpansion2 'Publish-SparkImage -DockerContext ').CompletionMatches.CompletionText | Should -Be 'default', 'build'
        (TabExpansion2 'Publish-SparkImage -Engine A').CompletionMatches.CompletionText | Should -Be 'AcrTask', 'Auto'
    }

    It 'take the daemon of a context' {
        { Publish-SparkImage -SparkHome $site.SparkHome -Registry $site.Registry -Tag t -DockerContext build } | Should -Throw -ErrorId 'DockerUnavailable,*'
        { Publish-SparkImage -SparkHome $site.SparkHome -Registry $site.Registry -Tag t -DockerContext biuld } | Should -Throw -ErrorId 'DockerContextUnusable,*'
    }
}
