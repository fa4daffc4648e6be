using System.Runtime.CompilerServices;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// Makes the module's exceptions. Each room has one static class <c>…Errors</c> whose methods call this; a method's
/// name is the error's id, so id and text cannot drift apart, and <c>about_SparkAzure_Errors</c> is tested against the
/// methods. Messages quote servers, programs and files, so what steers a terminal goes out of them here.
/// </summary>
internal static class Failure
{
    /// <summary>Makes the exception whose id is the calling method's name.</summary>
    internal static SparkAzureException Create(
        ErrorKind kind,
        string message,
        string remedy,
        object? target = null,
        Exception? inner = null,
        [CallerMemberName] string id = "") =>
        new(id, kind, ForeignText.Lines(message), ForeignText.Lines(remedy), target, inner);
}
