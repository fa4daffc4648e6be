using System.Reflection;
using System.Runtime.Loader;

namespace SparkAzure;

/// <summary>
/// The private load context of the module. Cmdlets and every package they need live here, so that they never meet another
/// module's Azure.Core or YamlDotNet; this assembly, whose types users name, stays in PowerShell's default context.
/// </summary>
public sealed class ModuleLoadContext : AssemblyLoadContext
{
    private static readonly Lazy<ModuleLoadContext> Instance = new(() => new ModuleLoadContext());

    private readonly string _folder = Path.GetDirectoryName(typeof(ModuleLoadContext).Assembly.Location)!;

    private ModuleLoadContext()
        : base("SparkAzure")
    {
    }

    /// <summary>The folder whose assemblies this context owns; a second copy of the module in one process is told by it.</summary>
    public static string Folder => Instance.Value._folder;

    /// <summary>Gives the assembly with the cmdlets, loaded into the private context on the first call.</summary>
    public static Assembly LoadModule() => Instance.Value.LoadFromAssemblyName(new AssemblyName("SparkAzure"));

    /// <inheritdoc />
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        ArgumentNullException.ThrowIfNull(assemblyName);
        if (assemblyName.Name == typeof(ModuleLoadContext).Assembly.GetName().Name)
        {
            return typeof(ModuleLoadContext).Assembly;
        }

        var beside = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(beside) ? LoadFromAssemblyPath(beside) : null;
    }
}
