# The module as a package: what is in it, how it loads, and that it keeps to itself.

BeforeAll {
    . "$PSScriptRoot/PowerShell.ps1"
    $module = $env:SPARKAZURE_MODULE

    # Runs a script in a pwsh of its own, because what is loaded once stays loaded; gives back what it wrote as JSON.
    function Invoke-Fresh([scriptblock] $Script) {
        $output = & $pwsh @pwshArguments -NoProfile -NonInteractive -Command $Script -args $module *>&1
        try { $output | ConvertFrom-Json } catch { throw "The fresh pwsh said: $output" }
    }
}

Describe 'The package' {
    It 'has a manifest that PowerShell accepts' {
        (Test-ModuleManifest "$module/SparkAzure.psd1").Version | Should -Be '0.1.0'
    }

    It 'carries nothing of PowerShell itself' {
        Get-ChildItem "$module/bin" | Where-Object Name -Match '^(System\.Management\.Automation|Microsoft\.PowerShell\.)' | Should -BeNullOrEmpty
    }

    It 'is small and its paths are short' {
        $files = Get-ChildItem $module -Recurse -File
        ($files | Measure-Object Length -Sum).Sum | Should -BeLessThan 30MB
        $files | Where-Object { $_.FullName.Length - $module.Length -gt 110 } | Should -BeNullOrEmpty
    }
}

