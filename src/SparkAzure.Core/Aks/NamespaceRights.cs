using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Hosting;
using k8s;
using k8s.Models;

namespace SparkAzure.Core.Aks;

/// <summary>Rights in a namespace that go together.</summary>
/// <param name="Resources">The resources, of the core group; a subresource as <c>pods/log</c>.</param>
/// <param name="Verbs">What is done with each of them.</param>
internal sealed record NamespaceRight(IReadOnlyList<string> Resources, IReadOnlyList<string> Verbs);

/// <summary>What jobs and their proof need in a namespace, and what a credential may do of it.</summary>
internal static class NamespaceRights
{
    /// <summary>
    /// What the driver of a client-mode job does. Source: Spark, "Running Spark on Kubernetes", RBAC; an API server's audit log
    /// of Spark 2.4.0, 2.4.8, 3.5.9 and 4.3.0 (2026-11): deletecollection and patch since Spark 3, update by none.
    /// </summary>
    private static readonly NamespaceRight OfDrivers = new(
        ["pods", "services", "configmaps", "persistentvolumeclaims"],
        ["create", "get", "list", "watch", "delete", "deletecollection", "patch", "update"]);

    /// <summary>What a smoke test looks at beside pods. Source: the same runs, as a user with the role above alone.</summary>
    private static readonly NamespaceRight[] OfProofs = [new(["pods/log"], ["get"]), new(["events"], ["list", "watch"])];

    /// <summary>The rights that are wanted.</summary>
    public static IReadOnlyList<NamespaceRight> Wanted(bool forProof)
    {
        if (forProof)
        {
            return [OfDrivers, .. OfProofs];
        }

        return [OfDrivers];
    }

    /// <summary>Asks the API server what the credential may do, in one request where it can tell in one.</summary>
    public static async Task<IReadOnlyList<SparkNamespaceAccess>> AskAsync(
        ApiServerClient client, string space, bool forProof, CancellationToken cancellationToken)
    {
        var rules = await RulesAsync(client, space, cancellationToken).ConfigureAwait(false);
        var wanted = Wanted(forProof).SelectMany(w => w.Resources.SelectMany(r => w.Verbs.Select(v => (Resource: r, Verb: v))));
        return await Task.WhenAll(wanted.Select(async question =>
        {
            var told = rules?.ResourceRules.Any(r =>
                Allow(r.ApiGroups, r.Resources, r.Verbs, r.ResourceNames, question.Verb, question.Resource)) == true;
            if (told || rules is { Incomplete: false })
            {
                return new SparkNamespaceAccess { Verb = question.Verb, Resource = question.Resource, Allowed = told };
            }

            return await AskOneAsync(client, space, question.Resource, question.Verb, cancellationToken)
                .ConfigureAwait(false);
        })).ConfigureAwait(false);
    }

    /// <summary>Whether a rule allows something with all objects; one that names single objects allows less.</summary>
    public static bool Allow(
        IList<string>? groups,
        IList<string>? resources,
        IList<string>? verbs,
        IList<string>? names,
        string verb,
        string resource) =>
        names is not { Count: > 0 } && Has(groups, "") && Has(resources, resource) && Has(verbs, verb);

    private static bool Has(IList<string>? values, string value) =>
        values is not null && (values.Contains(value) || values.Contains("*"));

    // Null where the server answers no such question. What a webhook decides, as Azure's RBAC for Kubernetes does, is
    // missing there, and the server says that the list is incomplete.
    private static async Task<V1SubjectRulesReviewStatus?> RulesAsync(
        ApiServerClient client, string space, CancellationToken cancellationToken)
    {
        var review = new V1SelfSubjectRulesReview
        {
            Spec = new V1SelfSubjectRulesReviewSpec { NamespaceProperty = space },
        }.Initialize();
        try
        {
            var answer = await client.CallAsync(
                (api, stop) => api.AuthorizationV1.CreateSelfSubjectRulesReviewAsync(review, cancellationToken: stop),
                cancellationToken).ConfigureAwait(false);
            return answer.Status;
        }
        catch (SparkAzureException exception) when (ApiServerClient.StatusCode(exception) is 403 or 404 or 405)
        {
            return null;
        }
    }

    private static async Task<SparkNamespaceAccess> AskOneAsync(
        ApiServerClient client, string space, string resource, string verb, CancellationToken cancellationToken)
    {
        var parts = resource.Split('/');
        var asked = new V1ResourceAttributes
        {
            NamespaceProperty = space,
            Verb = verb,
            Group = "",
            Resource = parts[0],
            Subresource = parts.Length > 1 ? parts[1] : null,
        };
        var spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = asked };
        var review = new V1SelfSubjectAccessReview { Spec = spec }.Initialize();
        var answer = await client.CallAsync(
            (api, stop) => api.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(review, cancellationToken: stop),
            cancellationToken).ConfigureAwait(false);
        return new SparkNamespaceAccess
        {
            Verb = verb,
            Resource = resource,
            Allowed = answer.Status?.Allowed ?? false,
            Reason = answer.Status?.Reason is { } reason ? ForeignText.Line(reason) : null,
        };
    }
}
