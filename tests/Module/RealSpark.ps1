# Real parts for tests of the module: a Kubernetes of one node, released Sparks in their own Javas, a registry with images that the module published,
# and a data directory of DSS that names them. They come from ../shared beside the checkout, and need root; whoever has a cluster of another sort names
# its kubeconfig in SPARKAZURE_TEST_KUBECONFIG.

$shared = [IO.Path]::GetFullPath("$PSScriptRoot/../../../shared")

function Get-BaseImage([int] $Java) { "$($env:SPARKAZURE_CACHE ? $env:SPARKAZURE_CACHE : '/var/cache/sparkazure-test')/base-$Java.tar" }

# Why they cannot be had here; nothing where they can.
function Get-RealSparkReason {
    if (-not $IsLinux) { return 'real Spark runs on Linux here' }
    if ((id -u) -ne 0) { return 'a node, iptables and another account need root' }
    if (-not (Test-Path "$shared/spark/spark")) { return '../shared/spark is not there' }
    if (-not $env:SPARKAZURE_TEST_KUBECONFIG) {
        if (-not (Test-Path "$shared/cluster/cluster")) { return '../shared/cluster is not there, and SPARKAZURE_TEST_KUBECONFIG names none' }
        if (-not (& "$shared/cluster/cluster" status 2>$null | Select-String 'apiserver runs')) { return 'no Kubernetes runs; ../shared/cluster/cluster up starts one' }
    }
    if (-not (Test-Path /usr/lib/jvm/java-17-openjdk-amd64/bin/java)) { return 'Java 17 is not there; ../shared/spark/spark java 17 true brings it' }
    foreach ($java in 8, 17) {
        if (-not (Test-Path (Get-BaseImage $java))) { return "the base image $(Get-BaseImage $java) is not there; ../shared/spark/spark base $java makes it" }
    }
}

# No parameters of its own: what begins with a hyphen is the program's.
function Invoke-Tool {
    $program = $args[0]
    $arguments = @($args | Select-Object -Skip 1)
    $said = & $program @arguments 2>&1 | Out-String
    if ($LASTEXITCODE) { throw "$program $arguments ended with ${LASTEXITCODE}: $said" }
    $said.Trim()
}

function Install-Tool([string] $Command, [string] $Package = $Command) {
    if (Get-Command $Command -CommandType Application -ErrorAction Ignore) { return }
    Invoke-Tool apt-get install -y --no-install-recommends $Package | Out-Null
}

function Invoke-Kubectl { Invoke-Tool "$shared/cluster/cluster" kubectl @args }

# Java 8 comes in a root file system of a newer Debian. Its launcher, told where that one's loader and libraries are, runs on this machine as any account.
function New-Java8([string] $Folder) {
    Install-Tool patchelf
    Invoke-Tool flock /tmp/real-spark.lock "$shared/spark/spark" java 8 true | Out-Null
    $cache = $env:SPARKAZURE_CACHE ? $env:SPARKAZURE_CACHE : '/var/cache/sparkazure-test'
    $root = "$cache/java8"
    Invoke-Tool chroot $root cp -rL /usr/lib/jvm/java-8-openjdk-amd64/jre "/tmp/java8-$PID" | Out-Null
    Move-Item "$root/tmp/java8-$PID" $Folder
    Invoke-Tool patchelf --set-interpreter "$root/lib64/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$root/usr/lib/x86_64-linux-gnu:`$ORIGIN/../lib/amd64/jli" "$Folder/bin/java" | Out-Null
    $Folder
}

# A cluster, and a registry that it pulls from; with them each Spark of a list, ready to run.
function Start-RealSpark([string] $Folder, [string[]] $Versions = @()) {
    Install-Tool docker-registry; Install-Tool skopeo
    New-Item -ItemType Directory $Folder -Force | Out-Null
    chmod 755 $Folder
    $real = @{ Folder = $Folder; Homes = @{}; Javas = @{}; Images = @{}; Port = 5100 + $PID % 800 }
    $real.Cluster = "$shared/cluster/cluster"
    $real.Admin = $env:SPARKAZURE_TEST_KUBECONFIG ? $env:SPARKAZURE_TEST_KUBECONFIG : (Invoke-Tool $real.Cluster up).Split("`n")[-1]
    Set-Content "$Folder/registry.yml" "version: 0.1`nstorage: { filesystem: { rootdirectory: $Folder/registry } }`nhttp: { addr: 127.0.0.1:$($real.Port) }`n"
    $real.Registry = Start-Process docker-registry 'serve', "$Folder/registry.yml" -PassThru -RedirectStandardError "$Folder/registry.log" -RedirectStandardOutput "$Folder/registry.out"
    $real.Server = "127.0.0.1:$($real.Port)"
    foreach ($version in $Versions) { Add-RealSpark $real $version }
    $real
}

