using System.Diagnostics;

namespace SparkAzure.Core.Hosting.Http;

/// <summary>One line as a request goes and one as its answer comes, in the same words for every service.</summary>
internal readonly struct HttpLog
{
    private readonly ICaller _caller;
    private readonly string _request;
    private readonly long _start;

    private HttpLog(ICaller caller, string request) =>
        (_caller, _request, _start) = (caller, request, Stopwatch.GetTimestamp());

    /// <summary>Says that a request goes.</summary>
    public static HttpLog Sent(ICaller caller, string method, Uri address)
    {
        var request = Name(method, address);
        caller.Verbose(request);
        return new HttpLog(caller, request);
    }

    /// <summary>Method and address, without the query and the fragment, which can hold a signature or a code.</summary>
    public static string Name(string method, Uri address) => $"{method} {address.GetLeftPart(UriPartial.Path)}";

    /// <summary>Says what came back.</summary>
    public void Answered(int status)
    {
        var time = Stopwatch.GetElapsedTime(_start);
        _caller.Verbose($"{_request} -> {status} after {time.TotalMilliseconds:0} ms");
    }

    /// <summary>Says that it is made again.</summary>
    public void Again(string why, TimeSpan pause) =>
        _caller.Verbose($"{_request}: {why}; asked again in {pause.TotalSeconds:0.#} s");
}
