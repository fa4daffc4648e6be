namespace SparkAzure;

/// <summary>An image as a parameter takes it: a <see cref="SparkImage"/>, or a reference typed by hand.</summary>
public sealed class SparkImageName
{
    /// <summary>Takes the digest-pinned reference of a published image.</summary>
    public SparkImageName(SparkImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Reference = image.Reference;
        Name = image.Name;
    }

    /// <summary>Takes a reference such as <c>acr.azurecr.io/spark-py:dss-513-spark-240</c>.</summary>
    public SparkImageName(string reference)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reference);
        Reference = reference.Trim();
        var path = Reference.Split('@')[0];
        var last = path[(path.LastIndexOf('/') + 1)..];
        Name = last.Split(':')[0];
    }

    /// <summary>The reference as Kubernetes pulls it.</summary>
    public string Reference { get; }

    /// <summary>The last part of the repository: <c>spark-py</c>.</summary>
    public string Name { get; }

    /// <summary>The reference.</summary>
    public override string ToString() => Reference;
}
