# What a person sees: a folder goes in, findings come out, and the two cmdlets fit together.

BeforeAll {
    Import-Module $env:SPARKAZURE_MODULE
    $sparkHome = Join-Path $TestDrive 'spark-2.4.5-bin-hadoop2.7'
    $jars = New-Item -ItemType Directory (Join-Path $sparkHome 'jars')

    function New-Jar([string] $Group, [string] $Artifact, [string] $Version) {
        $folder = New-Item -ItemType Directory -Force (Join-Path $TestDrive "jar/$Artifact-$Version/META-INF/maven/$Group/$Artifact")
        Set-Content (Join-Path $folder 'pom.properties') "version=$Version", "groupId=$Group", "artifactId=$Artifact"
        $zip = Join-Path $TestDrive "$Artifact-$Version.zip"
        Compress-Archive (Join-Path $TestDrive "jar/$Artifact-$Version/META-INF") $zip
        Move-Item $zip (Join-Path $jars "$Artifact-$Version.jar")
    }

    New-Jar org.apache.spark spark-core_2.11 2.4.5
    New-Jar org.apache.hadoop hadoop-common 2.7.4
    New-Jar org.apache.hadoop hadoop-azure 3.2.0
    New-Jar org.apache.hadoop hadoop-client-api 3.2.0
}

Describe 'Get-SparkDistribution and Find-SparkJarConflict' {
    It 'reads a folder from the pipeline' {
        $distribution = Get-Item $sparkHome | Get-SparkDistribution
        $distribution.SparkVersion | Should -Be '2.4.5'
        $distribution.HadoopRelease | Should -Be '2.7.4'
        $distribution.Notes[0] | Should -Match 'no RELEASE file'
        $distribution.Missing | Should -Contain 'guava 14.0.1'
    }

    It 'finds the same by path, by distribution and by an object with a SparkHome' {
        $byPath = Find-SparkJarConflict $sparkHome
        $byPath.Rule | Should -Be 'HadoopSplitAndShaded', 'HadoopVersionsMixed'
        (Get-SparkDistribution $sparkHome | Find-SparkJarConflict).Rule | Should -Be $byPath.Rule
        ([pscustomobject]@{ SparkHome = $sparkHome } | Find-SparkJarConflict).Rule | Should -Be $byPath.Rule
    }

    It 'shows the finding in the table and the exception in the list' {
        $conflict = Find-SparkJarConflict $sparkHome | Where-Object Rule -EQ HadoopSplitAndShaded
        $conflict | Out-String -Width 100 | Should -Match 'Error\s+HadoopSplitAndShaded\s+hadoop-common-2.7.4.jar beside'
        $conflict | Format-List | Out-String -Width 200 | Should -Match 'Symptom\s+: java.lang.NoSuchMethodError, ClassCastException or LinkageError'
    }

    It 'writes nothing where nothing is wrong' {
        $other = Join-Path $TestDrive 'other'
        New-Item -ItemType Directory "$other/jars" | Out-Null
        Copy-Item "$jars/spark-core_2.11-2.4.5.jar" "$other/jars"
        Find-SparkJarConflict $other | Should -BeNullOrEmpty
    }
}
