# Ctrl+C: whatever a cmdlet waits for, it ends within a second and leaves no child process behind.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    $site = Start-SampleSite "$TestDrive/site"

    # A service that takes connections and never says a word.
    $mute = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
    $mute.Start()
    $address = $mute.LocalEndpoint.ToString()

    # A dssadmin that never ends, and a child of it that would be left behind.
    Set-Content "$($site.DataDirectory)/bin/dssadmin" "#!/bin/sh`necho `$`$ > '$TestDrive/hanging.pid'`nsleep 3600`n"
    $null = & chmod 777 $TestDrive

    function Wait-Until([scriptblock] $Condition) {
        $limit = [datetime]::UtcNow.AddSeconds(60)
        while (-not (& $Condition)) {
            if ([datetime]::UtcNow -gt $limit) { throw 'The cmdlet did not get as far as waiting.' }
            Start-Sleep -Milliseconds 20
        }
    }

    # Milliseconds from Stop to the end. The best of three, because a busy machine can take a second for itself.
    function Measure-Stop([string] $Command, [hashtable] $Arguments, [scriptblock] $UntilWaiting) {
        $best = [double]::MaxValue
        foreach ($attempt in 1..3) {
            $shell = [powershell]::Create()
            $null = $shell.AddCommand('Import-Module').AddArgument($env:SPARKAZURE_MODULE).Invoke()
            $shell.Commands.Clear()
            $null = $shell.AddCommand($Command).AddParameters($Arguments)
            $running = $shell.BeginInvoke()
            & $UntilWaiting
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $best = [Math]::Min($best, $watch.ElapsedMilliseconds)
            try { $null = $shell.EndInvoke($running) } catch [System.Management.Automation.PipelineStoppedException] { }
            $shell.InvocationStateInfo.State | Should -Be 'Stopped' -Because $shell.InvocationStateInfo.Reason
            $shell.Streams.Error | Should -BeNullOrEmpty
            $shell.Dispose()
            if ($best -lt 1000) { break }
        }
        $best
    }
}

AfterAll {
    $mute.Stop()
    Stop-SampleSite $site
}

Describe 'Stopping' {
    It 'ends <Command> that waits for <For>' -ForEach @(
        @{ Command = 'Get-AksApiServer'; For = 'Azure'; Arguments = { @{ ResourceGroupName = 'g'; ClusterName = 'c'; SubscriptionId = 's'; ResourceManagerEndpoint = "http://$address"; AccessToken = ConvertTo-Secret t } } }
        @{ Command = 'Publish-SparkImage'; For = 'a registry'; Arguments = { @{ SparkHome = $site.SparkHome; Registry = $address; Tag = 't'; Engine = 'Registry'; BaseImage = "$address/base:1" } } }
        @{ Command = 'Publish-SparkImage'; For = 'Docker'; Arguments = { @{ SparkHome = $site.SparkHome; Registry = $address; Tag = 't'; Engine = 'Docker'; DockerHost = "tcp://$address" } } }
        @{ Command = 'Publish-SparkImage'; For = 'Azure'; Arguments = {
                Set-Content "$TestDrive/Dockerfile" "FROM $($site.BaseImage)`nCOPY jars /opt/spark/jars"
                @{ SparkHome = $site.SparkHome; Registry = $site.Registry; Tag = 't'; Image = 'spark'; Dockerfile = "$TestDrive/Dockerfile"; Engine = 'AcrTask'; ResourceManagerEndpoint = "http://$address"; AccessToken = ConvertTo-Secret t }
            }
        }
        @{ Command = 'Set-DssSparkConfig'; For = 'DSS'; Arguments = { @{ Uri = "http://$address"; ApiKey = ConvertTo-Secret k; SparkMaster = 'k8s://https://h:443' } } }
        @{ Command = 'New-DssAdlsConnection'; For = 'DSS'; Arguments = { @{ Uri = "http://$address"; ApiKey = ConvertTo-Secret k; Name = 'lake'; Account = 'acct'; FileSystem = 'data'; AccountKey = ConvertTo-Secret ([Convert]::ToBase64String([byte[]](1..64))) } } }
    ) {
        Measure-Stop $Command (& $Arguments) {
            Wait-Until { $mute.Pending() }
            while ($mute.Pending()) { $null = $mute.AcceptTcpClient() }
        } | Should -BeLessThan 1000
    }

    It 'ends <Command> and the programs it runs' -ForEach @(
        @{ Command = 'Install-DssHadoopIntegration'; Arguments = { @{ DataDirectory = $site.DataDirectory; Archive = $site.Hadoop3Archive } } }
        @{ Command = 'Install-DssSparkIntegration'; Arguments = { @{ DataDirectory = $site.DataDirectory; SparkHome = $site.SparkHome } } }
    ) {
        Remove-Item "$TestDrive/hanging.pid" -Force -ErrorAction Ignore
        "$TestDrive/hanging.pid" | Should -Not -Exist
        Measure-Stop $Command (& $Arguments) { Wait-Until { Test-Path "$TestDrive/hanging.pid" } } | Should -BeLessThan 1000
        $id = Get-Content "$TestDrive/hanging.pid"
        Get-Process -Id $id -ErrorAction Ignore | Should -BeNullOrEmpty
        Get-ChildItem /proc -Directory | Where-Object Name -Match '^\d+$' | Where-Object { (Get-Content "$_/stat" -ErrorAction Ignore) -match "\) \w $id " } | Should -BeNullOrEmpty
    }
}
