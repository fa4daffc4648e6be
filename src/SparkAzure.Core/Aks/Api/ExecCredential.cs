using System.Text.Json;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Aks.Api;

/// <summary>
/// A credential as a plugin prints it (client.authentication.k8s.io, ExecCredentialStatus), or as a kubeconfig has it.
/// Shows no secret.
/// </summary>
internal sealed class ExecCredential
{
    /// <summary>The token; null where there is none.</summary>
    public string? Token { get; init; }

    /// <summary>The certificate in PEM; null where there is none.</summary>
    public string? Certificate { get; init; }

    /// <summary>The certificate's key in PEM; null where there is none.</summary>
    public string? Key { get; init; }

    /// <summary>Reads what was printed.</summary>
    /// <param name="output">What was printed.</param>
    /// <param name="version">The version that the program was asked to speak.</param>
    /// <exception cref="FormatException">What is wrong with it; what was printed is not quoted.</exception>
    public static ExecCredential Read(string output, string version)
    {
        using var document = Parse(output);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("status", out var status)
            || status.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("there is no object with a status");
        }

        var credential = new ExecCredential
        {
            Token = Text(status, "token")?.Trim(),
            Certificate = Text(status, "clientCertificateData"),
            Key = Text(status, "clientKeyData"),
        };
        if (credential is { Token: null or "", Certificate: null or "" })
        {
            throw new FormatException("its status has neither a token nor a certificate");
        }

        if (string.IsNullOrEmpty(credential.Certificate) != string.IsNullOrEmpty(credential.Key))
        {
            throw new FormatException("its certificate and key do not come together");
        }

        if (credential.Token is { Length: > 0 } token && !HeaderText.IsToken(token))
        {
            throw new FormatException("its token has characters that no token has");
        }

        RequireVersion(document.RootElement, version);
        return credential;
    }

    public override string ToString() => "***";

    // client-go takes nothing else (exec.go: "exec plugin is configured to use API version …, plugin returned version
    // …").
    private static void RequireVersion(JsonElement answer, string version)
    {
        if (Text(answer, "kind") != "ExecCredential")
        {
            throw new FormatException("its kind is not ExecCredential");
        }

        if (Text(answer, "apiVersion") != version)
        {
            throw new FormatException($"its apiVersion is not {version}, which the kubeconfig names");
        }
    }

    private static JsonDocument Parse(string output)
    {
        try
        {
            return JsonDocument.Parse(output);
        }
        catch (JsonException)
        {
            throw new FormatException("it is not JSON");
        }
    }

    private static string? Text(JsonElement status, string name)
    {
        if (!status.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (ForeignJson.Text(value) is { } text)
        {
            return text;
        }

        throw new FormatException($"its {name} is not a text");
    }
}
