namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>Something in a shell command cannot be followed without running it; the message says what.</summary>
internal sealed class ShellNotFollowedException(string message) : Exception(message);