# A Spark as it was released, its Java, and a base image with that Java.
function Add-RealHome($Real, [string] $Version) {
    $java = $Version -like '2.*' ? 8 : 17
    $Real.Homes[$Version] = "$($Real.Folder)/spark-$Version"
    Invoke-Tool "$shared/spark/spark" home $Version $Real.Homes[$Version] | Out-Null
    $Real.Javas[$Version] = $java -eq 8 ? (New-Java8 "$($Real.Folder)/java8") : '/usr/lib/jvm/java-17-openjdk-amd64'
    $base = "$($Real.Server)/base/java:$java"
    Invoke-Tool skopeo copy -q --dest-tls-verify=false "docker-archive:$(Get-BaseImage $java)" "docker://$base" | Out-Null
    $base
}

# The Hadoop libraries, a folder a set.
function Get-RealLibrary($Real) {
    $libraries = "$($Real.Folder)/libs"
    if (-not (Test-Path $libraries)) { Invoke-Tool "$shared/spark/spark" libs $libraries | Out-Null }
    $libraries
}

# With libraries for ADLS, and its image published: the add-ons of its own Hadoop for Spark 3, the howto's Hadoop 3.2.0 for Spark 2.
function Add-RealSpark($Real, [string] $Version) {
    $base = Add-RealHome $Real $Version
    $libraries = Get-RealLibrary $Real
    if ($Version -like '3.*') { Copy-Item "$libraries/azure-3.3.4/*.jar" "$($Real.Homes[$Version])/jars" }
    else { Update-SparkJars -SparkHome $Real.Homes[$Version] -LibraryPath "$libraries/hadoop-3.2.0" -CompanionPath "$libraries/companions-5.1" -HadoopVersion 3 -For Abfs -WarningAction Ignore | Out-Null }
    $published = Publish-SparkImage -SparkHome $Real.Homes[$Version] -Registry $Real.Server -Tag "v$Version" -Engine Registry -BaseImage $base -Image spark -WarningAction Ignore
    $Real.Images[$Version] = $published.Reference
}

function Stop-RealSpark($Real) {
    if (-not $Real) { return }
    if ($Real.Registry) { $Real.Registry.Kill() }
    Remove-Item $Real.Folder -Recurse -Force -ErrorAction Ignore
}

# A namespace with all that jobs of an account need, and the kubeconfig of that account.
function New-RealNamespace($Real, [string] $Name, [switch] $ForProof) {
    $proof = $ForProof ? @{ ForProof = $true } : @{}
    Initialize-SparkNamespace $Name -KubeConfig $Real.Admin -UserName smoke @proof -WarningAction Ignore
}

