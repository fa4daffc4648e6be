namespace SparkAzure;

/// <summary>Whether a DSS runs.</summary>
public enum DssState
{
    /// <summary>Its supervisor does not run.</summary>
    Stopped,

    /// <summary>Its supervisor runs, and its backend does not answer (yet).</summary>
    Starting,

    /// <summary>Its backend answers; of nodes without one: its supervisor runs.</summary>
    Running,
}

/// <summary>A DSS of this host as a running program: what Start-Dss, Stop-Dss and Restart-Dss return.</summary>
public sealed record DssService
{
    /// <summary>The data directory.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The product version of the data directory.</summary>
    public required string Version { get; init; }

    /// <summary>Stopped, Starting or Running.</summary>
    public DssState State { get; init; }

    /// <summary>The address a browser on this host opens DSS with, and the public API is reached at.</summary>
    public required Uri Uri { get; init; }

    /// <summary>The address that was asked whether DSS answers; null on nodes without a backend.</summary>
    public Uri? PingUri { get; init; }

    /// <summary>The UNIX account that DSS runs as, the owner of the data directory.</summary>
    public required string Owner { get; init; }

    /// <summary>True when this call started or stopped DSS.</summary>
    public bool Changed { get; init; }

    /// <summary>
    /// True when a change is described that was not made, because of -WhatIf or a declined confirmation.
    /// </summary>
    public bool Planned { get; init; }

    /// <summary>Names DSS and its state in one line.</summary>
    public override string ToString() => $"DSS {Version} at {DataDirectory}: {State}";
}
