using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss.Settings;

/// <summary>
/// What DSS says of a request it refuses: <c>{errorType, message, …}</c>, where errorType is a Java class name.
/// </summary>
/// <param name="ErrorType">The class name.</param>
/// <param name="Message">The message.</param>
internal sealed record DssApiProblem(string ErrorType, string Message)
{
    // The texts and class names are those of DSS 14; status codes alone do not tell a wrong key from a lacking right.
    public bool IsUnknownKey => ErrorType.EndsWith("NotAuthenticatedException", StringComparison.Ordinal)
        || Message.Contains("Unknown API Key", StringComparison.OrdinalIgnoreCase);

    // The text of DSS's Free Edition; its status is not known.
    public bool IsUnlicensed => Message.Contains("Free Edition", StringComparison.OrdinalIgnoreCase);

    public bool IsLackOfRight => !IsUnknownKey
        && (ErrorType.EndsWith("UnauthorizedException", StringComparison.Ordinal) || ErrorType.EndsWith("ForbiddenException", StringComparison.Ordinal));

    /// <summary>Reads a body; null when it is not DSS's own: a proxy answered.</summary>
    public static DssApiProblem? Read(byte[] body)
    {
        using var document = ForeignJson.Document(body);
        if (document is not null && ForeignJson.Text(document.RootElement, "errorType") is { } type)
        {
            return new DssApiProblem(type, ForeignJson.Text(document.RootElement, "message") ?? "");
        }

        return null;
    }
}
