# The howto's other ways on real parts, which Howto.Tests.ps1 leaves out for time: its Hadoop 2.8.5, a real Docker daemon, Python. By hand, as root:
#     ./tests/Module/Invoke-ModuleTest.ps1 -Path ./tests/Module/Howto.Real.ps1

BeforeDiscovery {
    . "$PSScriptRoot/RealSpark.ps1"
    $reason = Get-RealSparkReason
    if ($reason) { Write-Warning "The howto's other ways are not run on real parts: $reason." }
    $noDocker = $reason -or -not (Get-Command docker -ErrorAction Ignore) -or -not (docker info --format '{{.ServerVersion}}' 2>$null)
    if ($noDocker) { Write-Warning 'No image is built by Docker: no daemon answers.' }
}

Describe 'The howto''s other ways' -Skip:([bool]$reason) {
    BeforeAll {
        . "$PSScriptRoot/RealSpark.ps1"
        Import-Module $env:SPARKAZURE_MODULE
        $script:real = Start-RealSpark "/tmp/sparkazure-ways-$PID"
        $script:base = @{ '2.4.8' = Add-RealHome $real 2.4.8 }
        $script:libraries = Get-RealLibrary $real
        $script:kubeConfig = New-RealKubeConfig $real "$($real.Folder)/smoke.kubeconfig"

        # Built without packages from the network, and run as the account of DSS: on a path that driver and executors write to, neither is
        # in the other's way.
        $dockerfile = "$($real.Homes['2.4.8'])/kubernetes/dockerfiles/spark/Dockerfile"
        $text = (Get-Content $dockerfile -Raw) -replace '(?m)^FROM .*$', "FROM $($base['2.4.8'])" -replace '(?s)\nRUN .*?\n\n(?=COPY)', "`nRUN mkdir -p /opt/spark/work-dir && chmod 777 /opt/spark/work-dir`n`n"
        Set-Content $dockerfile ($text.TrimEnd() + "`nUSER 1")
        New-RealNamespace $real spark-smoke -ForProof | Out-Null

        # A path that driver and pods have in common.
        $script:common = "$($real.Folder)/shared"
        New-Item -ItemType Directory $common | Out-Null
        chmod 777 $common
        $script:volume = @{
            'spark.kubernetes.executor.volumes.hostPath.shared.mount.path'   = $common
            'spark.kubernetes.executor.volumes.hostPath.shared.options.path' = $common
        }
        $script:connections = @{ shared = @{ type = 'HDFS'; params = @{ root = "file://$common" } } }

        function Test-Way([string] $Version, [string] $Name, [hashtable] $Keys = @{}, [hashtable] $Use = @{}) {
            $data = New-RealDss $real $Version $Name $kubeConfig @{ default = $volume + $Keys } $connections
            $test = Get-DssInstallation $data | Invoke-SparkSmokeTest @Use -Path "$($real.Folder)/logs-$Name" -TimeoutSeconds 400 -WarningVariable warnings -WarningAction SilentlyContinue
            $test.Passed | Should -BeTrue -Because "$($test.Cause) $($test.Stages | Format-List Name, State, Detail | Out-String) $warnings"
            Get-DriverObject spark-smoke | Should -BeNullOrEmpty
            Get-ChildItem $common | Should -BeNullOrEmpty
            $test
        }
    }

    AfterAll {
        Invoke-Kubectl delete namespace spark-smoke --wait=false --ignore-not-found | Out-Null
        Stop-RealSpark $real
    }

    It 'runs Spark 2.4.8 with Hadoop 2.8.5, Parquet on a path that driver and pods share' {
        $update = Update-SparkJars -SparkHome $real.Homes['2.4.8'] -LibraryPath "$libraries/hadoop-2.8.5" -CompanionPath "$libraries/companions-5.1" -HadoopVersion 2 -WarningAction Ignore
        $update.Changed | Should -BeTrue
        $real.Images['2.4.8'] = (Publish-SparkImage -SparkHome $real.Homes['2.4.8'] -Registry $real.Server -Tag hadoop2 -Engine Registry -BaseImage $base['2.4.8'] -Image spark -WarningAction Ignore).Reference
        $test = Test-Way 2.4.8 hadoop2 -Use @{ Connection = 'shared' }
        $test.Stages.Name | Should -Contain 'ParquetRead'
    }

    It 'runs an image that a Docker daemon has built' -Skip:([bool]$noDocker) {
        try {
            $image = Publish-SparkImage -SparkHome $real.Homes['2.4.8'] -Registry $real.Server -Tag docker -Engine Docker -Image spark -WarningAction Ignore
            $image.Engine | Should -Be Docker
            ($image | Compare-SparkImage -SparkHome $real.Homes['2.4.8']).Match | Should -BeTrue
            $real.Images['2.4.8'] = $image.Reference
            (Test-Way 2.4.8 docker -Use @{ Connection = 'shared' }).Executors.ImageDigest | Select-Object -Unique | Should -Be $image.Digest
        }
        finally {
            docker images "$($real.Server)/*" --format '{{.ID}}' 2>$null | Select-Object -Unique | ForEach-Object { docker rmi -f $_ 2>$null } | Out-Null
        }
    }

    It 'runs Python on both sides with Spark 3.5.9 and spark-py' {
        $base = Add-RealHome $real 3.5.9
        $real.Images['3.5.9'] = (Publish-SparkImage -SparkHome $real.Homes['3.5.9'] -Registry $real.Server -Tag python -Engine Registry -BaseImage $base -Image spark, spark-py -WarningAction Ignore | Select-Object -Last 1).Reference
        $program = "$($real.Folder)/my.py"
        Set-Content $program @'
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
assert sorted(spark.sparkContext.parallelize(range(100), 4).map(lambda n: n * n).collect())[-1] == 9801
spark.stop()
'@
        $test = Test-Way 3.5.9 python -Keys @{ 'spark.pyspark.driver.python' = '/usr/bin/python3'; 'spark.pyspark.python' = 'python3' } -Use @{ Application = $program }
        $test.Stages.Name | Should -Contain 'Application'
    }
}
