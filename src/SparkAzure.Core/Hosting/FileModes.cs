namespace SparkAzure.Core.Hosting;

/// <summary>The modes of files that this process makes.</summary>
internal static class FileModes
{
    /// <summary>0600: what nobody but its owner has a business with.</summary>
    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
}
