using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>What a connection to ADLS can be refused for. No message carries a key or a secret.</summary>
internal static class AdlsErrors
{
    internal static SparkAzureException RootPathInvalid(string path) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{path}' cannot be the root of a connection: it has control characters, one of \\ ? #, or a step '..'.",
        "Give a folder inside the file system, for example projects/dss.",
        path);

    internal static SparkAzureException ConnectionNameInvalid(string name) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{name}' cannot be the name of a connection: it is empty, '.' or '..', or has slashes or control characters.",
        "Use letters, digits, hyphens and underscores.",
        name);

    internal static SparkAzureException AccessKeyInvalid(string account) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"What was given as access key of '{account}' is not one: an access key is base64.",
        "Copy key1 or key2 from the storage account's page 'Access keys' in the portal; not the connection string.",
        account);

    internal static SparkAzureException ClientSecretMissing(string account) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The client id or the client secret for '{account}' is empty.",
        "Give -ClientId and -ClientSecret of a service principal that may read the account; New-AdlsServicePrincipal " +
        "-NewSecret makes a secret.",
        account);

    internal static SparkAzureException TokenEndpointInvalid(string endpoint, string why) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{endpoint}' is not a token endpoint that Hadoop can use: {why}.",
        "Give -TenantId instead, or https://login.microsoftonline.com/TENANT/oauth2/token.",
        endpoint);

    internal static SparkAzureException StorageEndpointInvalid(Uri endpoint, string why) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{endpoint.GetLeftPart(UriPartial.Path)}' cannot be the address of the account's data: {why}.",
        "Give what Azure names for Data Lake Storage (az storage account show --query primaryEndpoints.dfs, or " +
        "Get-AdlsAccessKey), or leave -StorageEndpoint away. -Environment must name the cloud it is in.",
        endpoint);

    internal static SparkAzureException StorageEndpointMissing(string account, string host) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The connection leads to '{host}', whose DNS zone is that account's own: in which one '{account}' is cannot " +
        $"be told from its name.",
        "Give -StorageEndpoint (az storage account show --query primaryEndpoints.dfs), or pipe Get-AdlsAccessKey in.",
        account);

    internal static SparkAzureException Gen1NotInCloud(AzureEnvironment environment) => Failure.Create(
        ErrorKind.NotSupported,
        $"ADLS gen1 never was in {environment}.",
        "Use a gen2 account there.",
        environment);

    internal static SparkAzureException UserIsolationNotSupported(string place) => Failure.Create(
        ErrorKind.NotSupported,
        $"User isolation is on in DSS at {place}, and DSS does not support ADLS gen2 (ABFS) with it this way (howto " +
        $"2.2). Nothing was written.",
        "Use a DSS without user isolation, or -Force if your version of DSS supports it.",
        place);

    internal static SparkAzureException DssTooOldForGen2(string version) => Failure.Create(
        ErrorKind.NotSupported,
        $"This is DSS {version}; ADLS gen2 needs DSS 5.1.3 or later (howto 2.2). Nothing was written.",
        "Upgrade DSS.",
        version);

    internal static SparkAzureException ConnectionAlreadyExists(
        string name, IEnumerable<string> differences) => Failure.Create(
        ErrorKind.AlreadyExists,
        $"DSS has a connection '{name}' already, and it differs in {string.Join(", ", differences)}. It was left as " +
        $"it is.",
        "Choose another -Name, change it with Set-DssAdlsConnection, or use -Force to set these fields; the others " +
        "stay as they are.",
        name);

    internal static SparkAzureException ConnectionOfAnotherType(
        string name, string type, DssConnectionType wanted) => Failure.Create(
        ErrorKind.AlreadyExists,
        $"DSS has a connection '{name}' already, and it is of type {type}, not {wanted}. It was left as it is.",
        "Choose another -Name; the type of a connection cannot be changed.",
        name);

    internal static SparkAzureException ConnectionNotFound(
        string name, string dss, IReadOnlyList<string> there) => Failure.Create(
        ErrorKind.NotFound,
        $"DSS at {dss} has no connection '{name}'; {Known(there)}.",
        "Check the name, upper and lower case included; New-DssAdlsConnection makes one.",
        name);

    internal static SparkAzureException RestorePointUnreadable(string path, string why) => Failure.Create(
        ErrorKind.InvalidData,
        $"A connection cannot be brought back from '{path}': {why}.",
        "Give the RestorePoint that Remove-DssAdlsConnection returned; it lies in .sparkazure/connections of the " +
        "data directory.",
        path);

    internal static SparkAzureException ConnectionNotAdls(string name, string type) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The connection '{name}' of DSS is of type {(type.Length == 0 ? "unknown" : type)} and does not lead to " +
        $"ADLS. It was left as it is.",
        "Name a connection to ADLS; Get-DssAdlsConnection lists them.",
        name);

    internal static SparkAzureException CredentialMissing() => Failure.Create(
        ErrorKind.InvalidArgument,
        "It is not clear how the connection is to sign in: no credential was given.",
        "Give -AccountKey, or -ClientId with -ClientSecret and -TenantId, or -SasToken, or -Authentication " +
        "ManagedIdentity.");

    internal static SparkAzureException CredentialAmbiguous(IEnumerable<AdlsAuthentication> ways) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"It is not clear how the connection is to sign in: what was given means {string.Join(" and ", ways)}.",
        "Give the credential of one way only.");

    internal static SparkAzureException ClientSecretIsAnId(string account) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"What was given as client secret for '{account}' is a GUID: that is the secret's id, which the portal shows " +
        $"beside its value. Entra ID would answer AADSTS7000215.",
        "Give the secret's value. It is shown only once; if it is lost, make another secret " +
        "(New-AdlsServicePrincipal -NewSecret).",
        account);

    internal static SparkAzureException ServicePrincipalOnlyPlanned(string name) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The service principal for the connection '{name}' was only planned: it was declined or rehearsed, so it " +
        $"has no id and no secret. Nothing was written.",
        "Run New-AdlsServicePrincipal without -WhatIf and consent to its steps.",
        name);

    internal static SparkAzureException SasTokenInvalid(string account, string why) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"What was given as shared access signature for '{account}' cannot be used: {why}.",
        "Give the query string of a signature that holds, from sv= to sig=.",
        account);

    internal static SparkAzureException WorkloadIdentityIncomplete() => Failure.Create(
        ErrorKind.InvalidArgument,
        "A workload identity needs both its client id and its tenant: Hadoop's code wants them, though its " +
        "documentation calls them optional (HADOOP-18610).",
        "Give -ClientId and -TenantId.");

    internal static SparkAzureException ManagedIdentityIncomplete(
        ReleaseNumber hadoop, IReadOnlyList<string> missing) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"Hadoop {hadoop} cannot sign in as a managed identity without {string.Join(" and ", missing)}: before 3.4.1 " +
        $"it ends in NullPointerException or 'Configuration property fs.azure.account.oauth2… not found', though its " +
        $"documentation calls both optional (HADOOP-18542). Nothing was written.",
        $"Give {string.Join(" and ", missing)}. An identity of the machine's own has a client id too: az identity " +
        "show --query clientId for one that was made apart, az ad sp show --id OBJECT --query appId for the machine's.",
        missing);

    internal static SparkAzureException ManagedIdentityEndpointNotInHadoop(
        string endpoint, ReleaseNumber hadoop) => Failure.Create(
        ErrorKind.NotSupported,
        $"Hadoop {hadoop} asks for a managed identity's token at Azure's usual address and has no property for " +
        $"another one: '{endpoint}' would not be heeded. It comes with 3.3.0 (HADOOP-16587). Nothing was written.",
        "Leave -ManagedIdentityEndpoint away, correct -HadoopRelease, or use Hadoop libraries of 3.3.0 or later.",
        endpoint);

    internal static SparkAzureException AuthenticationNotForGen1(AdlsAuthentication authentication) => Failure.Create(
        ErrorKind.NotSupported,
        $"ADLS gen1 does not know {authentication}.",
        "Gen1 takes -ClientId and -ClientSecret only. "
            + "A connection to a gen2 account is another one: New-DssAdlsConnection with -FileSystem.",
        authentication);

    internal static SparkAzureException DriverNotInHadoop(
        string scheme, ReleaseNumber found, ReleaseNumber first) => Failure.Create(
        ErrorKind.NotSupported,
        $"Hadoop {found} has no driver for {scheme}://, which comes with {first}; a job would meet 'No FileSystem " +
        $"for scheme: {scheme}'. Nothing was written.",
        scheme == "adl"
            ? "Install DSS's Hadoop libraries of 2.8 or later."
            : "Install DSS's Hadoop 3 libraries (Install-DssHadoopIntegration), or correct -HadoopRelease.",
        found.Text);

    internal static SparkAzureException AuthenticationNotInHadoop(
        AdlsAuthentication authentication, ReleaseNumber found, ReleaseNumber first) => Failure.Create(
        ErrorKind.NotSupported,
        $"Hadoop {found} cannot sign in with {authentication}, which comes with {first}"
            + Before(authentication, found)
            + "; it would ignore the property or fail with 'ClassNotFoundException'. Nothing was written.",
        "Use another way to sign in, or correct -HadoopRelease.",
        authentication);

    internal static SparkAzureException OAuthNeedsTls(string root) => Failure.Create(
        ErrorKind.NotSupported,
        $"'{root}' is without TLS, and Hadoop refuses OAuth there (HADOOP-15719): the token would travel in clear.",
        "Make a connection with New-DssAdlsConnection, which uses abfss://, or change the root in DSS first.",
        root);

    internal static SparkAzureException HadoopReleaseInvalid(string given) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{given}' is not a release of Hadoop.",
        "Give it as in the name of hadoop-common's jar, for example 3.2.0.",
        given);

    internal static SparkAzureException GroupsMissing(string choice, string parameter) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"{choice} needs the names of groups, and none were given: nobody could do it.",
        $"Give {parameter} too.");

    internal static SparkAzureException AzureConnectionNotInDss(
        string version, string first, AdlsAuthentication authentication) => Failure.Create(
        ErrorKind.NotSupported,
        $"This is DSS {version}; an Azure Blob connection with ABFS that signs in with {authentication} needs DSS " +
        $"{first} or later. Nothing was written.",
        "Use -ConnectionType HDFS.",
        version);

    internal static SparkAzureException AuthenticationNotForAzureConnection(
        AdlsAuthentication authentication) => Failure.Create(
        ErrorKind.NotSupported,
        $"DSS documents no way to have an Azure Blob connection sign in with {authentication}"
            + $"{ThroughItsApi(authentication)}.",
        "Use -ConnectionType HDFS, whose Hadoop properties can say it.",
        authentication);

    internal static SparkAzureException AzureConnectionOnlyInPublicCloud(string host) => Failure.Create(
        ErrorKind.NotSupported,
        $"How DSS's Azure Blob connection is pointed at '{host}' is not documented: it knows an account by its name " +
        $"in the public cloud.",
        "Use -ConnectionType HDFS, whose root names the account's address.",
        host);

    internal static SparkAzureException PerUserNotSupported(string why) => Failure.Create(
        ErrorKind.NotSupported,
        $"Each user cannot sign in to this connection with an account of their own: {why}.",
        "Use -PerUser with -ConnectionType Azure, -ClientId and -TenantId only.");

    private static string Known(IReadOnlyList<string> connections)
    {
        if (connections.Count == 0)
        {
            return "none of its connections leads to ADLS";
        }

        return $"those to ADLS are: {string.Join(", ", connections)}";
    }

    // What a Hadoop can that has SAS already, but not by a property.
    private static string Before(AdlsAuthentication authentication, ReleaseNumber found)
    {
        if (authentication == AdlsAuthentication.Sas && HadoopFacts.Sas.IsTrueOf(found))
        {
            return " (before, it wants a class of one's own that hands out the signature)";
        }

        return "";
    }

    private static string ThroughItsApi(AdlsAuthentication authentication)
    {
        if (authentication == AdlsAuthentication.Sas)
        {
            return " through its API; since 14.4 its own page can";
        }

        return "";
    }
}