Describe 'Importing' {
    It 'exports exactly the cmdlets that the manifest names' {
        $result = Invoke-Fresh {
            Import-Module $args[0]
            ConvertTo-Json @((Get-Command -Module SparkAzure).Name)
        }
        $result | Should -Be (Import-PowerShellDataFile "$module/SparkAzure.psd1").CmdletsToExport
    }

    It 'works again with -Force and after Remove-Module' {
        $result = Invoke-Fresh {
            $ErrorActionPreference = 'Stop'
            Import-Module $args[0]
            $first = (Get-Command -Module SparkAzure).Count
            Import-Module $args[0] -Force
            $forced = (Get-Command -Module SparkAzure).Count
            Remove-Module SparkAzure
            Import-Module $args[0]
            ConvertTo-Json @{ Counts = @($first, $forced, (Get-Command -Module SparkAzure).Count); Errors = $Error.Count; Source = (Get-Command Get-DssInstallation).Source }
        }
        $result.Counts[0] | Should -BeGreaterThan 0
        $result.Counts | Select-Object -Unique | Should -HaveCount 1
        $result.Errors | Should -Be 0
        $result.Source | Should -Be 'SparkAzure'
    }

    It 'keeps cmdlets and packages in a load context of its own, and the types users name in the default one' {
        $result = Invoke-Fresh {
            Import-Module $args[0]
            try { Get-AksApiServer -KubeConfig /nowhere } catch { }
            function ContextOf($Name) {
                $assembly = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq $Name }
                ($assembly | ForEach-Object { [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name }) -join ','
            }
            ConvertTo-Json @{
                Cmdlets = ContextOf SparkAzure; Core = ContextOf SparkAzure.Core; Yaml = ContextOf YamlDotNet; Model = ContextOf SparkAzure.Model
                Type    = [SparkAzure.DssInstallation].FullName
            }
        }
        $result.Cmdlets | Should -Be 'SparkAzure'
        $result.Core | Should -Be 'SparkAzure'
        $result.Yaml | Should -BeIn 'SparkAzure', ''
        $result.Model | Should -Be 'Default'
        $result.Type | Should -Be 'SparkAzure.DssInstallation'
    }

    It 'takes what is compiled for this machine, from the folder of its name, and what the runtime has itself from there' {
        $copy = "$TestDrive/Compiled/SparkAzure"
        Copy-Item $module $copy -Recurse
        # The same assembly stands in for what only a Release build compiles; one for no machine at all must not even be looked at.
        $here = New-Item -ItemType Directory "$copy/bin/$([System.Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier)" -Force
        Copy-Item "$module/bin/YamlDotNet.dll" $here
        New-Item -ItemType Directory "$copy/bin/plan9-mips" | ForEach-Object { Set-Content "$_/YamlDotNet.dll" 'no assembly' }
        Set-Content "$TestDrive/config" "current-context: c`ncontexts: [{name: c, context: {cluster: k}}]`nclusters: [{name: k, cluster: {server: 'https://h'}}]"
        $env:COPY = $copy; $env:CONFIG = "$TestDrive/config"

        $result = Invoke-Fresh {
            $ErrorActionPreference = 'Stop'
            Import-Module $env:COPY
            $master = (Get-AksApiServer -KubeConfig $env:CONFIG).SparkMaster
            $context = [System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -EQ SparkAzure
            # A package of which a runtime has its own copy from some version on.
            $json = $context.LoadFromAssemblyName('System.Text.Json')
            $theirs = [System.IO.Path]::Combine([System.Runtime.InteropServices.RuntimeEnvironment]::GetRuntimeDirectory(), 'System.Text.Json.dll')
            function VersionOf($File) { [System.Reflection.AssemblyName]::GetAssemblyName($File).Version }
            ConvertTo-Json @{
                Master = $master
                Yaml   = ($context.Assemblies | Where-Object { $_.GetName().Name -eq 'YamlDotNet' }).Location
                Json   = $json.Location
                Newest = (VersionOf $theirs) -ge (VersionOf "$env:COPY/bin/System.Text.Json.dll") ? $theirs : "$env:COPY/bin/System.Text.Json.dll"
            }
        }
        $result.Master | Should -Be 'k8s://https://h:443'
        $result.Yaml | Should -Be (Join-Path $here YamlDotNet.dll)
        $result.Json | Should -Be $result.Newest
    }

    It 'does not mind another YamlDotNet, whether it comes <When>' -ForEach @(
        @{ When = 'before' }
        @{ When = 'after' }
    ) {
        $stub = Join-Path $TestDrive "$When/YamlDotNet.dll"
        New-Item -ItemType Directory (Split-Path $stub) | Out-Null
        & $pwsh @pwshArguments -NoProfile -NonInteractive -Command "Add-Type -TypeDefinition 'namespace YamlDotNet { public class Stub { public static int One() => 1; } }' -OutputAssembly '$stub'"
        Set-Content "$TestDrive/config" "current-context: c`ncontexts: [{name: c, context: {cluster: k}}]`nclusters: [{name: k, cluster: {server: 'https://h'}}]"
        $env:STUB = $stub; $env:CONFIG = "$TestDrive/config"; $env:WHEN = $When

        $result = Invoke-Fresh {
            $ErrorActionPreference = 'Stop'
            if ($env:WHEN -eq 'before') { Add-Type -LiteralPath $env:STUB }
            Import-Module $args[0]
            $before = (Get-AksApiServer -KubeConfig $env:CONFIG).SparkMaster
            if ($env:WHEN -eq 'after') { Add-Type -LiteralPath $env:STUB }
            ConvertTo-Json @{ Stub = [YamlDotNet.Stub]::One(); Masters = @($before, (Get-AksApiServer -KubeConfig $env:CONFIG).SparkMaster) }
        }
        $result.Stub | Should -Be 1
        $result.Masters | Should -Be @('k8s://https://h:443', 'k8s://https://h:443')
    }

    It 'refuses a second copy of itself in one process' {
        Copy-Item $module "$TestDrive/Copy/SparkAzure" -Recurse
        $env:COPY = "$TestDrive/Copy/SparkAzure"
        $result = Invoke-Fresh {
            Import-Module $args[0]
            try { Import-Module $env:COPY -ErrorAction Stop; $id = 'none' } catch { $id = $_.FullyQualifiedErrorId }
            ConvertTo-Json @{ Id = $id }
        }
        $result.Id | Should -BeLike 'SparkAzureVersionConflict*'
    }

    It 'brings what its types show and takes it along when it goes' {
        $result = Invoke-Fresh {
            Import-Module $args[0]
            function Key { "$((Get-TypeData SparkAzure.DssInstallation).DefaultKeyPropertySet.ReferencedProperties)" }
            $there = Key
            Remove-Module SparkAzure
            $gone = Key
            Import-Module $args[0]
            ConvertTo-Json @($there, $gone, (Key))
        }
        $result | Should -Be @('DataDirectory', '', 'DataDirectory')
    }

    It 'changes no variable and does not load Azure before it is asked for' {
        $result = Invoke-Fresh {
            $before = Get-ChildItem Env: | Sort-Object Name | ForEach-Object { "$($_.Name)=$($_.Value)" }
            Import-Module $args[0]
            $after = Get-ChildItem Env: | Sort-Object Name | ForEach-Object { "$($_.Name)=$($_.Value)" }
            ConvertTo-Json @{ Same = -not (Compare-Object $before $after); Http = @([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -like 'Azure.*' }).Count }
        }
        $result.Same | Should -BeTrue
        $result.Http | Should -Be 0
    }
}
