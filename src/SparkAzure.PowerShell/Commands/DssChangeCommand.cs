using System.Management.Automation;
using SparkAzure.Core.Dss.Host;

namespace SparkAzure.Commands;

/// <summary>The base of the cmdlets that change or remove what DSS has; in files, one at a time.</summary>
public abstract class DssChangeCommand : DssSettingsCommand
{
    private protected DssChangeCommand()
    {
    }

    /// <summary>Stops a running DSS before its files are edited and starts it afterwards.</summary>
    [Parameter(ParameterSetName = ByFile)]
    public SwitchParameter Restart { get; set; }

    /// <summary>How long to wait while another process changes the files.</summary>
    [Parameter(ParameterSetName = ByFile)]
    [ValidateRange(1, 3600)]
    public int TimeoutSeconds { get; set; } = 60;

    private protected override DssAddress Dss => Changing(Restart, TimeoutSeconds);
}
