# Errors that are the cmdlets' own: a path that is none of the file system's, and what nobody foresaw.

BeforeAll {
    Import-Module $env:SPARKAZURE_MODULE
}

Describe 'A path of another provider' {
    It 'is refused, whichever cmdlet gets it' -ForEach @(
        @{ Call = { Get-DssInstallation env:PATH } }
        @{ Call = { Get-SparkJarRestorePoint env:PATH } }
        @{ Call = { Find-SparkJarConflict env:PATH } }
    ) {
        $failure = $Call | Should -Throw -PassThru -ErrorId 'NotAFileSystemPath,*'
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        "$failure" | Should -Match "'env:PATH' is a path of PowerShell's Environment provider"
        "$failure" | Should -Match 'Give a path of the file system'
    }
}

Describe 'A failure that nobody foresaw' {
    # No input is known that leads to one, or it would be mended; so the place where it would arrive is asked itself.
    It 'says that it is a defect, what it was and where to find the rest' {
        $assembly = (Get-Command Get-DssInstallation).ImplementingType.Assembly
        $method = $assembly.GetType('SparkAzure.Hosting.ErrorMapper').GetMethod('ToErrorRecord')
        $record = $method.Invoke($null, @([System.DivideByZeroException]::new('by zero'), 'the input'))

        $record.FullyQualifiedErrorId | Should -Be 'UnexpectedFailure'
        $record.CategoryInfo.Category | Should -Be 'NotSpecified'
        $record.TargetObject | Should -Be 'the input'
        $record.ErrorDetails.Message | Should -Match 'DivideByZeroException'
        $record.ErrorDetails.Message | Should -Match 'by zero'
        $record.ErrorDetails.Message | Should -Match 'a defect of SparkAzure; report it'
    }
}
