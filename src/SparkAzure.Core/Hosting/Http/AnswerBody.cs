namespace SparkAzure.Core.Hosting.Http;

/// <summary>Reads answers whole, within bounds.</summary>
internal static class AnswerBody
{
    private const int PieceLength = 1 << 14;

    /// <summary>The body of an answer of which only the headers have been read.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="bounds">How long it may stand still, take as a whole, and how large it may be.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="IOException">
    /// It breaks off or stands still; an <see cref="AnswerLimitException"/> where it is too large or takes too long.
    /// </exception>
    /// <exception cref="HttpRequestException">It is not as HTTP has it.</exception>
    public static async Task<byte[]> ReadAsync(
        HttpResponseMessage answer, HttpTransportOptions bounds, CancellationToken cancellationToken)
    {
        var source = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var limited = new LimitedStream(source, bounds.LargestAnswer, bounds.Patience, bounds.WholeTime);
        await using (limited.ConfigureAwait(false))
        {
            using var body = new MemoryStream();
            await limited.CopyToAsync(body, PieceLength, cancellationToken).ConfigureAwait(false);
            return body.ToArray();
        }
    }
}
