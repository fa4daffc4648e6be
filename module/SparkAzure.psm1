# Puts the model types into PowerShell's default context and everything else into a private AssemblyLoadContext, so that
# the packages of this module never meet those of another one. See docs/architecture.md, "Isolation". Neither Add-Type nor
# Update-TypeData: a fresh pwsh would first load Microsoft.PowerShell.Utility for them, which costs as much as half of all that stands here.

$model = 'SparkAzure.ModuleLoadContext' -as [type]
if (-not $model) {
    $null = [System.Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath([System.IO.Path]::Combine($PSScriptRoot, 'bin', 'SparkAzure.Model.dll'))
    $model = [SparkAzure.ModuleLoadContext]
}
elseif ($model::Folder -ne [System.IO.Path]::Combine($PSScriptRoot, 'bin')) {
    # A process holds one version of the model types for good; a second module folder would get the first one's code.
    throw [System.Management.Automation.ErrorRecord]::new(
        [System.InvalidOperationException]::new("SparkAzure is already loaded in this process from '$($model::Folder)', and one process can hold it only once. Start a new pwsh to use '$PSScriptRoot'."),
        'SparkAzureVersionConflict', 'ResourceExists', $PSScriptRoot)
}

# Here and not in the module's own manifest, which would read the file before the refusal above and fail on the types' second coming.
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, 'SparkAzure.Types.psd1'))

$inner = Import-Module -Assembly ([SparkAzure.ModuleLoadContext]::LoadModule()) -PassThru

# A forced re-import leaves the cmdlets out of this module (PowerShell issue 20710). The engine's own method puts them back;
# where a later engine has no such method, it also has no such defect.
$addExported = [System.Management.Automation.PSModuleInfo].GetMethod('AddExportedCmdlet', [System.Reflection.BindingFlags]'Instance, NonPublic')
if ($addExported) {
    foreach ($cmdlet in $inner.ExportedCmdlets.Values) {
        $addExported.Invoke($ExecutionContext.SessionState.Module, @(, $cmdlet))
    }
}
