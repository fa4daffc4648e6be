namespace SparkAzure;

/// <summary>What sort of thing went wrong; the cmdlets turn it into PowerShell's error category.</summary>
public enum ErrorKind
{
    /// <summary>A file, folder, jar, image or named thing is not there.</summary>
    NotFound,

    /// <summary>
    /// What was read is not what its place promises: a torn archive, a settings file that is not JSON.
    /// </summary>
    InvalidData,

    /// <summary>What the caller asked for cannot work, whatever the state of the host.</summary>
    InvalidArgument,

    /// <summary>The account that runs this may not do it.</summary>
    PermissionDenied,

    /// <summary>A service refused the credential.</summary>
    AuthenticationFailed,

    /// <summary>Something of that name is there already and differs.</summary>
    AlreadyExists,

    /// <summary>Somebody else is at work on the same thing.</summary>
    Busy,

    /// <summary>A service or daemon does not answer.</summary>
    Unavailable,

    /// <summary>The work was begun and failed: a build, a child process, a full disk.</summary>
    OperationFailed,

    /// <summary>The versions or settings found are ones on which the procedure cannot work.</summary>
    NotSupported,
}

/// <summary>
/// The one exception the module throws on purpose. Its message says what was found and why it cannot work;
/// <see cref="Remedy"/> says what to do. Never carries a secret.
/// </summary>
public sealed class SparkAzureException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="id">The stable error id, Pascal case; it is the first part of FullyQualifiedErrorId.</param>
    /// <param name="kind">What sort of failure.</param>
    /// <param name="message">What was found, and why it cannot work.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <param name="target">What the failure is about: a path, a reference, a name.</param>
    /// <param name="innerException">The failure underneath, if any.</param>
    public SparkAzureException(
        string id,
        ErrorKind kind,
        string message,
        string remedy,
        object? target = null,
        Exception? innerException = null)
        : base(message, innerException)
    {
        Id = id;
        Kind = kind;
        Remedy = remedy;
        Target = target;
    }

    /// <summary>The stable error id.</summary>
    public string Id { get; }

    /// <summary>What sort of failure.</summary>
    public ErrorKind Kind { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }

    /// <summary>What the failure is about.</summary>
    public object? Target { get; }
}
