# The sandbox for tests of the module: a sample DSS host, a sample Spark and stand-ins of what is reached over the network.

. "$PSScriptRoot/PowerShell.ps1"

function Start-SampleSite([string] $Folder) {
    $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
    foreach ($argument in $env:SPARKAZURE_SANDBOX, 'serve', '--folder', $Folder) { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $line = $process.StandardOutput.ReadLine()
    if (-not $line) { throw 'The sandbox did not start.' }
    $line | ConvertFrom-Json | Add-Member Process $process -PassThru
}

function Stop-SampleSite($Site) {
    $Site.Process.StandardInput.Close()
    if (-not $Site.Process.WaitForExit(10000)) { $Site.Process.Kill($true) }
}

# What reached the stand-ins so far: Service, Method, Url.
function Get-SiteRequest($Site) {
    $Site.Process.StandardInput.WriteLine()
    $Site.Process.StandardOutput.ReadLine() | ConvertFrom-Json | Write-Output
}

# One line per file and folder: enough to see any change, of content, mode or name.
function Get-TreeState([string] $Folder) {
    foreach ($item in Get-ChildItem -LiteralPath $Folder -Recurse -Force | Sort-Object FullName) {
        $content = if ($item.PSIsContainer -or $item.LinkType) { '-' } else { (Get-FileHash -LiteralPath $item.FullName).Hash }
        "$($item.UnixMode) $content $($item.FullName)"
    }
}

function ConvertTo-Secret([string] $Text) { ConvertTo-SecureString $Text -AsPlainText -Force }

# Runs a script in a pwsh of its own that trusts the stand-ins' certificate: whom a process trusts is read when it starts. The script finds
# the site in $site and the module imported, and warnings are quiet; what it returns comes back as JSON carries it. (-WhatIf prints before it.)
function Invoke-TrustingProcess($Site, [scriptblock] $Script) {
    $env:SSL_CERT_FILE = $Site.CertificateAuthority
    $env:SITE = $Site | Select-Object * -ExcludeProperty Process | ConvertTo-Json -Compress
    try {
        $head = 'Import-Module $env:SPARKAZURE_MODULE; . "' + $PSScriptRoot + '/SampleSite.ps1"; $site = $env:SITE | ConvertFrom-Json; $WarningPreference = "SilentlyContinue"; '
        & $pwsh @pwshArguments -NoProfile -NonInteractive -Command "$head & { $Script } | ConvertTo-Json -Depth 6 -Compress -WarningAction Ignore" | Select-Object -Last 1 | ConvertFrom-Json
    }
    finally {
        $env:SSL_CERT_FILE = $env:SITE = $null
    }
}
