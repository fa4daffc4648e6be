using System.Text.Json;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>
/// A program <c>docker-credential-NAME</c> that keeps docker's logins (github.com/docker/docker-credential-helpers): it
/// reads the registry's address and prints a login as JSON.
/// </summary>
internal static class CredentialHelper
{
    private const string NotFound = "credentials not found in native keychain";

    /// <summary>The user name that says: the secret is an identity token.</summary>
    private const string TokenUser = "<token>";

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(60);

    /// <summary>Asks a helper for a registry's login.</summary>
    /// <param name="name">The helper's name, as config.json has it.</param>
    /// <param name="server">The registry's host, or Docker Hub's key.</param>
    /// <param name="config">The file that names the helper.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="cancellationToken">Ends the helper.</param>
    /// <returns>The login; null when the helper has none.</returns>
    /// <exception cref="SparkAzureException">CredentialHelperFailed.</exception>
    public static async Task<RegistryLogin?> GetAsync(
        string name,
        string server,
        string config,
        Func<string, string?> environment,
        CancellationToken cancellationToken)
    {
        // A name is part of a file's name; more than that would be a path of somebody's choice.
        var program = "docker-credential-" + name;
        var path = name.IndexOfAny(['/', '\\']) < 0 ? HostProcesses.Find(program, environment) : null;
        if (path is null)
        {
            throw OciErrors.CredentialHelperFailed(program, config, "it is not in the folders of PATH");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerTime);
        try
        {
            var answer = await ChildProcess.AskAsync(path, ["get"], server, limit.Token).ConfigureAwait(false);
            if (answer.IsTooLong)
            {
                throw OciErrors.CredentialHelperFailed(
                    program, config, "it printed more than a login can be, and was ended");
            }

            if (answer.ExitCode == 0)
            {
                return LoginIn(answer.Output)
                    ?? throw OciErrors.CredentialHelperFailed(program, config, "it printed no login");
            }

            var words = answer.Output.Trim();
            if (words.Contains(NotFound, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            throw OciErrors.CredentialHelperFailed(
                program, config, $"it ended with {answer.ExitCode}{Quotable(words)}{answer.LastWords}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw OciErrors.CredentialHelperFailed(
                program, config, $"it did not answer within {AnswerTime.TotalSeconds:0} s");
        }
    }

    // A helper says why it failed in one line of plain words; anything else may hold a secret.
    private static string Quotable(string words)
    {
        if (words.Length is 0 or > 300
            || words.Contains('{', StringComparison.Ordinal)
            || words.Contains('\n', StringComparison.Ordinal))
        {
            return "";
        }

        return $": {words}";
    }

    private static RegistryLogin? LoginIn(string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var user = document.RootElement.GetProperty("Username").GetString();
            var secret = document.RootElement.GetProperty("Secret").GetString();
            if (string.IsNullOrEmpty(secret) || (user == TokenUser && !HeaderText.IsToken(secret)))
            {
                return null;
            }

            if (user == TokenUser)
            {
                return new RefreshTokenLogin(secret);
            }

            return new PasswordLogin(user ?? "", secret);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            return null;
        }
    }
}
