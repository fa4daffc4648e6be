# The faults that Invoke-SparkFault.ps1 makes, a row each: what differs from a set-up on which jobs run, and what must be said of it.
#   Cause   what Invoke-SparkSmokeTest must say; Passed where Spark overcomes it
#   How     tells faults of one cause apart
#   Check   the check of Test-SparkAzureSetup that must fail; none where only a running job shows the fault
#   Keys    of the Spark configuration; {registry} and {image} are those of the run, null takes a key away
#   Image   a change of the image (RealImage.ps1)
#   Job     what FaultJob.scala does, in place of the module's job
#   Root    Parquet is written there, with Key as the account's
#   Use     what becomes of the kubeconfig: a script that takes its text
#   Before  a script of bash that makes it; After takes it back; During runs beside the job
#   Since   the Spark from which on there is such a thing
#   Within  seconds from the driver's start in which it must be told; 30 where none are given

$data = 'abfs://data@lake.dfs.core.windows.net/'
$drop = 'iptables -{0} INPUT -i sparkazure0 -p tcp --dport 40001 -j {1}'
$dead = 'iptables -{0} OUTPUT -p tcp -d 192.0.2.1 -j DROP'
$ports = @{ 'spark.driver.port' = '40001' }
$image = 'spark.kubernetes.container.image'
$ready = 'until $KUBECTL get --raw /readyz >/dev/null 2>&1; do sleep 0.5; done'

