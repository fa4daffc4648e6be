namespace SparkAzure.HelpCompiler;

/// <summary>A cmdlet as its attributes describe it.</summary>
/// <param name="Verb">The verb.</param>
/// <param name="Noun">The noun.</param>
/// <param name="DefaultSet">The default parameter set; null when the cmdlet names none.</param>
/// <param name="SupportsShouldProcess">True when it takes -WhatIf and -Confirm.</param>
/// <param name="Parameters">All parameters, in the order of their declaration.</param>
/// <param name="Outputs">What [OutputType] names.</param>
internal sealed record CommandMetadata(
    string Verb,
    string Noun,
    string? DefaultSet,
    bool SupportsShouldProcess,
    IReadOnlyList<ParameterMetadata> Parameters,
    IReadOnlyList<OutputMetadata> Outputs)
{
    /// <summary>The set of a parameter that belongs to every set, as PowerShell writes it.</summary>
    public const string AllSets = "__AllParameterSets";

    public string Name => $"{Verb}-{Noun}";

    /// <summary>The names of the parameter sets, the default one first.</summary>
    public IReadOnlyList<string> Sets
    {
        get
        {
            var named = Parameters.SelectMany(p => p.Sets.Keys).Where(s => s != AllSets).Distinct();
            string[] sets = [.. named.OrderByDescending(s => s == DefaultSet)];
            if (sets.Length == 0)
            {
                return [AllSets];
            }

            return sets;
        }
    }

    /// <summary>
    /// The parameters of a set as SYNTAX shows them: by position, then the mandatory ones, then the others.
    /// </summary>
    public IEnumerable<(ParameterMetadata Parameter, ParameterInSet In)> ParametersOf(string set) =>
        from parameter in Parameters
        let membership = parameter.Sets.GetValueOrDefault(set) ?? parameter.Sets.GetValueOrDefault(AllSets)
        where membership is not null
        orderby membership.Position ?? int.MaxValue, membership.Mandatory ? 0 : 1
        select (parameter, membership);
}

/// <summary>A parameter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="TypeName">
/// Its type as PowerShell writes it: <c>String</c>, <c>Int32</c>, <c>SwitchParameter</c>.
/// </param>
/// <param name="IsSwitch">True for a switch.</param>
/// <param name="Aliases">Its aliases.</param>
/// <param name="Values">The values it accepts, when they are a closed list; else empty.</param>
/// <param name="Sets">What it is in each of its parameter sets.</param>
internal sealed record ParameterMetadata(
    string Name,
    string TypeName,
    bool IsSwitch,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<string> Values,
    IReadOnlyDictionary<string, ParameterInSet> Sets);

/// <summary>What a parameter is in one parameter set.</summary>
internal sealed record ParameterInSet(bool Mandatory, int? Position, bool FromPipeline, bool FromPipelineByPropertyName)
{
    /// <summary>How the pipeline binds it, as Get-Help writes it.</summary>
    public string PipelineInput => (FromPipeline, FromPipelineByPropertyName) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };
}

/// <summary>A type that a cmdlet returns, with its public properties.</summary>
internal sealed record OutputMetadata(string TypeName, IReadOnlyList<string> Members);
