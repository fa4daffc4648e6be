using System.Globalization;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;


namespace SparkAzure.Core.Aks;

/// <summary>What a kubeconfig can lack.</summary>
internal static class KubernetesErrors
{
    internal static SparkAzureException KubeConfigNotFound(string path, string why) => Failure.Create(
        ErrorKind.NotFound,
        $"There is no kubeconfig at '{path}': {why}.",
        "Let 'az aks get-credentials --resource-group … --name …' write one, or give the path of another.",
        path);

    internal static SparkAzureException KubeConfigUnreadable(string path, string why) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{path}' is not a kubeconfig: {why}.",
        "Correct what is named until 'kubectl config view --kubeconfig …' reads it, or move the file away and let " +
        "Import-AksCredential or 'az aks get-credentials' write it anew.",
        path);

    internal static SparkAzureException KubeConfigLocked(
        string path, string lockPath, string holder, TimeSpan patience) => Failure.Create(
        ErrorKind.Busy,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The kubeconfig '{path}' is being changed by {holder}: its lock '{lockPath}' did not go within " +
            $"{patience.TotalSeconds:0} s. Nothing was written."),
        $"Where no kubectl, az or other run of this is at work on the file, a killed one has left the lock: delete " +
        $"'{lockPath}' and run the same command again. Else wait longer with -TimeoutSeconds.",
        path);

    internal static SparkAzureException NoCurrentContext(string path, IReadOnlyList<string> contexts) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The kubeconfig '{path}' has no current context. {Listed(contexts)}",
        "Name one with -Context, or set it with 'kubectl config use-context …'.",
        path);

    internal static SparkAzureException ContextNotFound(
        string path, string context, IReadOnlyList<string> contexts) => Failure.Create(
        ErrorKind.NotFound,
        $"The kubeconfig '{path}' has no context '{context}'. {Listed(contexts)}",
        contexts.Count == 0 ? "Let Import-AksCredential put one there." : "Name one of these with -Context.",
        context);

    internal static SparkAzureException KubeConfigClusterNotFound(
        string path, string context, string cluster) => Failure.Create(
        ErrorKind.NotFound,
        $"Context '{context}' of the kubeconfig '{path}' names the cluster '{cluster}', which the file does not " +
        $"describe.",
        "Name another context with -Context, or let 'az aks get-credentials' write the file anew.",
        cluster);

    internal static SparkAzureException KubeConfigEntryDiffers(string path, string kind, string name) => Failure.Create(
        ErrorKind.AlreadyExists,
        $"The kubeconfig '{path}' has another {kind} named '{name}' already. Nothing was written.",
        "Replace it with -Force, or give the new context a name of its own with -ContextName.",
        name);

    internal static SparkAzureException KubeConfigNotEditable(string path, long? line) => Failure.Create(
        ErrorKind.NotSupported,
        $"The kubeconfig '{path}' is written in a way that cannot be changed without touching what belongs to others " +
        $"({(line is null ? "an alias or anchor in a place that would change" : $"the result would not be read at line {line}")}). " +
            "Nothing was written.",
        "Let 'kubectl config view --raw --kubeconfig …' write it out plainly into a file of its own, or name another " +
        "file with -KubeConfig.",
        path);

    internal static SparkAzureException NotTheUsersHost(string reason) => Failure.Create(
        ErrorKind.NotSupported,
        $"Kubeconfigs of other users cannot be written here: {reason}.",
        "Run this on the DSS host itself, as root, or let each user run it without -User.");

    internal static SparkAzureException UserNotFound(string user) => Failure.Create(
        ErrorKind.NotFound,
        $"This host knows no user '{user}'. Nothing was written for anybody.",
        "Check the name with 'getent passwd …'; a user of a directory service is known only when the host is joined " +
        "to it.",
        user);

    internal static SparkAzureException UserHasNoHome(string user, string home) => Failure.Create(
        ErrorKind.NotFound,
        $"The home of user '{user}', '{home}', is not there or not open to that user. No kubeconfig was changed.",
        "Make it: log the user in once, or call mkhomedir_helper.",
        user);

    internal static SparkAzureException KubeCredentialUnusable(string path, string user, string why) => Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"The user '{user}' of the kubeconfig '{path}' cannot sign in: {why}.",
        "Take a credential that signs in without a person: Import-AksCredential with -LoginMode, or with -Admin; try " +
        "it with 'kubectl auth whoami'.",
        path);

    internal static SparkAzureException KubernetesSignInRefused(
        Uri server, string user, Exception inner) => Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"The API server {server.Authority} does not accept the credential of user '{user}': {inner.Message}",
        "The token or certificate may have expired, or the cluster's credentials were rotated: take it anew with " +
        "Import-AksCredential -Force.",
        server,
        inner);

    internal static SparkAzureException KubernetesAccessDenied(string request, Exception inner) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"The API server denied {request}: {inner.Message}",
        "Use an administrator's credential (Import-AksCredential -Admin), or have an administrator of the cluster " +
        "run this.",
        request,
        inner);

    internal static SparkAzureException KubernetesRequestFailed(
        string request, int status, string asked, Exception inner) => Failure.Create(
        status switch
        {
            404 => ErrorKind.NotFound,
            409 => ErrorKind.AlreadyExists,
            429 or >= 500 => ErrorKind.Unavailable,
            _ => ErrorKind.OperationFailed,
        },
        $"The API server answered {request} with {status}{asked}: {inner.Message}",
        "Read the server's own words above; after 429 or a 5xx run the same command again later.",
        request,
        inner);

    internal static SparkAzureException KubernetesUnavailable(Uri server, Exception inner) => Failure.Create(
        ErrorKind.Unavailable,
        $"The API server {server.Authority} does not answer: {inner.GetBaseException().Message}",
        "Check that the cluster runs (Get-AksApiServer), that this host is in its network or authorized ranges, and " +
        "that the kubeconfig's certificate authority is the cluster's.",
        server,
        inner);

    internal static SparkAzureException KubernetesAnswerUnreadable(string request) => Failure.Create(
        ErrorKind.InvalidData,
        $"The answer to {request} is not the JSON of a Kubernetes API.",
        "Check that the kubeconfig's server is the API server and that no proxy answers in its place.",
        request);

    internal static SparkAzureException RoleBindingDiffers(
        string name, string @namespace, string? role) => Failure.Create(
        ErrorKind.AlreadyExists,
        $"The role binding '{name}' in namespace '{@namespace}' gives another role, '{role}', and Kubernetes lets no " +
        $"binding change its role.",
        $"Look at it with 'kubectl get rolebinding {name} -n {@namespace} -o yaml'; delete it when nobody needs it, " +
        $"and run the same command again.",
        name);

    private static string Listed(IReadOnlyList<string> contexts)
    {
        if (contexts.Count == 0)
        {
            return "It has no contexts at all.";
        }

        return $"Its contexts: {string.Join(", ", contexts)}.";
    }

    internal static SparkAzureException NamespaceInvalid(string name) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{name}' cannot be the name of a namespace, which is at most 63 lower-case letters, digits and '-', and begins " +
        "and ends with a letter or digit.",
        Rfc1123Name.NearestLabel(name) is { } near ? $"Give {near}, if that is what was meant." : "Give such a name.",
        name);
}
