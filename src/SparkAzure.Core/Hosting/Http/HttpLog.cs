using System.Diagnostics;

namespace SparkAzure.Core.Hosting.Http;

/// <summary>One line as a request goes and one as its answer comes, in the same words for every service.</summary>
internal readonly struct HttpLog
{
    private readonly Action<string> _say;
    private readonly string _request;
    private readonly long _start;

    private HttpLog(Action<string> say, string request) =>
        (_say, _request, _start) = (say, request, Stopwatch.GetTimestamp());

    /// <summary>Says that a request goes.</summary>
    /// <param name="caller">Is told.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="address">Where it goes.</param>
    /// <param name="isRepeated">True for one of many that are alike: those are told to who looks closer.</param>
    public static HttpLog Sent(ICaller caller, string method, Uri address, bool isRepeated = false)
    {
        Action<string> say = isRepeated ? caller.Debug : caller.Verbose;
        var request = Name(method, address);
        say(request);
        return new HttpLog(say, request);
    }

    /// <summary>Method and address, without the query and the fragment, which can hold a signature or a code.</summary>
    public static string Name(string method, Uri address) => $"{method} {address.GetLeftPart(UriPartial.Path)}";

    /// <summary>Says what came back.</summary>
    public void Answered(int status)
    {
        var time = Stopwatch.GetElapsedTime(_start);
        _say($"{_request} -> {status} after {time.TotalMilliseconds:0} ms");
    }

    /// <summary>Says that it is made again.</summary>
    public void Again(string why, TimeSpan pause) =>
        _say($"{_request}: {why}; asked again in {pause.TotalSeconds:0.#} s");
}
