using Microsoft.AspNetCore.Http;

namespace SparkAzure.Core.Tests.Oci.Registry;

/// <summary>Faults by chance, the same for the same seed as far as requests come in the same order. After some they end, unless they shall not.</summary>
internal sealed class FaultSchedule
{
    private static readonly Fault[] Any = [Fault.ServerError, Fault.TooManyRequests, Fault.TooManyRequestsUntil, Fault.LoseLogin, Fault.ResetBefore, Fault.LoseAnswer];
    private static readonly Fault[] OfUploads = [Fault.ResetInBody, Fault.CutBody, .. Any];
    private static readonly Fault[] OfDownloads = [Fault.CutAnswer, Fault.DamageAnswer, .. Any];

    private readonly Random _random;
    private readonly double _rate;
    private int _left;

    public FaultSchedule(int seed)
    {
        _random = new Random(seed);
        _rate = _random.Next(4) switch { 0 => 0.05, 1 => 0.15, 2 => 0.4, _ => 1 };
        _left = _random.Next(10) == 0 ? int.MaxValue : 1 + _random.Next(6);
    }

    public Fault Next(HttpRequest request)
    {
        lock (_random)
        {
            if (_left == 0 || _random.NextDouble() >= _rate)
            {
                return Fault.None;
            }

            _left--;
            var faults = request.ContentLength > 0 ? OfUploads : request.Method == "GET" ? OfDownloads : Any;
            return faults[_random.Next(faults.Length)];
        }
    }
}
