using System.Management.Automation;
using SparkAzure.Core.Dss.Host;

namespace SparkAzure.Commands;

/// <summary>Stops DSS and waits until it is gone.</summary>
[Cmdlet(VerbsLifecycle.Stop, "Dss", SupportsShouldProcess = true)]
[OutputType(typeof(DssService))]
public sealed class StopDssCommand : DssServiceCommand
{
    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken) =>
        await WriteResultAsync(await DssControl.StopAsync(
            FullPath(DataDirectory), Timeout, Caller, cancellationToken));
}
