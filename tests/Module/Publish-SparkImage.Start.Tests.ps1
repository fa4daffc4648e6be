# An image with which Spark would not start is said before it is sent, and of one that was sent.

BeforeAll {
    . "$PSScriptRoot/SampleSite.ps1"
    Import-Module $env:SPARKAZURE_MODULE
    $cache = $env:XDG_CACHE_HOME
    $env:XDG_CACHE_HOME = "$TestDrive/cache"
    $site = Start-SampleSite "$TestDrive/site"

    # A class file without code that names another class (Java Virtual Machine Specification, 4.1).
    function New-ClassFile([string] $Name, [string] $Named) {
        $pool = foreach ($text in $Name, 'java/lang/Object', $Named) { , (@(1, 0, $text.Length) + [System.Text.Encoding]::ASCII.GetBytes($text)) }
        [byte[]](@(0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 52, 0, 7) + $pool[0] + $pool[1] + $pool[2] + @(7, 0, 1, 7, 0, 2, 7, 0, 3) + @(0, 0x21, 0, 4, 0, 5) + @(0) * 8)
    }

    # The sample's jars have no classes. One gets the driver's first, which needs one that no jar has.
    $core = Get-Item "$($site.SparkHome)/jars/spark-core_*.jar"
    $jar = [System.IO.Compression.ZipFile]::Open($core.FullName, 'Update')
    $stream = $jar.CreateEntry('org/apache/spark/SparkContext.class').Open()
    [byte[]]$class = New-ClassFile org/apache/spark/SparkContext org/apache/spark/SparkConf
    $stream.Write($class, 0, $class.Length)
    $stream.Dispose()
    $jar.Dispose()
    $publish = @{ SparkHome = $site.SparkHome; Registry = $site.Registry; Tag = 'broken'; Image = 'spark'; Engine = 'Registry'; BaseImage = $site.BaseImage }
    $thrown = 'java.lang.NoClassDefFoundError: org/apache/spark/SparkConf'
}

AfterAll {
    Stop-SampleSite $site
    $env:XDG_CACHE_HOME = $cache
}

Describe 'An image with which Spark would not start' {
    It 'is refused before anything is sent, under -WhatIf as well' {
        $failure = { Publish-SparkImage @publish } | Should -Throw -PassThru -ErrorId 'SparkWouldNotStart,*'
        "$failure" | Should -BeLike "Spark would not start with the jars of '$($site.SparkHome)'*$thrown*"
        $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        "$failure" | Should -BeLike '*-Force goes on all the same.*'
        { Publish-SparkImage @publish -WhatIf } | Should -Throw -ErrorId 'SparkWouldNotStart,*'
        Get-SiteRequest $site | Where-Object Method -In POST, PATCH, PUT | Should -BeNullOrEmpty
    }

    It 'is sent with -Force, with a warning, and Compare-SparkImage -Link says the same' {
        $image = Publish-SparkImage @publish -Force -WarningVariable warnings -WarningAction SilentlyContinue
        $image.Changed | Should -BeTrue
        "$warnings" | Should -BeLike "*$thrown*"
        $comparison = $image | Compare-SparkImage -Link -WarningVariable linked -WarningAction SilentlyContinue
        $comparison.Match | Should -BeTrue
        "$linked" | Should -BeLike "Spark would not start with the jars of*$thrown*"
        ($comparison.Conflicts | Where-Object Severity -EQ Error).Symptom | Should -Contain $thrown
        $comparison.Conflicts.SparkHome | Should -Contain $comparison.Reference
        $comparison | Out-String -Width 100 | Should -Match 'True\s+\d+\s+0\s+[1-9]'
    }
}
