namespace SparkAzure.Core.Docker;

/// <summary>Which daemon the caller wants, as far as the caller says.</summary>
/// <param name="Host">Its address; null for none given.</param>
/// <param name="Context">The docker context that names it; null for none given.</param>
/// <param name="ConfigFolder">The folder of docker's config.json; null for the account's own.</param>
internal sealed record DockerChoice(Uri? Host, string? Context, string? ConfigFolder);
