using System.Collections;
using System.Management.Automation;

namespace SparkAzure.Transformations;

/// <summary>
/// Takes a text for a parameter: one that is given, or that of a property. PowerShell makes a text of whatever comes
/// through a pipeline, which then is the name of nothing; here such an object is refused with what was wanted.
/// </summary>
/// <param name="wanted">What the text is, for the message.</param>
/// <param name="properties">The properties that hold it, the first that is there counts.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class TextTransformationAttribute(string wanted, params string[] properties)
    : ArgumentTransformationAttribute
{
    /// <summary>Properties of objects that other parameters of the cmdlet take: PowerShell goes on looking there.</summary>
    public string[] Elsewhere { get; set; } = [];

    /// <summary>Objects that another parameter of the cmdlet takes as they are: PowerShell goes on looking there.</summary>
    public Type[] Others { get; set; } = [];

    /// <summary>What the text is.</summary>
    public string Wanted => wanted;

    /// <summary>The properties that hold it.</summary>
    public IReadOnlyList<string> Properties => properties;

    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var bare = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (bare is string or null or ValueType or Uri or IList)
        {
            return bare;
        }

        if (bare is PathInfo path)
        {
            return path.ProviderPath;
        }

        var shaped = PSObject.AsPSObject(inputData!);
        var refusal = $"Wanted is {wanted}, or an object with the property {string.Join(" or ", properties)}; this is a " +
            $"{shaped.TypeNames[0]}.";
        if (Others.Contains(bare.GetType()))
        {
            throw Passing(refusal);
        }

        if (properties.FirstOrDefault(name => shaped.Properties[name] is not null) is { } named)
        {
            return Transform(engineIntrinsics, shaped.Properties[named].Value);
        }

        if (Elsewhere.Any(name => shaped.Properties[name] is not null))
        {
            throw Passing(refusal);
        }

        throw new ArgumentTransformationMetadataException(refusal);
    }

    // After a cast that fails, and nothing else, PowerShell goes on to the next parameter.
    private static ArgumentTransformationMetadataException Passing(string refusal) =>
        new(refusal, new PSInvalidCastException(refusal));
}
