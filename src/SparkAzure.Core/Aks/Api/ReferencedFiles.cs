using System.Text;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Aks.Api;

/// <summary>
/// Files that a kubeconfig names; a relative path counts from the kubeconfig. Where the kubeconfig is another account's,
/// root reads as that account: the file could name what only root may read.
/// </summary>
internal sealed class ReferencedFiles(string kubeConfig, UnixAccount? reader)
{
    /// <summary>As whom root reads them, and runs the program; null for this process's own account.</summary>
    public UnixAccount? Reader => reader;

    /// <summary>A file's text; null where no path is given.</summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    public async Task<string?> TextAsync(string? path, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        var file = Path.Combine(Path.GetDirectoryName(kubeConfig) ?? "", path);
        try
        {
            var account = reader is { UserId: not 0 } ? reader : null;
            return await RegularFile.ReadAllTextAsync(file, cancellationToken, account).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(file, exception);
        }
    }

    /// <summary>What stands there in base64, else what the file has; null where neither is given.</summary>
    /// <exception cref="SparkAzureException">CannotRead, KubeConfigUnreadable.</exception>
    public async Task<string?> DataAsync(string? data, string? path, CancellationToken cancellationToken)
    {
        try
        {
            if (string.IsNullOrEmpty(data))
            {
                return await TextAsync(path, cancellationToken).ConfigureAwait(false);
            }

            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }
        catch (FormatException)
        {
            throw KubernetesErrors.KubeConfigUnreadable(kubeConfig, "data of a certificate in it is not base64");
        }
    }
}
