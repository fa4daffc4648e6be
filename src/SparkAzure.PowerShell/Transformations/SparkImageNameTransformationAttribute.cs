using System.Collections;
using System.Management.Automation;

namespace SparkAzure.Transformations;

/// <summary>
/// Takes images for a parameter: references, images of Publish-SparkImage, Spark configurations of DSS, and such an image that came through
/// Export-Clixml, a job or another session and is only its properties now.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class SparkImageNameTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        if (BaseOf(inputData) is IEnumerable many and not string)
        {
            return many.Cast<object>().Select(One).ToArray();
        }

        return new[] { One(inputData) };
    }

    private static SparkImageName One(object input) => BaseOf(input) switch
    {
        SparkImageName name => name,
        SparkImage image => new SparkImageName(image),
        DssSparkConfig { Image.Length: > 0 } config => new SparkImageName(config.Image),
        DssSparkConfig config => throw new ArgumentTransformationMetadataException(
            $"The Spark configuration '{config.Name}' names no image."),
        string reference when !string.IsNullOrWhiteSpace(reference) => new SparkImageName(reference),
        _ when input is PSObject shaped && shaped.Properties["Reference"]?.Value is string reference =>
            new SparkImageName(reference),
        _ when input is PSObject shaped && shaped.Properties["Image"]?.Value is string { Length: > 0 } image =>
            new SparkImageName(image),
        _ => throw new ArgumentTransformationMetadataException(
            "An image is a reference such as registry.azurecr.io/spark-py:dss-513-spark-240, or what " +
            "Publish-SparkImage or Get-DssSparkConfig returns."),
    };

    private static object? BaseOf(object? input)
    {
        if (input is PSObject shaped)
        {
            return shaped.BaseObject;
        }

        return input;
    }
}
