# What a person sees of a distribution: the line, and below it which features would work.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    Import-Module $env:SPARKAZURE_MODULE
    $site = Start-SampleSite "$TestDrive/site"

    # A Spark without SQL. No class of the sample's jars can be read.
    $withoutSql = "$TestDrive/spark"
    Copy-Item $site.SparkHome $withoutSql -Recurse
    Remove-Item "$withoutSql/jars/spark-sql_*.jar"
    $distribution = Get-SparkDistribution $withoutSql
}

AfterAll {
    Stop-SampleSite $site
}

Describe 'Get-SparkDistribution' {
    It 'says of every feature what is known' {
        $distribution.Features.Feature | Should -Be ([Enum]::GetNames([SparkAzure.SparkFeature]))
        $states = $distribution.Features | Group-Object State -AsHashTable -AsString
        $states.Missing.Feature | Should -Contain 'Sql'
        $states.Missing.Feature | Should -Contain 'Abfs'
        $states.Unknown.Feature | Should -Contain 'Driver'
        ($states.Missing | Where-Object Feature -EQ Sql).Exception | Should -Be 'java.lang.NoClassDefFoundError: org/apache/spark/sql/SparkSession'
    }

    It 'names in its line what is missing, and counts what is not known' {
        $text = ($distribution | Out-String -Width 160) -replace '\s+', ' '
        $text | Should -Match 'Sql, '
        $text | Should -Match 'missing'
        $text | Should -Match "$(@($distribution.Features | Where-Object State -EQ Unknown).Count) unknown"
    }

    It 'shows the features as a table, and in a list by their states' {
        $distribution.Features | Out-String -Width 160 | Should -Match 'Feature\s+State\s+RequiredJars\s+Exception'
        $distribution.Features | Out-String -Width 160 | Should -Match '(?m)^Sql\s+Missing\s'
        $distribution | Format-List Features | Out-String -Width 200 | Should -Match 'Driver Unknown'
    }

    It 'leaves the features out where they are not asked for' {
        $names = Get-SparkDistribution $withoutSql -SkipFeature
        $names.Features | Should -BeNullOrEmpty
        $names.JarCount | Should -Be $distribution.JarCount
        $names.Missing | Should -Be $distribution.Missing
        $names | Out-String -Width 160 | Should -Not -Match 'missing|unknown'
    }
}
