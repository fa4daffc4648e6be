using System.Collections.ObjectModel;
using System.Reflection;
using System.Runtime.Loader;

namespace SparkAzure.HelpCompiler;

/// <summary>
/// Reads the cmdlets of a built module from their metadata. Nothing of the module is ever instantiated: against the
/// reference library attributes would come back empty, while <see cref="CustomAttributeData"/> tells what was written.
/// </summary>
internal static class CommandReader
{
    private const string Automation = "System.Management.Automation.";

    internal static IReadOnlyList<CommandMetadata> Read(string assemblyPath)
    {
        var context = new ModuleFolderContext(Path.GetDirectoryName(Path.GetFullPath(assemblyPath))!);
        var assembly = context.LoadFromAssemblyPath(Path.GetFullPath(assemblyPath));
        return
        [
            .. assembly
                .GetExportedTypes()
                .Select(ReadCommand)
                .OfType<CommandMetadata>()
                .OrderBy(c => c.Name, StringComparer.Ordinal)
        ];
    }

    private static CommandMetadata? ReadCommand(Type type)
    {
        var cmdlet =
            type.CustomAttributes.FirstOrDefault(a => a.AttributeType.FullName == Automation + "CmdletAttribute");
        if (cmdlet is null || type.IsAbstract)
        {
            return null;
        }

        var parameters = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .OrderByDescending(p => Depth(p.DeclaringType!))
            .ThenBy(p => p.MetadataToken)
            .Select(ReadParameter)
            .OfType<ParameterMetadata>();
        var outputs = type.CustomAttributes
            .Where(a => a.AttributeType.FullName == Automation + "OutputTypeAttribute")
            .SelectMany(a => a.ConstructorArguments)
            .SelectMany(Flatten)
            .OfType<Type>()
            .Select(ReadOutput);
        return new CommandMetadata(
            (string)cmdlet.ConstructorArguments[0].Value!,
            (string)cmdlet.ConstructorArguments[1].Value!,
            Named<string>(cmdlet, "DefaultParameterSetName"),
            Named<bool>(cmdlet, "SupportsShouldProcess"),
            [.. parameters],
            [.. outputs]);
    }

    private static ParameterMetadata? ReadParameter(PropertyInfo property)
    {
        var declarations = property.CustomAttributes
            .Where(a => a.AttributeType.FullName == Automation + "ParameterAttribute")
            .ToArray();
        if (declarations.Length == 0)
        {
            return null;
        }

        var sets = declarations.ToDictionary(
            a => Named<string>(a, "ParameterSetName") ?? CommandMetadata.AllSets,
            a => new ParameterInSet(
                Named<bool>(a, "Mandatory"),
                a.NamedArguments.Any(n => n.MemberName == "Position") ? Named<int>(a, "Position") : null,
                Named<bool>(a, "ValueFromPipeline"),
                Named<bool>(a, "ValueFromPipelineByPropertyName")));
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var element = type.IsArray ? type.GetElementType()! : type;
        var values = element.IsEnum ? Enum.GetNames(element) : [.. StringsOf(property, "ValidateSetAttribute")];
        return new ParameterMetadata(
            property.Name,
            NameOf(type),
            type.FullName == Automation + "SwitchParameter",
            [.. StringsOf(property, "AliasAttribute")],
            values,
            sets);
    }

    private static OutputMetadata ReadOutput(Type type) => new(
        type.FullName!,
        [.. type
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(p => p.Name)
            .Where(n => n != "EqualityContract")]);

    private static IEnumerable<string> StringsOf(PropertyInfo property, string attribute) =>
        property.CustomAttributes
            .Where(a => a.AttributeType.FullName == Automation + attribute)
            .SelectMany(a => a.ConstructorArguments)
            .SelectMany(Flatten)
            .OfType<string>();

    // A params array is one argument that holds a collection of arguments.
    private static IEnumerable<object?> Flatten(CustomAttributeTypedArgument argument)
    {
        if (argument.Value is ReadOnlyCollection<CustomAttributeTypedArgument> many)
        {
            return many.SelectMany(Flatten);
        }

        return [argument.Value];
    }

    private static T? Named<T>(CustomAttributeData attribute, string name)
    {
        if (attribute.NamedArguments.FirstOrDefault(n => n.MemberName == name).TypedValue.Value is T value)
        {
            return value;
        }

        return default;
    }

    private static string NameOf(Type type)
    {
        if (type.IsArray)
        {
            return NameOf(type.GetElementType()!) + "[]";
        }

        if (type.IsGenericType)
        {
            return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}[{string.Join(
                ", ", type.GetGenericArguments().Select(NameOf))}]";
        }

        return type.Name;
    }

    private static int Depth(Type type)
    {
        if (type.BaseType is null)
        {
            return 0;
        }

        return 1 + Depth(type.BaseType);
    }

    /// <summary>Finds the module's own assemblies beside it; the reference library comes from this program.</summary>
    private sealed class ModuleFolderContext(string folder) : AssemblyLoadContext("module under documentation")
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            var beside = Path.Combine(folder, assemblyName.Name + ".dll");
            if (File.Exists(beside))
            {
                return LoadFromAssemblyPath(beside);
            }

            return null;
        }
    }
}
