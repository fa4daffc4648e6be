# The PowerShell that runs the tests, as a command that starts another one of it: & $pwsh @pwshArguments -NoProfile …
# Its process is not always pwsh: where PowerShell is a .NET tool, or where its program does not fit the system, dotnet
# runs pwsh.dll.

$pwsh = [Environment]::ProcessPath
$pwshArguments = @(if ((Split-Path $pwsh -LeafBase) -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' })
