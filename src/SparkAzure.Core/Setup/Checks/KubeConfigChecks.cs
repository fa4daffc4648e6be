using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using k8s;
using k8s.Models;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>The kubeconfigs of those as whom jobs run.</summary>
internal static class KubeConfigChecks
{
    private const string Import = "Import-AksCredential";
    private const int UsersNamed = 5;

    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public static async Task<CheckOutcome> OwnAsync(CheckSite site, CancellationToken cancellationToken)
    {
        try
        {
            var path = await site.KubeConfigAsync(cancellationToken).ConfigureAwait(false);
            var api = await site.ClusterAsync(cancellationToken).ConfigureAwait(false);
            var @namespace = ExecutorPod.NamespaceOf(await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false));
            if (await MayCreatePodsAsync(api, @namespace, cancellationToken).ConfigureAwait(false))
            {
                return CheckOutcome.Passed($"{path} signs in at {api.Server.Authority}, and may make pods in '{@namespace}'.");
            }

            return CheckOutcome.Failed(
                $"{path} signs in at {api.Server.Authority}, but may not make pods in namespace '{@namespace}'.",
                $"Give its user the role (Initialize-SparkNamespace {@namespace} -UserName …).",
                "Initialize-SparkNamespace");
        }
        catch (SparkAzureException error) when (IsOfKubeConfig(error))
        {
            return CheckOutcome.Failed(error, Import);
        }
    }

    public static async Task<CheckOutcome> UsersAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var settings = await site.SettingsAsync(cancellationToken).ConfigureAwait(false);
        if (!UserIsolation.IsOn(settings))
        {
            return CheckOutcome.NotApplicable("User isolation is off: all jobs run as the account of DSS.");
        }

        if (!FileOwner.IsRoot)
        {
            return CheckOutcome.Unknown(
                "User isolation is on, and only root can look at the kubeconfigs of other users.", "Run this as root.");
        }

        var users = ImpersonatedUsers.Of(settings, site.Directory);
        if (users.Count == 0)
        {
            return CheckOutcome.Unknown(
                "User isolation is on, and config/users.json names no user whom a rule maps to a UNIX user.",
                "Give the UNIX users their credential with Import-AksCredential -User ….");
        }

        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var @namespace = ExecutorPod.NamespaceOf(config);
        var context = await site.ContextAsync(cancellationToken).ConfigureAwait(false);
        var judged = await Task
            .WhenAll(users.Select(u => JudgeAsync(site, u, context, @namespace, cancellationToken)))
            .ConfigureAwait(false);
        var bad = judged.OfType<(string User, string Why)>().ToList();
        if (bad.Count == 0)
        {
            return CheckOutcome.Passed($"All {users.Count} sign in and may make pods in '{@namespace}'.");
        }

        var named = string.Join(" ", bad.Take(UsersNamed).Select(b => $"{b.User}: {b.Why}"));
        var more = bad.Count > UsersNamed ? $" And {bad.Count - UsersNamed} more." : "";
        return CheckOutcome.Failed(
            $"{bad.Count} of {users.Count} users cannot run jobs. {named}{more}",
            $"Give them a credential (-User {string.Join(", ", bad.Take(UsersNamed).Select(b => b.User))}) and the role " +
            "(Initialize-SparkNamespace -UserName).",
            Import);
    }

    public static async Task<CheckOutcome> FormAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var path = await site.KubeConfigAsync(cancellationToken).ConfigureAwait(false);
        var spark = await site.SparkNumberAsync(cancellationToken).ConfigureAwait(false);
        var config = await KubeConfig.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        var context = await site.ContextAsync(cancellationToken).ConfigureAwait(false);
        var form = await config.GetCredentialFormAsync(context, cancellationToken).ConfigureAwait(false);
        if (KubeCredentialForms.Lack(form, spark) is { } lack)
        {
            return CheckOutcome.Failed($"{path}: {lack.Why}", lack.Cure, Import);
        }

        if (KubeCredentialForms.EndsWithToken(form, spark) is { } end)
        {
            return CheckOutcome.Warning($"{path}: {end.Why}", end.Cure, Import);
        }

        if (form == KubeCredentialForm.Other)
        {
            return CheckOutcome.Unknown($"{path} signs in by a form that was never tried with Spark's client.");
        }

        var named = KubeCredentialForms.Rows.First(r => r.Form == form).Named;
        return spark is null
            ? CheckOutcome.Unknown($"{path}: {named}; DSS does not say which Spark it runs.")
            : CheckOutcome.Passed($"{path}: {named}, which Spark {spark} can use.");
    }

    public static async Task<CheckOutcome> EndAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var access = await site.AccessAsync(cancellationToken).ConfigureAwait(false);
        var ends = new List<(string What, DateTimeOffset End)>();
        if (access.ClientCertificate is { } own)
        {
            ends.Add(("The client certificate", own.NotAfter));
        }

        if (JwtEnd(access.Authorization?.Parameter) is { } token)
        {
            ends.Add(("The token", token));
        }

        ends.AddRange(access.Authorities.Select(a => ("The cluster's authority", (DateTimeOffset)a.NotAfter)));
        if (ends.Count == 0)
        {
            return CheckOutcome.Unknown("Neither the credential nor the kubeconfig's authority says when it ends.");
        }

        var form = await FormOfAsync(site, cancellationToken).ConfigureAwait(false);
        return CheckOutcome.OfAll([.. ends.Select(e => Judge(e.What, e.End, IsRenewed(e.What, form), DateTimeOffset.UtcNow))]);
    }

    /// <summary>How an end that is seen today counts.</summary>
    internal static CheckOutcome Judge(string what, DateTimeOffset end, bool renewed, DateTimeOffset now)
    {
        var seen = string.Create(CultureInfo.InvariantCulture, $"{what} ends {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC.");
        const string Anew = "Take the credential anew with -Force.";
        if (end <= now)
        {
            return CheckOutcome.Failed(seen.Replace(" ends ", " ended ", StringComparison.Ordinal), Anew, Import);
        }

        return end - now < Soon && !renewed ? CheckOutcome.Warning(seen, Anew, Import) : CheckOutcome.Passed(seen);
    }

    // A plugin's token is short-lived by nature: the next session asks for another one.
    private static bool IsRenewed(string what, KubeCredentialForm form) =>
        what == "The token" && form is KubeCredentialForm.PluginV1 or KubeCredentialForm.PluginV1Beta1;

    private static async Task<KubeCredentialForm> FormOfAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var path = await site.KubeConfigAsync(cancellationToken).ConfigureAwait(false);
        var config = await KubeConfig.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        var context = await site.ContextAsync(cancellationToken).ConfigureAwait(false);
        return await config.GetCredentialFormAsync(context, cancellationToken).ConfigureAwait(false);
    }

    // Null for a user who can run jobs.
    private static async Task<(string User, string Why)?> JudgeAsync(
        CheckSite site, string user, string? context, string @namespace, CancellationToken cancellationToken)
    {
        try
        {
            var account = UnixAccount.Find(user) ?? throw KubernetesErrors.UserNotFound(user);
            var file = KubeConfigFile.Of(account);
            var text = file.Read();
            if (text.Length == 0)
            {
                return (user, $"{file.Path} is not there.");
            }

            var access = await KubeConfig.Parse(file.Path, text)
                .OpenAccessAsync(context, cancellationToken)
                .ConfigureAwait(false);
            using var api = new ApiServerClient(access, site.Caller);
            if (await MayCreatePodsAsync(api, @namespace, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            return (user, $"may not make pods in '{@namespace}'.");
        }
        catch (SparkAzureException error)
        {
            return (user, error.Message);
        }
    }

    private static async Task<bool> MayCreatePodsAsync(
        ApiServerClient api, string @namespace, CancellationToken cancellationToken)
    {
        var asked = new V1ResourceAttributes
        {
            NamespaceProperty = @namespace, Verb = "create", Group = "", Resource = "pods",
        };
        var review = new V1SelfSubjectAccessReview
        {
            ApiVersion = "authorization.k8s.io/v1",
            Kind = "SelfSubjectAccessReview",
            Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = asked },
        };
        var answer = await api.CallAsync(
            (library, stop) => library.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(review, cancellationToken: stop),
            cancellationToken).ConfigureAwait(false);
        return answer.Status?.Allowed == true;
    }

    // Those that say something of the file and its credential; that the API server does not answer says nothing of it.
    private static bool IsOfKubeConfig(SparkAzureException error) => error.Id is
        nameof(KubernetesErrors.KubeConfigNotFound) or nameof(KubernetesErrors.KubeConfigUnreadable)
        or nameof(KubernetesErrors.NoCurrentContext) or nameof(KubernetesErrors.ContextNotFound)
        or nameof(KubernetesErrors.KubeConfigClusterNotFound) or nameof(KubernetesErrors.KubeCredentialUnusable)
        or nameof(KubernetesErrors.KubernetesSignInRefused) or nameof(KubernetesErrors.KubernetesUnavailable)
        or nameof(KubernetesErrors.UserHasNoHome);

    // RFC 7519: the middle of a token, in base64url; only its end is read.
    private static DateTimeOffset? JwtEnd(string? token)
    {
        var parts = token?.Split('.') ?? [];
        if (parts.Length != 3)
        {
            return null;
        }

        try
        {
            var middle = parts[1].Replace('-', '+').Replace('_', '/');
            var bytes = Convert.FromBase64String(middle.PadRight(middle.Length + ((4 - (middle.Length % 4)) % 4), '='));
            using var claims = JsonDocument.Parse(bytes);
            if (claims.RootElement.ValueKind == JsonValueKind.Object
                && claims.RootElement.TryGetProperty("exp", out var end)
                && end.TryGetInt64(out var seconds))
            {
                return DateTimeOffset.FromUnixTimeSeconds(seconds);
            }
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException
            or ArgumentOutOfRangeException)
        {
            // A token in three parts that is none.
        }

        return null;
    }
}
