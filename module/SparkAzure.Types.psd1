# Imported by SparkAzure.psm1, for one thing: the engine reads the types file of a manifest itself, and takes it back when the module is removed.
@{
    ModuleVersion     = '1.0'
    TypesToProcess    = @('SparkAzure.Types.ps1xml')
    FunctionsToExport = @()
    CmdletsToExport   = @()
    VariablesToExport = @()
    AliasesToExport   = @()
}
