using System.Management.Automation;
using SparkAzure.Core.Dss.Host;

namespace SparkAzure.Commands;

/// <summary>Stops DSS where it runs and starts it.</summary>
[Cmdlet(VerbsLifecycle.Restart, "Dss", SupportsShouldProcess = true)]
[OutputType(typeof(DssService))]
public sealed class RestartDssCommand : DssServiceCommand
{
    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken) =>
        await WriteResultAsync(await DssControl.RestartAsync(
            FullPath(DataDirectory), Timeout, Caller, cancellationToken));
}
