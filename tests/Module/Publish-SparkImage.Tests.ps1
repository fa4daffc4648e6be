# Publish-SparkImage where it takes long and where it knows a secret: it can be stopped, leaves nothing behind, and gives nothing away.

BeforeDiscovery {
    $noDocker = -not (Get-Command docker -ErrorAction Ignore) -or $(docker version *> $null; $LASTEXITCODE -ne 0)
}

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    $site = Start-SampleSite "$TestDrive/site"

    # What a cmdlet, docker or .NET might leave: all of it goes here, and is looked at.
    $kept = @{ TMPDIR = $env:TMPDIR; XDG_CACHE_HOME = $env:XDG_CACHE_HOME; DOCKER_CONFIG = $env:DOCKER_CONFIG }
    foreach ($name in $kept.Keys) { Set-Item "Env:$name" (New-Item -ItemType Directory "$TestDrive/left/$name").FullName }
}

AfterAll {
    foreach ($name in $kept.Keys) { Set-Item "Env:$name" $kept[$name] }
    Stop-SampleSite $site
}

Describe 'Stopping a publication' {
    BeforeAll {
        # A registry that always asks for patience.
        $busy = [System.Net.HttpListener]::new()
        $port = 20000 + (Get-Random 20000)
        $busy.Prefixes.Add("http://127.0.0.1:$port/")
        $busy.Start()
        $asked = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
        $answering = Start-ThreadJob {
            # A wait that ends by itself: a closed listener does not always wake one without end, and then nothing stops the job.
            while ($true) {
                $next = ($using:busy).GetContextAsync()
                while (-not $next.Wait(200)) { if (-not ($using:busy).IsListening) { return } }
                $context = $next.Result
                $context.Response.StatusCode = 429
                $context.Response.Headers['Retry-After'] = '60'
                $context.Response.Close()
                ($using:asked).Enqueue($context.Request.RawUrl)
            }
        }

        # Zeros that take no space, and half a minute to hash.
        $huge = "$TestDrive/huge"
        Copy-Item $site.SparkHome $huge -Recurse
        $jar = [IO.File]::Create("$huge/jars/huge-1.0.jar")
        $jar.SetLength(40GB)
        $jar.Dispose()
    }

    AfterAll {
        $busy.Close()
        $answering | Stop-Job -PassThru | Remove-Job -Force
        Remove-Item $huge -Recurse -Force
    }

    It 'takes less than a second while it <Phase>, and leaves no file' -ForEach @(
        @{ Phase = 'waits because the registry asked it to'; Arguments = { @{ SparkHome = $site.SparkHome; Registry = "127.0.0.1:$port"; BaseImage = "127.0.0.1:$port/base:1" } }; IsThere = { $asked.Count -gt 0 } }
        @{ Phase = 'hashes'; Arguments = { @{ SparkHome = $huge; Registry = $site.Registry; BaseImage = $site.BaseImage } }; IsThere = { @(Get-SiteRequest $site | Where-Object Url -Like '*/base/jre/blobs/*').Count -gt $before } }
    ) {
        $best = [double]::MaxValue
        for ($attempt = 0; $attempt -lt 3 -and $best -ge 1000; $attempt++) {
            $asked.Clear()
            $before = @(Get-SiteRequest $site | Where-Object Url -Like '*/base/jre/blobs/*').Count
            $shell = [powershell]::Create()
            $null = $shell.AddCommand('Import-Module').AddArgument($env:SPARKAZURE_MODULE).Invoke()
            $shell.Commands.Clear()
            $null = $shell.AddCommand('Publish-SparkImage').AddParameters((& $Arguments) + @{ Tag = 't'; Engine = 'Registry' })
            $running = $shell.BeginInvoke()
            $limit = [datetime]::UtcNow.AddSeconds(60)
            while (-not (& $IsThere)) {
                if ($running.IsCompleted -or [datetime]::UtcNow -gt $limit) { throw "It did not get as far: $($shell.Streams.Error)" }
                Start-Sleep -Milliseconds 20
            }

            Start-Sleep -Milliseconds 200
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $best = [Math]::Min($best, $watch.ElapsedMilliseconds)
            $shell.InvocationStateInfo.State | Should -Be 'Stopped' -Because $shell.InvocationStateInfo.Reason
            $shell.Streams.Error | Should -BeNullOrEmpty
            $shell.Dispose()
        }

        $best | Should -BeLessThan 1000
        Get-ChildItem "$TestDrive/left/TMPDIR" -Recurse -Force | Should -BeNullOrEmpty
        Get-ChildItem "$TestDrive/left" -Recurse -File -Force -Filter *.tmp | Should -BeNullOrEmpty
    }
}

