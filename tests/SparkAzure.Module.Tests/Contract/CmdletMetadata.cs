using System.Management.Automation;
using System.Reflection;
using SparkAzure.Commands;

namespace SparkAzure.Module.Tests.Contract;

/// <summary>
/// A cmdlet as its attributes describe it. The reference library for PowerShell is hollow at run time, so attributes are read
/// as metadata and never made.
/// </summary>
internal sealed class CmdletMetadata
{
    private CmdletMetadata(Type type, CustomAttributeData cmdlet)
    {
        Type = type;
        Verb = (string)cmdlet.ConstructorArguments[0].Value!;
        Noun = (string)cmdlet.ConstructorArguments[1].Value!;
        SupportsShouldProcess = Named(cmdlet, "SupportsShouldProcess") is true;
        Asks = Named(cmdlet, "ConfirmImpact") is (int)ConfirmImpact.High;
        DefaultParameterSet = Named(cmdlet, "DefaultParameterSetName") as string;
        OutputTypes = [.. type.CustomAttributes.Where(a => a.AttributeType == typeof(OutputTypeAttribute)).SelectMany(TypesOf)];
        Parameters = [.. type.GetProperties().SelectMany(ParameterMetadata.Of)];
    }

    public static IReadOnlyList<CmdletMetadata> All { get; } =
    [
        .. from type in typeof(GetDssInstallationCommand).Assembly.GetTypes()
           let cmdlet = type.CustomAttributes.SingleOrDefault(a => a.AttributeType == typeof(CmdletAttribute))
           where cmdlet is not null
           orderby type.Name
           select new CmdletMetadata(type, cmdlet),
    ];

    public Type Type { get; }

    public string Verb { get; }

    public string Noun { get; }

    public string Name => $"{Verb}-{Noun}";

    public bool SupportsShouldProcess { get; }

    /// <summary>Whether it asks before it does anything, unless it is told not to.</summary>
    public bool Asks { get; }

    public string? DefaultParameterSet { get; }

    public IReadOnlyList<Type> OutputTypes { get; }

    /// <summary>One entry per parameter and parameter set.</summary>
    public IReadOnlyList<ParameterMetadata> Parameters { get; }

    /// <summary>The names of its parameter sets; the unnamed one when it has no others.</summary>
    public IReadOnlyList<string> ParameterSets
    {
        get
        {
            var named = Parameters.Select(p => p.Set).Where(s => s != ParameterMetadata.AllSets).Distinct().ToList();
            return named.Count == 0 ? [ParameterMetadata.AllSets] : named;
        }
    }

    public IEnumerable<ParameterMetadata> ParametersIn(string set) =>
        Parameters.Where(p => p.Set == set || p.Set == ParameterMetadata.AllSets);

    public static object? Named(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(a => a.MemberName == name).TypedValue.Value;

    public override string ToString() => Name;

    private static IEnumerable<Type> TypesOf(CustomAttributeData outputType) =>
        ((IReadOnlyCollection<CustomAttributeTypedArgument>)outputType.ConstructorArguments[0].Value!).Select(a => (Type)a.Value!);
}

/// <summary>A parameter in one parameter set.</summary>
internal sealed record ParameterMetadata(string Name, Type Type, string Set, int? Position, bool ByValue, bool ByPropertyName)
{
    public const string AllSets = "__AllParameterSets";

    public static IEnumerable<ParameterMetadata> Of(PropertyInfo property) =>
        from attribute in property.CustomAttributes
        where attribute.AttributeType == typeof(ParameterAttribute)
        select new ParameterMetadata(
            property.Name,
            property.PropertyType,
            CmdletMetadata.Named(attribute, "ParameterSetName") as string ?? AllSets,
            CmdletMetadata.Named(attribute, "Position") as int?,
            CmdletMetadata.Named(attribute, "ValueFromPipeline") is true,
            CmdletMetadata.Named(attribute, "ValueFromPipelineByPropertyName") is true);
}
