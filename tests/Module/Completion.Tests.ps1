# Tab completion of values that stand in files: found from the caller's own location, nothing where there is nothing.

BeforeAll {
    Import-Module $env:SPARKAZURE_MODULE

    function Complete([string] $Line) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches | Where-Object ResultType -EQ ParameterValue | ForEach-Object CompletionText
    }

    New-Item -ItemType Directory "$TestDrive/spark/jars", "$TestDrive/spark/.sparkazure/restore-points" | Out-Null
    Set-Content "$TestDrive/spark/jars/spark-core_2.11-2.4.0.jar" ''
    Set-Content "$TestDrive/spark/.sparkazure/restore-points/20260101T000000000Z.json", "$TestDrive/spark/.sparkazure/restore-points/20260202T000000000Z.json" '{}'
    Push-Location $TestDrive
}

AfterAll { Pop-Location }

Describe 'Completion' {
    It 'offers the restore points of a Spark home given relative to the location, newest first' {
        Complete 'Restore-SparkJars -SparkHome ./spark -RestorePoint ' | Should -Be '20260202T000000000Z', '20260101T000000000Z'
        Complete 'Restore-SparkJars -SparkHome ./spark -RestorePoint 202601' | Should -Be '20260101T000000000Z'
    }

    It 'offers nothing where there is no such thing: <_>' -ForEach @(
        'Restore-SparkJars -SparkHome ./none -RestorePoint '
        'Restore-SparkJars -SparkHome nodrive:/x -RestorePoint '
        'Get-AksApiServer -KubeConfig ./none -Context '
    ) {
        Complete $_ | Should -BeNullOrEmpty
    }
}
