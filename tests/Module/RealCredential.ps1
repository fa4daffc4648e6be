# Credentials of a real cluster that something is wrong with. What they return goes into a kubeconfig.

# The certificate of an authority that is another cluster's.
function New-Authority {
    $path = "$($real.Folder)/other-ca.pem"
    Invoke-Tool openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=other-ca -keyout "$path.key" -out $path | Out-Null
    [Convert]::ToBase64String([IO.File]::ReadAllBytes($path))
}

# A client certificate of the cluster's own authority, for a key that is made here; its time may be over.
function New-ClientCertificate([string] $KubeConfig, [string] $Name, [string[]] $KeyKind, [string] $From, [string] $Until) {
    $path = "$($real.Folder)/$Name"
    $pki = "$($env:SPARKAZURE_CLUSTER ? $env:SPARKAZURE_CLUSTER : '/var/lib/sparkazure-cluster')/pki"
    Invoke-Tool openssl @KeyKind -out "$path.key" | Out-Null
    Invoke-Tool openssl req -new -key "$path.key" -subj /CN=smoke -out "$path.csr" | Out-Null
    New-Item "$path.index" -ItemType File -Force | Out-Null
    Set-Content "$path.cnf" "[ca]`ndefault_ca=a`n[a]`ndatabase=$path.index`nnew_certs_dir=$($real.Folder)`nrand_serial=yes`ndefault_md=sha256`npolicy=p`nx509_extensions=e`n[p]`ncommonName=supplied`n[e]`nextendedKeyUsage=clientAuth"
    Invoke-Tool openssl ca -batch -config "$path.cnf" -cert "$pki/ca.crt" -keyfile "$pki/ca.key" -startdate $From -enddate $Until -in "$path.csr" -out "$path.crt" -notext | Out-Null
    $certificate, $key = foreach ($file in "$path.crt", "$path.key") { [Convert]::ToBase64String([IO.File]::ReadAllBytes($file)) }
    $KubeConfig -replace '(?<=client-certificate-data: )\S+', "$certificate," -replace '(?<=client-key-data: )[^\s}]+', $key
}

function New-EndedCredential([string] $KubeConfig) {
    New-ClientCertificate $KubeConfig ended 'genrsa', '-traditional' 240101000000Z 240201000000Z
}

function New-EllipticCredential([string] $KubeConfig) {
    New-ClientCertificate $KubeConfig elliptic 'ecparam', '-name', 'prime256v1', '-genkey', '-noout' 240101000000Z 330101000000Z
}

# A service account's token in a file, with the rights of the configuration's.
function New-TokenFile {
    $path = "$($real.Folder)/token"
    Invoke-Kubectl create token spark -n spark-smoke | Set-Content $path -NoNewline
    chmod 644 $path
    $path
}
