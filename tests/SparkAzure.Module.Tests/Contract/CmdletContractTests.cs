using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;

namespace SparkAzure.Module.Tests.Contract;

/// <summary>What every cmdlet promises. Each test goes over all of them, so that a new cmdlet is held to it from its first day.</summary>
public sealed partial class CmdletContractTests
{
    /// <summary>Nouns in s that were taken on purpose: a swap is of all jars or of none, and DSS is a name.</summary>
    private static readonly string[] PluralNouns = ["SparkJars", "Dss"];

    /// <summary>Parameters that name a secret of Kubernetes, which is an object, and hold none.</summary>
    private static readonly string[] NamesOfSecrets = ["ImagePullSecretName"];

    /// <summary>
    /// Names that mean several types on purpose: InputObject is PowerShell's own for "what this cmdlet takes by value"; Image is
    /// which images to make where they are made, and which image to run where it is run; a setup has many connections, and a job
    /// writes and reads on one.
    /// </summary>
    private static readonly string[] NamesOfSeveralTypes = ["InputObject", "Image", "Connection"];

    private static readonly string[] ReadingVerbs = ["Get", "Test", "Find", "Compare"];

    /// <summary>What makes an object in memory and nothing else: there is nothing to rehearse.</summary>
    private static readonly string[] MakersOfObjects = ["New-DssEndpoint"];

    public static TheoryData<string> Cmdlets => [.. CmdletMetadata.All.Select(c => c.Name)];

