using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using SparkAzure.Commands;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Module.Tests.Contract;

/// <summary>What the assemblies promise each other.</summary>
public sealed class AssemblyContractTests
{
    private static readonly Assembly Model = typeof(DssInstallation).Assembly;
    private static readonly Assembly Core = typeof(ICaller).Assembly;
    private static readonly Assembly Module = typeof(GetDssInstallationCommand).Assembly;

    [Fact]
    public void Core_knows_nothing_of_PowerShell() =>
        Assert.DoesNotContain(Core.GetReferencedAssemblies(), a => a.Name!.StartsWith("System.Management.Automation", StringComparison.Ordinal));

    [Fact]
    public void The_model_needs_only_the_base_class_library() => Assert.All(
        Model.GetReferencedAssemblies(),
        a => Assert.True(a.Name is "netstandard" || IsOfTheFramework(Assembly.Load(a)), a.Name));

    [Fact]
    public void What_cmdlets_return_is_made_of_types_that_users_can_name() => Assert.All(
        CmdletMetadata.All.SelectMany(c => c.OutputTypes).Distinct(),
        type => Assert.All(type.GetProperties(), p => AssertUsersCanName(p.PropertyType, $"{type.Name}.{p.Name}")));

    [Fact]
    public void Every_error_id_is_made_in_one_place()
    {
        var ids = ErrorFactories().Select(m => m.Name).ToList();

        Assert.NotEmpty(ids);
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void Core_takes_its_cancellation_token_last_and_always() => Assert.All(
        from type in Core.GetTypes()
        where !IsGenerated(type) && type.IsPublic
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where typeof(Task).IsAssignableFrom(method.ReturnType)
        select method,
        method =>
        {
            var last = method.GetParameters().LastOrDefault();
            Assert.True(last?.ParameterType == typeof(CancellationToken) && !last.HasDefaultValue, $"{method.DeclaringType!.Name}.{method.Name}");
        });

    [Fact]
    public void Nothing_static_can_change() => Assert.All(
        from type in Core.GetTypes().Concat(Module.GetTypes()).Concat(Model.GetTypes())
        where !IsGenerated(type)
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where !field.IsLiteral && !field.IsDefined(typeof(CompilerGeneratedAttribute))
        select field,
        field => Assert.True(field.IsInitOnly, $"{field.DeclaringType!.Name}.{field.Name}"));

    [Fact]
    public void The_manifest_exports_the_cmdlets_there_are_and_the_version_that_is_built()
    {
        var manifest = File.ReadAllText(Path.Combine(Places.Repository, "SparkAzure.psd1"));
        var exported = Regex.Match(manifest, @"CmdletsToExport\s*=\s*@\(([^)]*)\)").Groups[1].Value;

        Assert.Equal(
            CmdletMetadata.All.Select(c => c.Name).Order(StringComparer.Ordinal),
            Regex.Matches(exported, "'([^']+)'").Select(m => m.Groups[1].Value));
        Assert.Contains($"ModuleVersion        = '{Module.GetName().Version!.ToString(3)}'", manifest, StringComparison.Ordinal);
        Assert.Contains("PowerShellVersion    = '7.4'", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_type_that_cmdlets_return_has_a_table()
    {
        var views = File.ReadAllText(Path.Combine(Places.Repository, "module", "SparkAzure.Format.ps1xml"));

        Assert.All(
            CmdletMetadata.All.SelectMany(c => c.OutputTypes).Distinct(),
            type => Assert.Contains($"<TypeName>{type.FullName}</TypeName>", views, StringComparison.Ordinal));
    }

    // Parameters are singular by PowerShell's rule, and what pipes to one by name has its name; all other lists are plural.
    [Fact]
    public void A_list_is_named_in_the_plural_unless_a_parameter_takes_it()
    {
        string[] participles = ["Access", "Added", "Kept", "LeftBehind", "Missing", "NotSeen", "Remaining", "Removed", "Repeated", "UsedBy"];
        var parameters = CmdletMetadata.All.SelectMany(c => c.Parameters).Select(p => p.Name).ToHashSet();
        var lists = from type in Model.GetExportedTypes()
                    from property in type.GetProperties()
                    where property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
                    where !parameters.Contains(property.Name) && !participles.Contains(property.Name)
                    where !property.Name.EndsWith('s') && !property.Name.EndsWith("Before", StringComparison.Ordinal)
                    select $"{type.Name}.{property.Name}";

        // One way, and one plan, of many steps.
        Assert.Equal(["SparkJarConflict.Way", "SparkJarUpdate.Plan"], lists);
    }

    // PowerShell cannot index what a collection expression makes of an IReadOnlyList: $x.Notes[0] would give all of it.
    [Fact]
    public void What_users_index_is_an_array()
    {
        var lists = from type in Model.GetExportedTypes()
                    where !type.IsEnum && !type.IsAbstract
                    from property in type.GetProperties()
                    where property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
                    select property;
        Assert.All(lists.GroupBy(p => p.DeclaringType!), properties =>
        {
            var value = RuntimeHelpers.GetUninitializedObject(properties.Key);
            foreach (var property in properties.Where(p => p.CanWrite))
            {
                var list = typeof(List<>).MakeGenericType(property.PropertyType.GenericTypeArguments);
                property.SetValue(value, Activator.CreateInstance(list));
            }

            Assert.All(properties, p => Assert.True(p.GetValue(value) is Array, $"{p.DeclaringType!.Name}.{p.Name}"));
        });
    }

    internal static void AssertUsersCanName(Type type, string where)
    {
        foreach (var part in type.IsGenericType ? type.GetGenericArguments().Append(type) : [type.GetElementType() ?? type])
        {
            Assert.True(
                part.Assembly == Model || IsOfTheFramework(part.Assembly) || part.Assembly.GetName().Name == "System.Management.Automation",
                $"{where} is a {part}, which lives in the module's private load context.");
        }
    }

    private static IEnumerable<MethodInfo> ErrorFactories() =>
        from type in Core.GetTypes()
        where type is { IsAbstract: true, IsSealed: true } && type.Name.EndsWith("Errors", StringComparison.Ordinal)
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where method.ReturnType == typeof(SparkAzureException) && !method.Name.StartsWith("From", StringComparison.Ordinal) && !method.IsDefined(typeof(CompilerGeneratedAttribute))
        select method;

    private static bool IsOfTheFramework(Assembly assembly) =>
        Path.GetDirectoryName(assembly.Location) == Path.GetDirectoryName(typeof(object).Assembly.Location);

    private static bool IsGenerated(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute)) || type.Name.Contains('<', StringComparison.Ordinal) || (type.DeclaringType is { } outer && IsGenerated(outer))
            || type.Namespace?.StartsWith("System.Text.RegularExpressions", StringComparison.Ordinal) == true;
}
