using Docker.DotNet.Models;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Docker;

/// <summary>A daemon's messages without what they may repeat of the logins that it was given.</summary>
/// <param name="inner">Is given the messages.</param>
/// <param name="logins">The logins.</param>
internal sealed class MaskedProgress(IProgress<JSONMessage> inner, IEnumerable<AuthConfig?> logins)
    : IProgress<JSONMessage>
{
    private readonly SecretMask _mask = new(
        logins.SelectMany(l => new[] { l?.Password, l?.IdentityToken, l?.RegistryToken, l?.Auth }));

    /// <summary>A refusal's words, masked.</summary>
    public string Mask(string words) => _mask.Of(words);

    public void Report(JSONMessage value)
    {
        value.Status = Masked(value.Status);
        value.Stream = Masked(value.Stream);
        if (value.Error is { Message: { } message })
        {
            value.Error.Message = _mask.Of(message);
        }

        inner.Report(value);
    }

    private string? Masked(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return _mask.Of(text);
    }
}
