using System.Management.Automation;
using SparkAzure.Core.Dss.Host;

namespace SparkAzure.Commands;

/// <summary>Starts DSS and waits until it answers.</summary>
[Cmdlet(VerbsLifecycle.Start, "Dss", SupportsShouldProcess = true)]
[OutputType(typeof(DssService))]
public sealed class StartDssCommand : DssServiceCommand
{
    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken) =>
        await WriteResultAsync(await DssControl.StartAsync(
            FullPath(DataDirectory), Timeout, Caller, cancellationToken));
}