    [Fact]
    public void There_are_cmdlets_to_look_at() => Assert.NotEmpty(CmdletMetadata.All);

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Verb_is_approved_and_noun_singular(string name)
    {
        var cmdlet = Cmdlet(name);
        Assert.Contains(cmdlet.Verb, ApprovedVerbs());
        Assert.Matches("^[A-Z][A-Za-z]+$", cmdlet.Noun);
        Assert.True(!cmdlet.Noun.EndsWith('s') || PluralNouns.Contains(cmdlet.Noun), $"{cmdlet.Noun} is plural.");
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Class_and_file_are_named_for_the_cmdlet(string name)
    {
        var cmdlet = Cmdlet(name);
        Assert.Equal($"SparkAzure.Commands.{cmdlet.Verb}{cmdlet.Noun}Command", cmdlet.Type.FullName);
        Assert.True(cmdlet.Type is { IsSealed: true, IsPublic: true });
        Assert.True(File.Exists(Path.Combine(Places.Repository, "src", "SparkAzure.PowerShell", "Commands", $"{cmdlet.Type.Name}.cs")));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Output_is_a_type_that_users_can_name(string name) =>
        Assert.Same(typeof(DssInstallation).Assembly, Assert.Single(Cmdlet(name).OutputTypes).Assembly);

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void What_changes_something_can_be_rehearsed_and_what_reads_asks_nothing(string name)
    {
        var cmdlet = Cmdlet(name);
        var changes = !ReadingVerbs.Contains(cmdlet.Verb) && !MakersOfObjects.Contains(cmdlet.Name);
        Assert.Equal(changes, cmdlet.SupportsShouldProcess);
    }

    [Fact]
    public void What_takes_something_away_for_good_asks_and_nothing_else_does() => Assert.Equal(
        CmdletMetadata.All.Where(c => c.Verb is "Remove" or "Uninstall").Select(c => c.Name),
        CmdletMetadata.All.Where(c => c.Asks).Select(c => c.Name));

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Secrets_are_never_strings_and_switches_never_bools(string name) => Assert.All(Cmdlet(name).Parameters, p =>
    {
        Assert.False(!NamesOfSecrets.Contains(p.Name) && SecretName().IsMatch(p.Name) && (p.Type == typeof(string) || p.Type == typeof(string[])), $"-{p.Name} is a {p.Type}.");
        Assert.NotEqual(typeof(bool), p.Type);
        Assert.NotEqual(typeof(object), p.Type);
    });

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void No_parameter_set_takes_two_things_from_the_pipeline_or_many_by_position(string name)
    {
        var cmdlet = Cmdlet(name);
        Assert.Contains(cmdlet.Parameters, p => p.ByValue);
        foreach (var set in cmdlet.ParameterSets)
        {
            var parameters = cmdlet.ParametersIn(set).ToList();
            var byValue = parameters.Where(p => p.ByValue).Select(p => p.Name).ToList();
            Assert.True(byValue.Count <= 1, $"Set {set}: {string.Join(", ", byValue)}");
            var positions = parameters.Where(p => p.Position >= 0).Select(p => p.Position).ToList();
            Assert.True(positions.Count <= 4, $"Set {set} has {positions.Count} positional parameters.");
            Assert.Equal(positions.Distinct(), positions);
        }
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Where_there_are_several_parameter_sets_one_is_the_default(string name)
    {
        var cmdlet = Cmdlet(name);
        Assert.True(cmdlet.ParameterSets.Count == 1 || cmdlet.ParameterSets.Contains(cmdlet.DefaultParameterSet));
    }

    [Fact]
    public void The_same_name_means_the_same_type_everywhere() => Assert.All(
        CmdletMetadata.All.SelectMany(c => c.Parameters.Select(p => (Cmdlet: c, Parameter: p))).Where(p => !NamesOfSeveralTypes.Contains(p.Parameter.Name)).GroupBy(p => p.Parameter.Name),
        same => Assert.True(
            same.Select(p => Nullable.GetUnderlyingType(p.Parameter.Type) ?? p.Parameter.Type).Distinct().Count() == 1,
            $"-{same.Key}: {string.Join(", ", same.Select(p => $"{p.Cmdlet} {p.Parameter.Type.Name}").Distinct())}"));

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void What_many_cmdlets_have_is_had_alike(string name)
    {
        var cmdlet = Cmdlet(name);
        var names = cmdlet.Parameters.Select(p => p.Name).ToHashSet();

        Assert.DoesNotContain(names, n => n.StartsWith("Timeout", StringComparison.Ordinal) && n != "TimeoutSeconds");
        Assert.True(!names.Contains("TokenSource") || names.Contains("TenantId"), "Errors advise -TenantId.");
        Assert.All(cmdlet.Parameters.Where(p => p.Name == "ClusterName" && cmdlet.Noun != "SparkAzureSetup"), p => Assert.Equal(0, p.Position));
        Assert.All(cmdlet.Parameters.Where(p => p.Name == "Name" && cmdlet.Verb == "Get"), p => Assert.Equal(0, p.Position));
        Assert.True(!names.Contains("Uri") || cmdlet.Noun == "DssEndpoint" || names.Contains("Endpoint"), "One DSS, or many, is -Endpoint.");
    }

    [Fact]
    public void A_cmdlet_is_at_most_three_steps_from_the_base_of_all() => Assert.All(CmdletMetadata.All, c =>
        Assert.Contains(typeof(SparkAzureCommand), new[] { c.Type.BaseType, c.Type.BaseType!.BaseType, c.Type.BaseType.BaseType?.BaseType }));

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Parameters_are_of_types_that_users_can_name(string name) =>
        Assert.All(Cmdlet(name).Parameters, p => AssemblyContractTests.AssertUsersCanName(p.Type, $"-{p.Name}"));

    private static CmdletMetadata Cmdlet(string name) => CmdletMetadata.All.Single(c => c.Name == name);

    private static HashSet<string> ApprovedVerbs() =>
    [
        .. from type in new[] { typeof(VerbsCommon), typeof(VerbsCommunications), typeof(VerbsData), typeof(VerbsDiagnostic), typeof(VerbsLifecycle), typeof(VerbsSecurity), typeof(VerbsOther) }
           from constant in type.GetFields(BindingFlags.Public | BindingFlags.Static)
           select constant.Name,
    ];

    [GeneratedRegex("key|secret|token|password|sas|connectionstring", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
