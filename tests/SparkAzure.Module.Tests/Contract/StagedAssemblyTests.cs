using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SparkAzure.Module.Tests.Contract;

/// <summary>What is staged runs on every machine, and what is compiled for one kind of machine is the same code.</summary>
public sealed class StagedAssemblyTests
{
    // What the machine field of an image for Linux is combined with, so that nothing else takes it (pedecoder.h, IMAGE_FILE_MACHINE_NATIVE_OS_OVERRIDE).
    private const int Linux = 0x7B79;

    private static readonly string Bin = Path.Combine(Places.StagedModule, "bin");

    [Fact]
    public void What_stands_in_bin_is_for_every_machine() => Assert.All(
        Directory.GetFiles(Bin, "*.dll"),
        file => Assert.False(Read(file).Compiled, Path.GetFileName(file)));

    [SkippableFact]
    public void What_is_compiled_is_the_same_code_as_in_bin_and_says_for_which_machine()
    {
        var folder = Path.Combine(Bin, "linux-x64");
        Skip.IfNot(Directory.Exists(folder), "Only a Release build compiles, and only where the compiler's package can be restored.");

        var files = Directory.GetFiles(folder);

        Assert.Contains(files, f => Path.GetFileName(f) == "SparkAzure.Core.dll");
        Assert.DoesNotContain(files, f => Path.GetFileName(f) == "SparkAzure.Model.dll");
        Assert.All(files, file =>
        {
            var (compiled, machine, version) = Read(file);
            Assert.True(compiled, Path.GetFileName(file));
            Assert.Equal((int)Machine.Amd64 ^ Linux, machine);
            Assert.Equal(Read(Path.Combine(Bin, Path.GetFileName(file))).Version, version);
        });
    }

    private static (bool Compiled, int Machine, Guid Version) Read(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var metadata = image.GetMetadataReader();
        return (
            image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0,
            (ushort)image.PEHeaders.CoffHeader.Machine,
            metadata.GetGuid(metadata.GetModuleDefinition().Mvid));
    }
}