# A data directory of DSS for the account daemon: the files that say which Spark, and one Spark configuration a set of keys.
function New-RealDss($Real, [string] $Version, [string] $Name, [string] $KubeConfig, [hashtable] $Configurations, [hashtable] $Connections = @{}, [string] $Owner = '1:1') {
    $data = "$($Real.Folder)/$Name"
    New-Item -ItemType Directory "$data/bin", "$data/config" -Force | Out-Null
    Set-Content "$data/bin/env-default.sh" "export DKUINSTALLDIR=`"$($Real.Folder)/kit`"`nexport DKU_NODE_TYPE=`"design`"`nexport DKUJAVABIN=`"$($Real.Javas[$Version])/bin/java`""
    Set-Content "$data/bin/env-hadoop.sh" "export DKU_HADOOP_ENABLED=true`nexport DKU_HADOOP_CP=`"`$DKUINSTALLDIR/hadoop-standalone-libs/*`""
    Set-Content "$data/bin/env-spark.sh" "export DKU_SPARK_ENABLED=true`nexport DKU_SPARK_HOME='$($Real.Homes[$Version])'`nexport DKU_SPARK_VERSION='$Version'`nexport PYSPARK_DRIVER_PYTHON=`"`$DKUPYTHONBIN`""
    Set-Content "$data/bin/env-site.sh" "export KUBECONFIG='$KubeConfig'"
    Set-Content "$data/dss-version.json" '{"product_version": "5.1.3", "conf_version": "24"}'
    $basis = [ordered]@{
        'spark.master'                                               = 'k8s://https://127.0.0.1:6443'
        'spark.kubernetes.namespace'                                 = 'spark-smoke'
        'spark.kubernetes.container.image'                           = $Real.Images[$Version]
        'spark.kubernetes.authenticate.driver.serviceAccountName'    = 'spark'
        'spark.kubernetes.authenticate.executor.serviceAccountName'  = 'spark'
        'spark.driver.host'                                          = '10.244.0.1'
        'spark.driver.bindAddress'                                   = '0.0.0.0'
        'spark.kubernetes.executor.request.cores'                    = '100m'
        'spark.executor.instances'                                   = '2'
        'spark.executor.memory'                                      = '600m'
        'spark.ui.enabled'                                           = 'false'
        'spark.sql.shuffle.partitions'                               = '4'
        # Short runs: compiling well takes longer than it saves.
        'spark.driver.extraJavaOptions'                              = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'
        'spark.executor.extraJavaOptions'                            = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'
    }
    $executionConfigs = foreach ($configuration in $Configurations.GetEnumerator()) {
        $keys = [ordered]@{} + $basis
        foreach ($key in $configuration.Value.GetEnumerator()) { $keys[$key.Key] = $key.Value }
        @{ name = $configuration.Key; conf = @(foreach ($key in $keys.GetEnumerator()) { if ($null -ne $key.Value) { @{ key = $key.Key; value = $key.Value } } }) }
    }
    @{ sparkSettings = @{ sparkEnabled = $true; executionConfigs = @($executionConfigs) } } | ConvertTo-Json -Depth 8 | Set-Content "$data/config/general-settings.json"
    @{ connections = $Connections } | ConvertTo-Json -Depth 8 | Set-Content "$data/config/connections.json"
    Invoke-Tool chown -R $Owner $data | Out-Null
    $data
}

# The account's own credential: a client certificate, which every Spark reads.
function New-RealKubeConfig($Real, [string] $Path, [string] $Owner = '1:1') {
    Invoke-Tool $Real.Cluster user smoke | Set-Content $Path
    Invoke-Tool chown $Owner $Path | Out-Null
    chmod 600 $Path
    $Path
}

# A storage account for Hadoop's own driver, at the address that driver and pods have in common.
# With a file for its authority it speaks https.
function Start-Lake([string] $Authority) {
    $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
    $secure = $Authority ? @('--authority', $Authority) : @()
    foreach ($argument in @($env:SPARKAZURE_SANDBOX, 'lake', '--address', '10.244.0.1') + $secure) { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $process.StandardOutput.ReadLine() | ConvertFrom-Json | Add-Member Process $process -PassThru
}

# A trust store with that authority for driver and executors, which get it as a secret of the namespace; returns Spark's keys.
function New-LakeTrust($Real, [string] $Authority, [string] $Namespace) {
    $store = "$($Real.Folder)/lake.jks"
    Invoke-Tool /usr/lib/jvm/java-17-openjdk-amd64/bin/keytool -importcert -noprompt -alias lake -file $Authority -keystore $store -storetype JKS -storepass changeit | Out-Null
    chmod 644 $store
    Invoke-Kubectl create secret generic lake-trust -n $Namespace "--from-file=lake.jks=$store" | Out-Null
    @{
        'spark.driver.extraJavaOptions'                 = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djavax.net.ssl.trustStore=$store"
        'spark.executor.extraJavaOptions'               = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djavax.net.ssl.trustStore=/lake/lake.jks'
        'spark.kubernetes.executor.secrets.lake-trust'  = '/lake'
    }
}

# Gives the sample host what it has not of a real one: Java, the companions of DSS, and the archive of its libraries, whose path it returns.
function Initialize-RealSite($Real, $Site, [string] $Version) {
    Add-Content "$($Site.DataDirectory)/bin/env-default.sh" "export DKUJAVABIN='$($Real.Javas[$Version])/bin/java'`nexport JAVA_HOME='$($Real.Javas[$Version])'"
    $libraries = Get-RealLibrary $Real
    Get-ChildItem "$($Site.KitDirectory)/lib/ivy/backend-run" -Filter *.jar | Remove-Item -Force
    Copy-Item "$libraries/companions-5.1/*.jar" "$($Site.KitDirectory)/lib/ivy/backend-run"
    $name = 'dataiku-dss-hadoop3-standalone-libs-generic-5.1.3'
    Invoke-Tool tar -C "$libraries/hadoop-3.2.0" --transform "s,^\.,$name/libs," -czf "$($Real.Folder)/$name.tar.gz" . | Out-Null
    "$($Real.Folder)/$name.tar.gz"
}

# What drivers have left in a namespace, kind and name.
function Get-DriverObject([string] $Namespace) {
    @((Invoke-Kubectl get 'pods,configmaps,services' -n $Namespace -l spark-app-selector -o name) -split "`n" | Where-Object { $_ -match '/' })
}