@(
    # Between executors and driver.
    @{ Cause = 'DriverHostUnresolvable'; Check = 'InsideDriverHost'; Keys = @{ 'spark.driver.host' = 'dss.contoso.internal' } }
    @{ Cause = 'DriverHostLoopback'; Check = 'NetworkDriverHost'; Keys = @{ 'spark.driver.host' = '127.0.0.1' } }
    @{ Cause = 'DriverHostLoopback'; How = 'in the DNS of pods'; Check = 'InsideDriverHost'; Keys = @{ 'spark.driver.host' = 'dssloop.internal' }
        Before = '$CLUSTER host dssloop.internal 127.0.1.1; sleep 2'; After = '$CLUSTER host dssloop.internal none' }
    @{ Cause = 'DriverPortRefused'; Check = 'InsideDriverPorts'; Keys = $ports; Before = $drop -f 'I', 'REJECT'; After = $drop -f 'D', 'REJECT' }
    @{ Cause = 'DriverPortDropped'; Check = 'InsideDriverPorts'; Keys = $ports; Within = 45; Before = $drop -f 'I', 'DROP'; After = $drop -f 'D', 'DROP' }
    @{ Cause = 'DriverBlocksUnreachable'; Check = 'InsideDriverPorts'; Keys = @{ 'spark.driver.blockManager.port' = '40001' }; Before = $drop -f 'I', 'REJECT'; After = $drop -f 'D', 'REJECT' }
    @{ Cause = 'DriverHostUnresolvableHere'; Check = 'NetworkDriverHost'; Keys = @{ 'spark.driver.host' = 'dss.nowhere.internal'; 'spark.driver.bindAddress' = $null } }
    @{ Cause = 'DriverBindAddressWrong'; Check = 'NetworkDriverHost'; Keys = @{ 'spark.driver.bindAddress' = '192.0.2.7' } }
    @{ Cause = 'DriverPortsTaken'; Check = 'NetworkDriverPorts'; Keys = @{ 'spark.driver.port' = '6443'; 'spark.port.maxRetries' = '0' } }

    # The image.
    @{ Cause = 'ImageNotFound'; Check = 'InsideImage'; Keys = @{ $image = '{registry}/spark:v999' } }
    @{ Cause = 'RegistryUnreachable'; Check = 'InsideImage'; Keys = @{ $image = '127.0.0.1:5999/spark:v1' } }
    @{ Cause = 'RegistryHostUnknown'; Check = 'InsideImage'; Keys = @{ $image = 'nosuch.example.invalid/spark:v1' } }
    @{ Cause = 'RegistryLoginRequired'; How = 'Basic'; Check = 'InsideImage'; Keys = @{ $image = '{basic}/spark:v1' } }
    @{ Cause = 'RegistryLoginRequired'; How = 'Bearer'; Check = 'InsideImage'; Keys = @{ $image = '{bearer}/spark:v1' } }
    @{ Cause = 'RegistryLoginRequired'; How = 'a wrong password'; Check = 'InsideImage'; Keys = @{ $image = '{basic}/spark:v1'; 'spark.kubernetes.container.image.pullSecrets' = 'wrong' }
        Before = '$KUBECTL create secret docker-registry wrong -n spark-smoke --docker-server={basic} --docker-username=u --docker-password=p'; After = '$KUBECTL delete secret wrong -n spark-smoke' }
    @{ Cause = 'PullSecretMissing'; Check = 'InsideImage'; Keys = @{ $image = '{basic}/spark:v1'; 'spark.kubernetes.container.image.pullSecrets' = 'nope' } }
    @{ Cause = 'ImageNameInvalid'; Check = 'InsideImage'; Keys = @{ $image = '{registry}/Spark:v1' } }
    @{ Cause = 'ImageEntryPointMissing'; Check = 'InsideEntryPoint'; Keys = @{ $image = '{registry}/base/java:{java}' } }
    @{ Cause = 'ImageEntryPointMissing'; How = 'not executable'; Check = 'InsideEntryPoint'; Image = @{ Tag = 'closed'; Script = 'cp -p "$HOME_OF_SPARK"/kubernetes/dockerfiles/spark/entrypoint.sh opt/entrypoint.sh; chmod 644 opt/entrypoint.sh' } }
    @{ Cause = 'ImageWithoutJava'; Check = 'InsideJava'; Image = @{ Tag = 'nojava'; Script = 'mkdir -p usr/lib usr/bin; touch usr/lib/.wh.jvm usr/bin/.wh.java' } }
    @{ Cause = 'ImagePlatform'; How = 'an index'; Check = 'InsideImage'; Image = @{ Tag = 'index'; Platform = 'arm64' } }
    @{ Cause = 'ImagePlatform'; How = 'its programs'; Check = 'InsideEntryPoint'; Image = @{ Tag = 'arm'; EntryPoint = '/opt/arm'
            Script = 'cp /bin/true opt/arm; printf "\267\000" | dd of=opt/arm bs=1 seek=18 conv=notrunc status=none' } }
    @{ Cause = 'MissingClass'; How = 'snappy-java'; Within = 60; Check = 'InsideSnappy'; Image = @{ Tag = 'nosnappy'; Script = 'mkdir -p opt/spark/jars; for jar in "$HOME_OF_SPARK"/jars/snappy-java*; do touch "opt/spark/jars/.wh.${jar##*/}"; done' }
        Root = $data; Key = 'right' }

    # The API server, and what it says of pods.
    @{ Cause = 'ApiServerRefused'; Check = 'NetworkApiServer'; Keys = @{ 'spark.master' = 'k8s://https://127.0.0.1:6444' } }
    @{ Cause = 'ApiServerUnreachable'; Within = 10; Check = 'NetworkApiServer'; Keys = @{ 'spark.master' = 'k8s://https://192.0.2.1:6443' }; Use = { $args[0] -replace 'https://127.0.0.1:6443', 'https://192.0.2.1:6443' }
        Before = $dead -f 'I'; After = $dead -f 'D' }
    @{ Cause = 'ApiServerUnresolvable'; Check = 'NetworkApiServer'; Keys = @{ 'spark.master' = 'k8s://https://nosuch.hcp.westeurope.azmk8s.invalid:443' }
        Use = { $args[0] -replace 'https://127.0.0.1:6443', 'https://nosuch.hcp.westeurope.azmk8s.invalid:443' } }
    @{ Cause = 'ClusterAuthorityWrong'; Check = 'KubeConfig'; Use = { $args[0] -replace '(?<=certificate-authority-data: )\S+', (New-Authority) } }
    @{ Cause = 'CredentialRefused'; Check = 'KubeConfig'; Use = { $args[0] -replace 'client-certificate-data: \S+ client-key-data: [^\s}]+', 'token: ended' } }
    @{ Cause = 'CredentialRefused'; How = 'a certificate that has ended'; Check = 'KubeCredentialEnd'; Use = { New-EndedCredential $args[0] } }
    @{ Cause = 'CredentialNotSent'; How = 'a token in a file'; Check = 'KubeCredentialForm'; Use = { $args[0] -replace 'client-certificate-data: \S+ client-key-data: [^\s}]+', "tokenFile: $(New-TokenFile)" } }
    @{ Cause = 'CredentialKeyUnusable'; Check = 'KubeCredentialForm'; Use = { New-EllipticCredential $args[0] } }
    @{ Cause = 'RoleMissing'; Check = 'KubernetesPod'; Keys = @{ 'spark.kubernetes.namespace' = 'spark-nope' } }
    @{ Cause = 'NamespaceMissing'; Check = 'KubernetesPod'; Keys = @{ 'spark.kubernetes.namespace' = 'spark-nope' }; Use = { Get-Content $real.Admin -Raw } }
    @{ Cause = 'ServiceAccountMissing'; Check = 'KubernetesPod'; Keys = @{ 'spark.kubernetes.authenticate.driver.serviceAccountName' = 'nope'; 'spark.kubernetes.authenticate.executor.serviceAccountName' = 'nope' } }
    @{ Cause = 'QuotaExceeded'; Check = 'KubernetesPod'; Keys = @{ 'spark.kubernetes.namespace' = 'spark-quota' } }
    @{ Cause = 'LimitRangeExceeded'; Check = 'KubernetesPod'; Keys = @{ 'spark.kubernetes.namespace' = 'spark-limits' } }
    @{ Cause = 'PodSecurity'; Check = 'KubernetesPod'; Keys = @{ 'spark.kubernetes.namespace' = 'spark-restricted' } }
    @{ Cause = 'PodConfigMissing'; Check = 'InsideEntryPoint'; Keys = @{ 'spark.kubernetes.executor.secretKeyRef.WORD' = 'nope:word' } }
    @{ Cause = 'PodConfigMissing'; How = 'mounted'; Check = 'InsideSecrets'; Keys = @{ 'spark.kubernetes.executor.secrets.nope' = '/etc/nope' } }

    @{ Cause = 'ImageFolderNotWritable'; Since = '3.0'; Keys = @{ 'spark.kubernetes.executor.podTemplateFile' = '{folder}/group.yaml' }
        Before = 'printf "apiVersion: v1\nkind: Pod\nspec:\n  securityContext:\n    runAsUser: 12345\n    runAsGroup: 12345\n" > "${DATA%/*}/group.yaml"; chmod 644 "${DATA%/*}/group.yaml"' }

    # Nodes.
    @{ Cause = 'InsufficientCpu'; Check = 'InsideExecutor'; Keys = @{ 'spark.kubernetes.executor.request.cores' = '64' } }
    @{ Cause = 'InsufficientMemory'; Check = 'InsideExecutor'; Keys = @{ 'spark.executor.memory' = '512g' } }
    @{ Cause = 'NodeSelectorUnmatched'; Check = 'KubernetesNodes', 'InsidePod'; Keys = @{ 'spark.kubernetes.node.selector.agentpool' = 'spark' } }
    @{ Cause = 'NodesTainted'; Check = 'InsidePod'; Before = '$KUBECTL taint node node spark=only:NoSchedule'; After = '$KUBECTL taint node node spark-' }
    @{ Cause = 'NodesCordoned'; Check = 'InsidePod'; Before = '$KUBECTL cordon node'; After = '$KUBECTL uncordon node' }
    @{ Cause = 'NodesTainted'; How = 'the kubelet has stopped'; Check = 'InsidePod'; Before = '$CLUSTER stop kubelet; $KUBECTL wait --for=condition=Ready=Unknown node/node --timeout=90s; sleep 1'
        After = '$CLUSTER start kubelet; $KUBECTL wait --for=condition=Ready node/node --timeout=60s; sleep 2' }

    # Memory and disk.
    @{ Cause = 'ExecutorMemoryBelowMinimum'; Check = 'SparkMemory'; Keys = @{ 'spark.executor.memory' = '300m' } }
    @{ Cause = 'DriverMemoryBelowMinimum'; Check = 'SparkMemory'; Keys = @{ 'spark.driver.memory' = '300m' } }
    @{ Cause = 'ExecutorMemoryLimit'; Job = 'direct'; Keys = @{ 'spark.executor.memoryOverhead' = '50' } }
    @{ Cause = 'ExecutorMemoryLimit'; How = 'at its start'; Keys = @{ 'spark.executor.memoryOverhead' = '20'; 'spark.executor.extraJavaOptions' = '-XX:+AlwaysPreTouch' } }
    @{ Cause = 'ExecutorHeap'; Job = 'heap' }
    @{ Cause = 'LocalDiskFull'; Job = 'disk'; Keys = @{ 'spark.kubernetes.namespace' = 'spark-disk' }; Within = 60 }

    # What goes away while a job runs: what the job survives is no fault of the set-up.
    @{ Cause = 'Passed'; How = 'an executor is deleted'; Job = 'long'; During = 'running; sleep 4; $KUBECTL delete pod -n spark-smoke --wait=false $($KUBECTL get pods -n spark-smoke -l spark-role=executor -o name | head -1)' }
    @{ Cause = 'Passed'; How = 'an executor is killed'; Job = 'long'; During = 'running; sleep 4; kill -9 $(pgrep -f "[C]oarseGrainedExecutorBackend.*executor-id 1 ")' }
    @{ Cause = 'ExecutorKilled'; How = 'each executor is killed'; Job = 'long'; Within = 45; During = 'running; sleep 4; for i in $(seq 25); do kill -9 $(pgrep -f "[C]oarseGrainedExecutorBackend.*executor-id ") 2>/dev/null; sleep 3; done' }
    @{ Cause = 'ExecutorDeleted'; How = 'each executor is deleted'; Job = 'long'; Within = 45; During = 'running; sleep 4; for i in $(seq 25); do $KUBECTL delete pods -n spark-smoke -l spark-role=executor --grace-period=1 --wait=false; sleep 3; done' }
    @{ Cause = 'DriverKilled'; Job = 'long'; During = 'running; sleep 10; kill -9 $(pgrep -f "[d]eploy.SparkSubmit --properties-file $DATA/")' }
    @{ Cause = 'Passed'; How = 'the API server restarts'; Job = 'long'; During = 'running; sleep 3; $CLUSTER stop apiserver; $CLUSTER start apiserver'; After = $ready }
    @{ Cause = 'Passed'; How = 'the API server is away for 10 s'; Job = 'long'; During = 'running; sleep 3; $CLUSTER stop apiserver; sleep 10; $CLUSTER start apiserver'; After = $ready }
    @{ Cause = 'Passed'; How = 'the kubelet stops'; Job = 'long'; During = 'running; sleep 3; $CLUSTER stop kubelet'; After = '$CLUSTER start kubelet; $KUBECTL wait --for=condition=Ready node/node --timeout=60s; sleep 3' }

    # The lake.
    @{ Cause = 'StorageKeyMissing'; Root = $data }
    @{ Cause = 'StorageKeyWrong'; Root = $data; Key = [Convert]::ToBase64String([byte[]]::new(64)) }
    @{ Cause = 'FileSystemMissing'; Root = 'abfs://none@lake.dfs.core.windows.net/'; Key = 'right' }
)
