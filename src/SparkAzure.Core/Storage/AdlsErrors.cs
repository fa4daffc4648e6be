using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Storage;

/// <summary>What a connection to ADLS can be refused for. No message carries a key or a secret.</summary>
internal static class AdlsErrors
{
    internal static SparkAzureException StorageAccountInvalid(string account) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{account}' cannot be a storage account: such a name has 3 to 24 lower-case letters and digits.",
        "Give the account's name alone, without the address around it.",
        account);

    internal static SparkAzureException FileSystemInvalid(string fileSystem) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{fileSystem}' cannot be a file system (container): such a name has 3 to 63 lower-case letters, digits and single hyphens between them.",
        "Give the container's name alone.",
        fileSystem);

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
        "Give -ClientId and -ClientSecret of a service principal that may read the account.",
        account);

    internal static SparkAzureException TokenEndpointInvalid(string endpoint, string why) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{endpoint}' is not a token endpoint that ADLS gen1 can use: {why}.",
        "Give -TenantId instead, or https://login.microsoftonline.com/TENANT/oauth2/token.",
        endpoint);

    internal static SparkAzureException Gen1NotInCloud(AzureEnvironment environment) => Failure.Create(
        ErrorKind.NotSupported,
        $"ADLS gen1 never was in {environment}.",
        "Use a gen2 account there.",
        environment);

    internal static SparkAzureException UserIsolationNotSupported(string place) => Failure.Create(
        ErrorKind.NotSupported,
        $"User isolation is on in DSS at {place}, and DSS does not support ADLS gen2 (ABFS) with it this way (howto 2.2). Nothing was written.",
        "Use a DSS without user isolation, or -Force if your version of DSS supports it.",
        place);

    internal static SparkAzureException DssTooOldForGen2(string version) => Failure.Create(
        ErrorKind.NotSupported,
        $"This is DSS {version}; ADLS gen2 needs DSS 5.1.3 or later (howto 2.2). Nothing was written.",
        "Upgrade DSS.",
        version);

    internal static SparkAzureException ConnectionAlreadyExists(string name, IEnumerable<string> differences) => Failure.Create(
        ErrorKind.AlreadyExists,
        $"DSS has a connection '{name}' already, and it differs in {string.Join(", ", differences)}. It was left as it is.",
        "Choose another -Name, or use -Force to set these fields; the others stay as they are.",
        name);

    internal static SparkAzureException ConnectionOfAnotherType(string name, string type) => Failure.Create(
        ErrorKind.AlreadyExists,
        $"DSS has a connection '{name}' already, and it is of type {type}, not HDFS. It was left as it is.",
        "Choose another -Name; the type of a connection cannot be changed.",
        name);
}
