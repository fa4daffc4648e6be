# Images that differ from a published one in one layer, in what they start, or in the platform they name: what a fault of an image is made of.

# One request of the registry's protocol.
function Invoke-Registry($Real, [string] $Path, [string] $Method = 'Get', $Body, [string] $Type = 'application/octet-stream') {
    $address = $Path -like 'http*' ? $Path : "http://$($Real.Server)/v2/spark/$Path"
    $content = $Body ? @{ Body = $Body; ContentType = $Type } : @{}
    $accept = 'application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json' -join ','
    Invoke-WebRequest $address -Method $Method @content -Headers @{ Accept = $accept } -SkipHttpErrorCheck:$false
}

# Uploads a blob, and returns what a manifest says of it.
function Add-RegistryBlob($Real, [byte[]] $Content, [string] $Type) {
    $digest = 'sha256:' + [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($Content)).ToLowerInvariant()
    $begun = [string](Invoke-Registry $Real 'blobs/uploads/' Post).Headers.Location[0]
    Invoke-Registry $Real "$begun$($begun.Contains('?') ? '&' : '?')digest=$digest" Put $Content | Out-Null
    [ordered]@{ mediaType = $Type; size = $Content.Length; digest = $digest }
}

# The reference of an image like a version's, changed: a script of bash makes the files of one more layer in an empty folder.
function New-ChangedImage($Real, [string] $Version, [hashtable] $Change) {
    $manifest = [Text.Encoding]::UTF8.GetString((Invoke-Registry $Real "manifests/v$Version").Content) | ConvertFrom-Json -AsHashtable
    $config = [Text.Encoding]::UTF8.GetString((Invoke-Registry $Real "blobs/$($manifest.config.digest)").Content) | ConvertFrom-Json -AsHashtable
    if ($Change.Script) {
        $folder = "$($Real.Folder)/layer-$($Change.Tag)"
        New-Item -ItemType Directory "$folder/opt" -Force | Out-Null
        $env:HOME_OF_SPARK = $Real.Homes[$Version]
        Invoke-Tool bash -ec "cd '$folder'; $($Change.Script)" | Out-Null
        Invoke-Tool tar -C $folder --owner=0 --group=0 -cf "$folder.tar" . | Out-Null
        $tar = [IO.File]::ReadAllBytes("$folder.tar")
        Invoke-Tool gzip -nf "$folder.tar" | Out-Null
        $manifest.layers += Add-RegistryBlob $Real ([IO.File]::ReadAllBytes("$folder.tar.gz")) $manifest.layers[0].mediaType
        $config.rootfs.diff_ids += 'sha256:' + [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($tar)).ToLowerInvariant()
        if ($config.history) { $config.history += @{ created_by = "fault: $($Change.Tag)" } }
    }
    if ($Change.EntryPoint) { $config.config.Entrypoint = @($Change.EntryPoint) }
    $manifest.config = Add-RegistryBlob $Real ([Text.Encoding]::UTF8.GetBytes(($config | ConvertTo-Json -Depth 20 -Compress))) $manifest.config.mediaType
    $text = [Text.Encoding]::UTF8.GetBytes(($manifest | ConvertTo-Json -Depth 20 -Compress))
    $reference = $Change.Platform ? 'sha256:' + [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($text)).ToLowerInvariant() : $Change.Tag
    Invoke-Registry $Real "manifests/$reference" Put $text $manifest.mediaType | Out-Null
    if ($Change.Platform) {
        $entry = @{ mediaType = $manifest.mediaType; size = $text.Length; digest = $reference; platform = @{ os = 'linux'; architecture = $Change.Platform } }
        $index = @{ schemaVersion = 2; mediaType = 'application/vnd.oci.image.index.v1+json'; manifests = @($entry) } | ConvertTo-Json -Depth 5 -Compress
        Invoke-Registry $Real "manifests/$($Change.Tag)" Put ([Text.Encoding]::UTF8.GetBytes($index)) 'application/vnd.oci.image.index.v1+json' | Out-Null
    }
    "$($Real.Server)/spark:$($Change.Tag)"
}

# Registries that want a login: one asks for a password, one sends to a service for tokens, which gives none.
function Start-LockedRegistry($Real) {
    $basic = $Real.Port + 1000
    $bearer = $Real.Port + 2000
    Invoke-Tool openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=tokens -keyout "$($Real.Folder)/tokens.key" -out "$($Real.Folder)/tokens.crt" | Out-Null
    $ways = @{
        $basic  = "htpasswd: { realm: locked, path: $($Real.Folder)/htpasswd }"
        $bearer = "token: { realm: 'http://127.0.0.1:$basic/v2/', service: locked, issuer: locked, rootcertbundle: $($Real.Folder)/tokens.crt }"
    }
    $Real.Locked = foreach ($port in $ways.Keys) {
        Set-Content "$($Real.Folder)/registry-$port.yml" "version: 0.1`nstorage: { filesystem: { rootdirectory: $($Real.Folder)/locked } }`nhttp: { addr: 127.0.0.1:$port }`nauth: { $($ways[$port]) }`n"
        Start-Process docker-registry 'serve', "$($Real.Folder)/registry-$port.yml" -PassThru -RedirectStandardError "$($Real.Folder)/registry-$port.log" -RedirectStandardOutput "$($Real.Folder)/registry-$port.out"
    }
    @{ '{basic}' = "127.0.0.1:$basic"; '{bearer}' = "127.0.0.1:$bearer" }
}
