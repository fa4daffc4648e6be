using Azure;

namespace SparkAzure.Core.Azure;

/// <summary>
/// Why Resource Manager refuses an account that has the right role: 403 means more than a role that is missing.
/// </summary>
/// <param name="Why">What stands in the way, to go on a sentence.</param>
/// <param name="Remedy">Who can do what about it.</param>
internal sealed record AccessRefusal(string Why, string Remedy)
{
    // The first row that fits decides. A code is Azure's, words are a part of its message.
    private static readonly (string? Code, string? Words, AccessRefusal Refusal)[] Known =
    [
        // Source: Microsoft, "List Azure deny assignments" and "Azure managed applications overview".
        ("DenyAssignmentAuthorizationFailed", null, new(
            "a deny assignment forbids it, whatever roles the account has, Owner included",
            "Look up the deny assignment that Azure names (portal: Access control (IAM), Deny assignments). It stands on " +
            "what a managed application, a deployment stack or a locked resource group protects: have the publisher " +
            "or the stack's owner exempt the account or do it, or use a resource outside of it. No role helps.")),

        // Source: Microsoft, "Delegate Azure role assignment management to others with conditions"; the words as in
        // Azure-Landing-Zones and AzureTRE issue 4278: "has an authorization with ABAC condition that is not fulfilled".
        (null, "ABAC condition", new(
            "the condition of the account's own role does not allow it",
            "The account's role holds under a condition, such as which roles it may give to whom. Have its condition " +
            "take this in (portal: Access control (IAM), the account's assignment, Condition), or have an account " +
            "without a condition do it.")),

        // Source: Microsoft, "Resolve errors for resources disallowed by policy".
        ("RequestDisallowedByPolicy", null, new(
            "a policy of the organization forbids it",
            "Have whoever keeps the policy that Azure names exempt this resource. No role helps.")),

        // Source: Microsoft, "Lock your resources to protect your infrastructure": also what only looks like reading.
        ("ScopeLocked", null, new(
            "a lock on the resource or above it forbids it",
            "Have the lock that Azure names taken off for the moment (az lock list shows it). No role helps.")),
    ];

    /// <summary>
    /// What is known of a refusal; null for one of another kind, and for a role that is simply missing.
    /// </summary>
    /// <param name="refusal">What a call ended with.</param>
    public static AccessRefusal? Of(Exception? refusal)
    {
        if (refusal is not RequestFailedException { Status: 403 or 409 } failed)
        {
            return null;
        }

        return Array.Find(Known, k => IsIt(k.Code, k.Words, ServiceAnswer.Of(failed))).Refusal;
    }

    private static bool IsIt(string? code, string? words, ServiceAnswer answer) =>
        (code is null || string.Equals(code, answer.Code, StringComparison.OrdinalIgnoreCase))
            && (words is null || answer.Message?.Contains(words, StringComparison.OrdinalIgnoreCase) == true);
}