Describe 'The password of a registry' -Skip:(-not $IsLinux) {
    BeforeAll {
        $secret = $site.PrivateRegistryPassword
        $basic = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("$($site.PrivateRegistryUser):$secret"))
        $forms = $secret, [uri]::EscapeDataString($secret), $basic.TrimEnd('='), [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($secret)).TrimEnd('=')

        # Everything that others could read of the processes that run meanwhile: their arguments, and the environments of children.
        $seen = [System.Collections.Concurrent.ConcurrentDictionary[string, string]]::new()
        $own = [Environment]::ProcessId
        $watcher = Start-ThreadJob {
            while ($true) {
                foreach ($folder in [IO.Directory]::GetDirectories('/proc')) {
                    foreach ($file in 'cmdline', 'environ') {
                        try { $null = ($using:seen).TryAdd([IO.File]::ReadAllText("$folder/$file"), "$folder/$file") } catch { }
                    }
                }
                Start-Sleep -Milliseconds 10
            }
        }

        Set-Content "$TestDrive/Dockerfile" "FROM scratch`nCOPY jars /opt/spark/jars"
        function Publish([hashtable] $More) {
            # In a process of its own, with every stream shown; the password comes through its standard input.
            $script = {
                param($Module, $Json)
                $VerbosePreference = $DebugPreference = 'Continue'
                $password = ConvertTo-SecureString @($input)[0] -AsPlainText -Force
                $arguments = $Json | ConvertFrom-Json -AsHashtable
                $credential = [pscredential]::new($arguments.User, $password)
                $arguments.Remove('User')
                Import-Module $Module -Verbose:$false -Debug:$false
                try { Publish-SparkImage @arguments -Credential $credential -OutVariable result; $result | Format-List * -Force; $result | ConvertTo-Json }
                catch { $_ }
                $Error | Format-List * -Force
                $Error | ForEach-Object { $_.Exception.ToString() }
            }
            Set-Content "$TestDrive/publish.ps1" $script.ToString()
            $arguments = @{ SparkHome = $site.SparkHome; Registry = $site.PrivateRegistry; Image = 'spark'; User = $site.PrivateRegistryUser } + $More
            $given = $arguments.Contains('Wrong') ? "x$secret" : $secret
            $arguments.Remove('Wrong')
            $given | & $pwsh @pwshArguments -NoProfile -NonInteractive -File "$TestDrive/publish.ps1" $env:SPARKAZURE_MODULE ($arguments | ConvertTo-Json -Compress) *>&1 | ForEach-Object ToString
        }

        $output = @(
            Publish @{ Tag = 't'; Engine = 'Registry'; BaseImage = "$($site.PrivateRegistry)/base/jre:8-alpine" }
            Publish @{ Tag = 't'; Engine = 'Registry'; BaseImage = "$($site.PrivateRegistry)/base/jre:8-alpine"; Wrong = $true }
        )
        $docker = if (-not $noDocker) {
            Publish @{ Engine = 'Docker'; Dockerfile = "$TestDrive/Dockerfile"; Tag = 'd' }
            docker rmi -f "$($site.PrivateRegistry)/spark:d" *> $null
        }
        $watcher | Stop-Job -PassThru | Remove-Job -Force

        function Find-Secret([string[]] $Text, [string] $Where) {
            foreach ($form in $forms) {
                foreach ($line in $Text) { if ($line.Contains($form)) { "$Where`: $line" } }
            }
        }
    }

    It 'opened the registry' {
        $output -match 'RegistryLoginRefused' | Should -Not -BeNullOrEmpty
        @(Get-SiteRequest $site | Where-Object { $_.Method -eq 'PUT' -and $_.Url -eq '/v2/spark/manifests/t' }).Count | Should -Be 1
    }

    It 'opened it for docker, too' -Skip:$noDocker {
        @(Get-SiteRequest $site | Where-Object { $_.Method -eq 'PUT' -and $_.Url -eq '/v2/spark/manifests/d' }).Count | Should -Be 1 -Because ($docker -join "`n")
    }

    It 'appears in no stream, error or object' {
        Find-Secret @($output; $docker) 'Output' | Should -BeNullOrEmpty
    }

    It 'appears in no argument list and no environment of a process' {
        $seen.Count | Should -BeGreaterThan 1
        $seen.GetEnumerator() | Where-Object { $entry = $_; $forms.Where({ $entry.Key.Contains($_) }) } | ForEach-Object Value | Should -BeNullOrEmpty
    }

    It 'appears in no file: not in docker''s configuration, not in a cache' {
        $files = Get-ChildItem "$TestDrive" -Recurse -File -Force
        $files | Where-Object Length -LT 1MB | ForEach-Object { Find-Secret (Get-Content -LiteralPath $_.FullName -Raw) $_.FullName } | Should -BeNullOrEmpty
    }

    It 'appears in no address' {
        Find-Secret (Get-SiteRequest $site).Url 'Address' | Should -BeNullOrEmpty
    }
}
