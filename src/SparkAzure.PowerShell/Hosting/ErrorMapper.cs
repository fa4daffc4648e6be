using System.Management.Automation;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Hosting;

/// <summary>The one place where failures become error records.</summary>
internal static class ErrorMapper
{
    public static ErrorRecord ToErrorRecord(Exception exception, object? fallbackTarget)
    {
        if (exception is not SparkAzureException known)
        {
            return new ErrorRecord(exception, "UnexpectedFailure", ErrorCategory.NotSpecified, fallbackTarget)
            {
                ErrorDetails = new ErrorDetails(
                    $"Unexpected failure ({exception.GetType().Name}): {ForeignText.Lines(exception.Message)} This is " +
                    $"a defect of SparkAzure; report it with $Error[0].Exception.ToString()."),
            };
        }

        return new ErrorRecord(known, known.Id, CategoryOf(known.Kind), known.Target ?? fallbackTarget)
        {
            // Both in the message: RecommendedAction is shown at a prompt but lost in logs, and setting it too says it
            // twice.
            ErrorDetails = new ErrorDetails($"{known.Message} {known.Remedy}"),
        };
    }

    public static ErrorCategory CategoryOf(ErrorKind kind) => kind switch
    {
        ErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        ErrorKind.InvalidData => ErrorCategory.InvalidData,
        ErrorKind.InvalidArgument => ErrorCategory.InvalidArgument,
        ErrorKind.PermissionDenied => ErrorCategory.PermissionDenied,
        ErrorKind.AuthenticationFailed => ErrorCategory.AuthenticationError,
        ErrorKind.AlreadyExists => ErrorCategory.ResourceExists,
        ErrorKind.Busy => ErrorCategory.ResourceBusy,
        ErrorKind.Unavailable => ErrorCategory.ResourceUnavailable,
        ErrorKind.OperationFailed => ErrorCategory.OperationStopped,
        ErrorKind.NotSupported => ErrorCategory.NotImplemented,
        _ => ErrorCategory.NotSpecified,
    };
}
