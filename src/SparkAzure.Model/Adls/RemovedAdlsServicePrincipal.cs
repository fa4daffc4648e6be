namespace SparkAzure;

/// <summary>What became of a service principal that was made for a storage account.</summary>
public sealed record RemovedAdlsServicePrincipal
{
    /// <summary>The application's name.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The application (client) id; null where there was none of that name.</summary>
    public string? ClientId { get; init; }

    /// <summary>The object id of the service principal; null where there was none.</summary>
    public string? ObjectId { get; init; }

    /// <summary>The storage account.</summary>
    public required string Account { get; init; }

    /// <summary>What this call did or would do, step by step.</summary>
    public IReadOnlyList<string> Changes { get; init => field = value.ToArray(); } = [];

    /// <summary>Why the application stays: that it was there before, or what else uses it; empty where it goes.</summary>
    public IReadOnlyList<string> Kept { get; init => field = value.ToArray(); } = [];

    /// <summary>True when this call altered Entra ID or Azure.</summary>
    public bool Changed { get; init; }

    /// <summary>
    /// True when a change is described that was not made, because of -WhatIf or a declined confirmation.
    /// </summary>
    public bool Planned { get; init; }

    /// <summary>The application's name.</summary>
    public override string ToString() => DisplayName;
}
