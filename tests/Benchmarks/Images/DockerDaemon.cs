using System.Diagnostics;

namespace SparkAzure.Benchmarks.Images;

/// <summary>The local daemon's memory, where this process may look at it.</summary>
internal sealed class DockerDaemon
{
    private readonly int? _id = Process.GetProcessesByName("dockerd").Select(p => (int?)p.Id).FirstOrDefault();
    private bool _isReset;

    public string What => _isReset ? "dockerd, without the docker program" : "not known";

    public long? Peak => _isReset ? Shell.PeakMemory($"{_id}") : null;

    /// <summary>Lets the kernel forget the peak so far (proc(5), clear_refs); root may.</summary>
    public void ResetPeak()
    {
        try
        {
            if (_id is not null)
            {
                File.WriteAllText($"/proc/{_id}/clear_refs", "5");
                _isReset = true;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _isReset = false;
        }
    }
}
