namespace SparkAzure.Core.Hosting.Http;

/// <summary>
/// An answer that is larger, or takes longer as a whole, than one may: it would be so again, so it is not asked for
/// again.
/// </summary>
internal sealed class AnswerLimitException(string message, Exception? inner = null) : IOException(message, inner);
