using SparkAzure.Core.Tests.Aks;


namespace SparkAzure.Core.Tests.Azure;

/// <summary>Tests that set variables of the whole process run while no other test does.</summary>
[CollectionDefinition(AksClusterTests.EnvironmentVariables, DisableParallelization = true)]
public sealed class EnvironmentVariableTests;
