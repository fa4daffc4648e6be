using System.Security;

namespace SparkAzure.Core.Tests.Dss;

internal static class Secret
{
    public static SecureString Of(string text)
    {
        var secret = new SecureString();
        foreach (var c in text)
        {
            secret.AppendChar(c);
        }

        return secret;
    }
}
