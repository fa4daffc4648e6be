namespace SparkAzure.Core.Java;

/// <summary>A line of META-INF/services. Numbers are the jar's names, with slashes.</summary>
/// <param name="Service">The service's class.</param>
/// <param name="Provider">The class that provides it.</param>
internal readonly record struct ServiceProvider(int Service, int Provider);
