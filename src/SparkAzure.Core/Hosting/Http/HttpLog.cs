using System.Diagnostics;

namespace SparkAzure.Core.Hosting.Http;

/// <summary>One line as a request goes and one as its answer comes, in the same words for every service.</summary>
internal readonly struct HttpLog
{
    private readonly IOperator _operator;
    private readonly string _request;
    private readonly long _start;

    private HttpLog(IOperator @operator, string request) =>
        (_operator, _request, _start) = (@operator, request, Stopwatch.GetTimestamp());

    /// <summary>Says that a request goes.</summary>
    public static HttpLog Sent(IOperator @operator, string method, Uri address)
    {
        var request = Name(method, address);
        @operator.Verbose(request);
        return new HttpLog(@operator, request);
    }

    /// <summary>Method and address, without the query and the fragment, which can hold a signature or a code.</summary>
    public static string Name(string method, Uri address) => $"{method} {address.GetLeftPart(UriPartial.Path)}";

    /// <summary>Says what came back.</summary>
    public void Answered(int status)
    {
        var time = Stopwatch.GetElapsedTime(_start);
        _operator.Verbose($"{_request} -> {status} after {time.TotalMilliseconds:0} ms");
    }

    /// <summary>Says that it is made again.</summary>
    public void Again(string why, TimeSpan pause) =>
        _operator.Verbose($"{_request}: {why}; asked again in {pause.TotalSeconds:0.#} s");
}
