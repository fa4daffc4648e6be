using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace SparkAzure;

/// <summary>
/// The private load context of the module. Cmdlets and every package they need live here, so that they never meet
/// another module's Azure.Core or YamlDotNet; this assembly, whose types users name, stays in PowerShell's default
/// context.
/// </summary>
public sealed class ModuleLoadContext : AssemblyLoadContext
{
    private static readonly Lazy<ModuleLoadContext> Instance = new(() => new ModuleLoadContext());

    private readonly string _folder = Path.GetDirectoryName(typeof(ModuleLoadContext).Assembly.Location)!;

    private ModuleLoadContext()
        : base("SparkAzure")
    {
    }

    /// <summary>
    /// The folder whose assemblies this context owns; a second copy of the module in one process is told by it.
    /// </summary>
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

        var file = assemblyName.Name + ".dll";
        var beside = Path.Combine(_folder, file);
        if (!File.Exists(beside) || RuntimeHas(file, beside))
        {
            return null;
        }

        // What is compiled for one kind of machine stands in a folder of its name; no other could even load it.
        var compiled = Path.Combine(_folder, RuntimeInformation.RuntimeIdentifier, file);
        return LoadFromAssemblyPath(File.Exists(compiled) ? compiled : beside);
    }

    // Some packages are part of later runtimes. That copy is compiled, kept up to date, and the only one the default
    // context ever takes, so no other module can put its own there.
    private static bool RuntimeHas(string file, string beside)
    {
        var own = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), file);
        return File.Exists(own)
            && AssemblyName.GetAssemblyName(own).Version >= AssemblyName.GetAssemblyName(beside).Version;
    }
}
