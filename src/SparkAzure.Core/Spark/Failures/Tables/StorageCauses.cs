namespace SparkAzure.Core.Spark.Failures.Tables;

/// <summary>What Azure's storage and its sign-in answer, and what Hadoop's drivers say before they ask.</summary>
internal static class StorageCauses
{
    private const string Entra = "learn.microsoft.com: Microsoft Entra authentication error codes";
    private const string Rest = "learn.microsoft.com: Azure Storage, common REST API error codes";
    private const string Driver = "hadoop.apache.org: hadoop-azure, ABFS, troubleshooting";

    internal static readonly IReadOnlyList<FailureCauseRow> All =
    [
        new(
            "SecretWrong", FailureRank.Names,
            "Entra ID does not take the service principal's secret (AADSTS7000215): it is wrong, or the secret's id instead of its value.",
            "Give the connection the secret's value, or make a new one: New-AdlsServicePrincipal -NewSecret, then Set-DssAdlsConnection -ClientSecret.",
            "Set-DssAdlsConnection", Entra,
            [
                new("AADSTS7000215"), new("AADSTS70002:"), new("AADSTS50012"),
            ]),
        new(
            "SecretEnded", FailureRank.Names,
            "The service principal's secret has ended (AADSTS7000222).",
            "Make a new one (New-AdlsServicePrincipal -NewSecret) and give it to the connection (Set-DssAdlsConnection -ClientSecret).",
            "New-AdlsServicePrincipal", Entra,
            [
                new("AADSTS7000222"),
            ]),
        new(
            "ApplicationUnknown", FailureRank.Names,
            "The tenant has no application with the connection's client id (AADSTS700016).",
            "Give the application's id, not its object id, and the tenant that it is in: Set-DssAdlsConnection -ClientId -TenantId.",
            "Set-DssAdlsConnection", Entra,
            [
                new("AADSTS700016"), new("AADSTS7000229"), new("AADSTS70001:"),
            ]),
        new(
            "ApplicationDisabled", FailureRank.Names,
            "The application is disabled (AADSTS7000112).",
            "Enable it in Entra ID, or use another service principal.",
            "New-AdlsServicePrincipal", Entra,
            [
                new("AADSTS7000112"),
            ]),
        new(
            "TenantUnknown", FailureRank.Names,
            "Entra ID has no such tenant: the token endpoint names a wrong one, or another cloud's.",
            "Correct the tenant: Set-DssAdlsConnection -TenantId (and -Environment for a sovereign cloud).",
            "Set-DssAdlsConnection", Entra,
            [
                new("AADSTS90002"), new("AADSTS900023"), new("AADSTS900021"), new("AADSTS90038"),
            ]),
        new(
            "TokenEndpointVersion", FailureRank.Names,
            "The token endpoint is of version 2, which Hadoop's driver understands from 3.4.1 on (AADSTS901002).",
            "Use version 1: https://login.microsoftonline.com/TENANT/oauth2/token (Set-DssAdlsConnection -TokenEndpoint).",
            "Set-DssAdlsConnection", "HADOOP-18610; " + Entra,
            [
                new("AADSTS901002"), new("AADSTS900144", "scope"), new("AADSTS900561"),
            ]),
        new(
            "ResourceUnknown", FailureRank.Names,
            "The tenant does not know what the token is for (AADSTS500011).",
            "Use the tenant of the storage account's subscription: Set-DssAdlsConnection -TenantId.",
            "Set-DssAdlsConnection", Entra,
            [
                new("AADSTS500011"), new("AADSTS50001:"),
            ]),
        new(
            "ConditionalAccess", FailureRank.Names,
            "A conditional access policy of the tenant forbids the sign-in.",
            "Have the tenant's administrator exempt the service principal.",
            null, Entra,
            [
                new("AADSTS53003"), new("AADSTS53000"), new("AADSTS530034"), new("AADSTS50076"), new("AADSTS50079"),
            ]),
        new(
            "RefreshTokenEnded", FailureRank.Names,
            "The refresh token has ended or was revoked.",
            "Use a service principal or a managed identity instead of a person's token.",
            "Set-DssAdlsConnection", Entra,
            [
                new("AADSTS700082"), new("AADSTS50173"), new("AADSTS70008:"), new("AADSTS70043"),
            ]),
        new(
            "AssertionOutOfTime", FailureRank.Names,
            "Entra ID finds the assertion's time out of range: this machine's clock is wrong.",
            "Set the clock (timedatectl, chrony) of the host or the nodes.",
            null, Entra,
            [
                new("AADSTS700024"), new("AADSTS50013"),
            ]),
        new(
            "FederationUnknown", FailureRank.Names,
            "No federated credential of the application fits the pod's service account (workload identity).",
            "Add one for the cluster's issuer, the namespace and the service account that the executors have.",
            null, Entra,
            [
                new("AADSTS70021:"), new("AADSTS700213"), new("AADSTS700211"), new("AADSTS700212"),
            ]),
        new(
            "SignInRefused", FailureRank.Alone,
            "Entra ID refuses the sign-in for the storage ({code:}).",
            "Look the code up at https://login.microsoftonline.com/error, and correct the connection's client, tenant, secret or endpoint.",
            "Set-DssAdlsConnection", Entra,
            [
                new("AADSTS") { Form = @"(?<code>AADSTS[0-9]{4,})" },
            ]),
        new(
            "ManagedIdentityMissing", FailureRank.Names,
            "The machine or pod has no managed identity that would sign in.",
            "Assign one to the virtual machine and to the cluster's nodes, and name its client id where there are several: Set-DssAdlsConnection -ClientId -TenantId.",
            "Set-DssAdlsConnection", "learn.microsoft.com: managed identities, troubleshooting IMDS",
            [
                new("Identity not found", "169.254.169.254"),
                new("\"error_description\":\"Identity not found\""),
                new("error_description\":\"Identity not found"),
                new("Multiple user assigned identities exist"),
                new("AADToken: HTTP connection failed for getting token from AzureAD", "169.254.169.254"),
            ]),
        new(
            "TokenEndpointWrong", FailureRank.Names,
            "The token endpoint answers with a page instead of a token: it is not a token endpoint.",
            "Use https://login.microsoftonline.com/TENANT/oauth2/token: Set-DssAdlsConnection -TokenEndpoint.",
            "Set-DssAdlsConnection", Driver,
            [
                new("HTTP Error 200", "text/html"),
                new("HttpException: HTTP Error 200"),
            ]),
        new(
            "StorageRoleMissing", FailureRank.Names,
            "Who signs in may not do this with the data (AuthorizationPermissionMismatch): the role Storage Blob Data Contributor is missing, or the path's access control list has no entry. Owner of the account is not enough.",
            "Grant the role on the account or file system (New-AdlsServicePrincipal does, up to ten minutes pass until it holds), or an entry of the access control list on every folder of the path.",
            "New-AdlsServicePrincipal", Rest,
            [
                new("AuthorizationPermissionMismatch"),
                new("not authorized to perform this operation using this permission"),
                new("InsufficientAccountPermissions"),
            ]),
        new(
            "StorageFirewall", FailureRank.Names,
            "The storage account's network rules do not let the caller in (AuthorizationFailure).",
            "Allow the subnets of this host and of the nodes (service endpoint), or use the private endpoint with its DNS zone linked to both networks.",
            null, Rest,
            [
                new("\"AuthorizationFailure\""),
                new("AuthorizationFailure") { Without = ["AuthorizationFailureException"] },
                new("This request is not authorized to perform this operation.") { Without = ["using this permission"] },
                new("This request is not authorized to perform this operation,"),
            ]),
        new(
            "SharedKeyDisabled", FailureRank.Names,
            "The storage account takes no account keys (shared key access is disabled).",
            "Use a service principal or managed identity: New-AdlsServicePrincipal, then Set-DssAdlsConnection -ClientId; or allow shared keys on the account.",
            "Set-DssAdlsConnection", Rest,
            [
                new("KeyBasedAuthenticationNotPermitted"),
                new("Key based authentication is not permitted"),
            ]),
        new(
            "AnonymousRefused", FailureRank.Names,
            "The request carried no credential, and the account allows no anonymous access.",
            "Give the connection a key or a service principal: Set-DssAdlsConnection.",
            "Set-DssAdlsConnection", Rest,
            [
                new("PublicAccessNotPermitted"),
                new("Public access is not permitted on this storage account"),
                new("NoAuthenticationInformation"),
            ]),
        new(
            "StorageClock", FailureRank.Names,
            "The storage finds the request's date out of its time: this machine's clock is wrong by more than 15 minutes.",
            "Set the clock (timedatectl, chrony) of the host or the nodes.",
            null, Rest,
            [
                new("RequestTimeTooSkewed"),
                new("Request date header too old"),
                new("Request not within valid time frame"),
                new("x-ms-date", "too old"),
                new("Date header", "time skew"),
            ]),
        new(
            "SasRefused", FailureRank.Names,
            "The storage refuses the shared access signature: it has ended, was cut, or does not give this right.",
            "Make a new one with read, write, list, create and delete for containers and objects: Set-DssAdlsConnection -SasToken.",
            "Set-DssAdlsConnection", Rest,
            [
                new("Signature not valid in the specified time frame"),
                new("Signature did not match", "String to sign used was"),
                new("AuthorizationPermissionMismatch", "sig="),
            ]),
        new(
            "StorageKeyWrong", FailureRank.Names,
            "The storage refuses the signature (AuthenticationFailed): the account key is wrong or was renewed, or the clock is wrong by more than 15 minutes.",
            "Give the connection a key that holds (Get-AdlsAccessKey, Set-DssAdlsConnection -AccountKey), and compare the clock.",
            "Get-AdlsAccessKey", Rest,
            [
                new("Server failed to authenticate the request"),
                new("AuthenticationFailed", "403"),
                new("The MAC signature found in the HTTP request"),
                new("Storage Key is not a valid base64 encoded string"),
                new("InvalidAuthenticationInfo"),
            ]),
        new(
            "StorageKeyMissing", FailureRank.Names,
            "The job has no key or credential for the account {account:}: the property is not there under the account's own name.",
            "Add the connection's properties for that account: Set-DssAdlsConnection -AccountKey (or -ClientId); the job's connection must be one that its recipe uses.",
            "Set-DssAdlsConnection", Driver,
            [
                new("Configuration property ", ".core.windows.net not found") { Form = @"property (?<account>\S+) not found" },
                new("Unable to load SharedKey", "core.windows.net"),
                new("Failed to initialize ", "Failure to initialize configuration") { Form = @"://[^@/\s]*@(?<account>[\w.-]+)" },
                new("Invalid configuration value detected for fs.azure.account.key") { Form = @"(storage account (?<account>[\w.-]+): )?Invalid configuration value" },
                new("No credentials found for account ") { Form = @"for account (?<account>\S+)" },
                new("Unable to access container ", "using anonymous credentials") { Form = @"in account (?<account>\S+)" },
            ]),
        new(
            "StoragePropertyMissing", FailureRank.Names,
            "Hadoop's driver misses the property {property:}.",
            "Let the connection's properties be written again: Set-DssAdlsConnection; names and values go by Hadoop's release.",
            "Set-DssAdlsConnection", Driver,
            [
                new("Configuration property ", " not found.") { Without = [".core.windows.net not found"], Form = @"Configuration property (?<property>fs\.\S+) not found" },
                new("ConfigurationPropertyNotFoundException: ") { Without = [".core.windows.net not found"], Form = @"property (?<property>fs\.\S+) not found" },
                new("Failed to initialize ", "OAuth", "fs.azure.account") { Form = @"(?<property>fs\.azure\.account\.[\w.]+)" },
            ]),
        new(
            "FileSystemMissing", FailureRank.Names,
            "The account has no such file system (container).",
            "Make it, or correct the connection's file system: Set-DssAdlsConnection -FileSystem.",
            "Set-DssAdlsConnection", Rest,
            [
                new("FilesystemNotFound"),
                new("The specified filesystem does not exist"),
                new("ContainerNotFound"),
                new("The specified container does not exist"),
                new("Container ", " in account ", " not found") { Form = @"Container \S+ in account \S+ not found" },
            ]),
        new(
            "StorageHostUnknown", FailureRank.Names,
            "The storage account's name {host:} does not resolve: mistyped, deleted, or its private endpoint's DNS zone is not linked to this network.",
            "Correct the account (Set-DssAdlsConnection -Account), or link the zone to the networks of this host and of the nodes.",
            "Set-DssAdlsConnection", Driver,
            [
                new("UnknownHostException", ".core.windows.net") { Form = @"(?<host>[\w-]+\.(dfs|blob)\.core\.windows\.net)" },
                new("UnknownHostException", ".core.chinacloudapi.cn") { Form = @"(?<host>[\w-]+\.(dfs|blob)\.core\.chinacloudapi\.cn)" },
                new("UnknownHostException", ".core.usgovcloudapi.net") { Form = @"(?<host>[\w-]+\.(dfs|blob)\.core\.usgovcloudapi\.net)" },
            ]),
        new(
            "SignInHostUnknown", FailureRank.Names,
            "The sign-in service {host:login.microsoftonline.com} does not resolve or does not answer from here.",
            "Let driver and executors reach it (DNS, outbound firewall, proxy).",
            null, Driver,
            [
                new("UnknownHostException", "login.microsoftonline.com"),
                new("UnknownHostException", "login.windows.net") { Form = "(?<host>login.windows.net)" },
                new("HTTP connection failed for getting token from AzureAD", "timed out"),
            ]),
        new(
            "Gen1Retired", FailureRank.Names,
            "ADLS Gen1 was retired on 2024-02-29; its accounts can no longer be reached.",
            "Move to a Gen2 account: New-DssAdlsConnection with abfss.",
            "New-DssAdlsConnection", "learn.microsoft.com: lifecycle, Azure Data Lake Storage Gen1, 2024-02-29",
            [
                new("UnknownHostException", ".azuredatalakestore.net"),
                new("ADLException", ".azuredatalakestore.net"),
                new("com.microsoft.azure.datalake.store.ADLException"),
            ]),
        new(
            "StorageUnreachable", FailureRank.Names,
            "The storage's address does not answer from here: a firewall on the way, or a private endpoint in another network.",
            "Let the subnets of this host and of the nodes reach the account's endpoints on port 443.",
            null, Driver,
            [
                new("ConnectException") { After = FailureContext.AzureStorage, Weight = FailureWeight.WhenFailed },
                new("SocketTimeoutException: connect timed out") { After = FailureContext.AzureStorage },
                new("SocketTimeoutException: Connect timed out") { After = FailureContext.AzureStorage },
                new("NoRouteToHostException") { After = FailureContext.AzureStorage },
            ]),
        new(
            "StorageCertificate", FailureRank.Names,
            "Java does not trust the certificate that the storage or the sign-in service shows: a proxy opens TLS, or the image's Java has no authorities.",
            "Give the image's and the host's Java the proxy's authority (cacerts), or let these hosts pass it untouched.",
            null, "javax.net.ssl.SSLHandshakeException",
            [
                new("PKIX path building failed") { After = FailureContext.AzureStorage },
                new("InvalidAlgorithmParameterException: the trustAnchors parameter must be non-empty"),
            ]),
        new(
            "StorageAddressWrong", FailureRank.Names,
            "The path's address is not one of the driver's ({address:file system or account is missing}): it is abfss://FILESYSTEM@ACCOUNT.dfs.core.windows.net/PATH.",
            "Correct the path, or the connection's root: Set-DssAdlsConnection -Account -FileSystem.",
            "Set-DssAdlsConnection", Driver,
            [
                new("has invalid authority") { Form = @"(?<address>abfss?://\S*) has invalid authority" },
                new("Cannot initialize WASB file system, URI authority not recognized"),
                new("has a malformed authority, expected container name") { Form = @"(?<address>wasbs?://\S*) has a malformed" },
            ]),
        new(
            "StorageNeedsTls", FailureRank.Names,
            "The storage account wants TLS.",
            "Use abfss: (or wasbs:) instead of abfs: (wasb:): Set-DssAdlsConnection -RootPath.",
            "Set-DssAdlsConnection", Rest,
            [
                new("AccountRequiresHttps"),
                new("The account being accessed does not support http"),
                new("Incorrect URI ", "OAuth is only supported with abfss"),
            ]),
        new(
            "AccountFeature", FailureRank.Names,
            "The account has a feature that the dfs endpoint does not go with (EndpointUnsupportedAccountFeatures: soft delete or blob events without hierarchical namespace).",
            "Use an account with hierarchical namespace, or turn the feature off (Get-AdlsAccessKey says whether it is Gen2).",
            "Get-AdlsAccessKey", Rest,
            [
                new("EndpointUnsupportedAccountFeatures"),
                new("This endpoint does not support BlobStorageEvents or SoftDelete"),
                new("HierarchicalNamespaceNotEnabled"),
                new("hierarchical namespace is not enabled"),
            ]),
        new(
            "AccountDisabled", FailureRank.Names,
            "The storage account is disabled.",
            "Look at the account and its subscription in Azure.",
            null, Rest,
            [
                new("AccountIsDisabled"),
            ]),
        new(
            "StorageThrottled", FailureRank.Names,
            "The storage account refuses requests because there are too many.",
            "Use fewer or larger files and fewer executors at once, or ask for higher limits of the account.",
            null, Rest,
            [
                new("Operations per second is over the account limit") { Weight = FailureWeight.WhenFailed },
                new("Ingress is over the account limit") { Weight = FailureWeight.WhenFailed },
                new("Egress is over the account limit") { Weight = FailureWeight.WhenFailed },
                new("ServerBusy", "503") { Weight = FailureWeight.WhenFailed },
            ]),
    ];
}
