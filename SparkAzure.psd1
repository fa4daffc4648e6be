@{
    RootModule           = 'SparkAzure.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '5d0f5c1e-7f0b-4b6a-9d3f-0e6c1a9b7c42'
    Author               = 'SparkAzure'
    CompanyName          = 'SparkAzure'
    Copyright            = '(c) SparkAzure contributors'
    Description          = 'Takes a Dataiku DSS host from Spark archive and DSS libraries on disk to Spark jobs that run on Azure Kubernetes Service and read and write Azure Data Lake Storage.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('SparkAzure.Format.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Compare-SparkImage'
        'Edit-SparkDockerfile'
        'Find-SparkJarConflict'
        'Get-AdlsAccessKey'
        'Get-AksApiServer'
        'Get-DssAdlsConnection'
        'Get-DssHadoopIntegration'
        'Get-DssInstallation'
        'Get-DssSparkConfig'
        'Get-SparkDistribution'
        'Get-SparkFailureCause'
        'Get-SparkJarRestorePoint'
        'Grant-AcrPull'
        'Import-AksCredential'
        'Initialize-SparkNamespace'
        'Install-DssHadoopIntegration'
        'Install-DssSparkIntegration'
        'Invoke-SparkSmokeTest'
        'New-AdlsServicePrincipal'
        'New-DssAdlsConnection'
        'New-DssEndpoint'
        'Publish-SparkImage'
        'Remove-AdlsServicePrincipal'
        'Remove-AksCredential'
        'Remove-DssAdlsConnection'
        'Remove-DssSparkConfig'
        'Remove-SparkNamespace'
        'Restart-Dss'
        'Restore-DssAdlsConnection'
        'Restore-DssSparkConfig'
        'Restore-SparkDockerfile'
        'Restore-SparkJars'
        'Revoke-AcrPull'
        'Set-DssAdlsConnection'
        'Set-DssSparkConfig'
        'Start-Dss'
        'Stop-Dss'
        'Test-SparkAzureSetup'
        'Uninstall-DssHadoopIntegration'
        'Uninstall-DssSparkIntegration'
        'Update-SparkJars'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('Azure', 'AzureAutomation', 'AKS', 'ADLS', 'Dataiku', 'DSS', 'Spark', 'Kubernetes', 'Docker', 'PSEdition_Core', 'Linux')
            ReleaseNotes = 'See CHANGELOG.md'
        }
    }
}
