using System.Text.Json.Nodes;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Carries out the instructions of one stage that bring no files: they say how a container runs, or what a build on the
/// image does, and stand in its configuration.
/// </summary>
/// <param name="document">The Dockerfile.</param>
/// <param name="config">The section <c>config</c> of the image's configuration.</param>
internal sealed class ImageSettings(DockerfileDocument document, JsonObject config)
{
    private static readonly string[] UsualShell = ["/bin/sh", "-c"];

    // Dockerfile reference, "ONBUILD": "may not trigger FROM or MAINTAINER", nor ONBUILD itself.
    private static readonly string[] NeverTriggered = ["ONBUILD", "FROM", "MAINTAINER"];

    private bool _commandGiven;

    /// <summary>The shell in force: that of SHELL, in this stage or in what it begins with.</summary>
    public IReadOnlyList<string> ShellInForce
    {
        get
        {
            if (config["Shell"] is JsonArray { Count: > 0 } words)
            {
                return [.. words.Select(w => w!.ToString())];
            }

            return UsualShell;
        }
    }

    /// <summary>Carries one out.</summary>
    /// <exception cref="SparkAzureException">InstructionNotSupported, DockerfileUnreadable.</exception>
    public void Apply(DockerfileInstruction instruction, StageVariables variables)
    {
        switch (instruction.Keyword)
        {
            case "ENV":
                foreach (var (name, value) in variables.Pairs(instruction))
                {
                    SetEnvironment(config, name, value);
                }

                break;
            case "LABEL":
                foreach (var (name, value) in variables.Pairs(instruction))
                {
                    JsonFields.Section(config, "Labels")[name] = value;
                }

                break;
            case "EXPOSE":
                AddKeys("ExposedPorts", variables.Words(instruction).Select(WithProtocol));
                break;
            case "VOLUME":
                AddKeys("Volumes", variables.Words(instruction));
                break;
            case "USER":
                config["User"] = variables.Word(instruction, instruction.Arguments);
                break;
            case "STOPSIGNAL":
                config["StopSignal"] = variables.Word(instruction, instruction.Arguments);
                break;
            case "SHELL":
                config["Shell"] = Words(
                    instruction.JsonArguments() ?? throw Unreadable(instruction, "SHELL wants its JSON form"));
                break;
            case "HEALTHCHECK":
                config["Healthcheck"] = HealthCheck.Of(instruction, why => Unreadable(instruction, why));
                break;
            case "ONBUILD":
                AddTrigger(instruction);
                break;
            case "CMD":
                config["Cmd"] = Command(instruction);
                _commandGiven = true;
                break;
            case "ENTRYPOINT":
                SetEntryPoint(instruction);
                break;
            case "MAINTAINER":
                break;
            default:
                throw ImageErrors.InstructionNotSupported(
                    document, instruction, "the engine Registry does not know how");
        }
    }

    /// <summary>Sets a variable that a container begins with, in its place where it is set already.</summary>
    public static void SetEnvironment(JsonObject config, string name, string value)
    {
        if (config["Env"] is not JsonArray list)
        {
            config["Env"] = list = new JsonArray();
        }

        for (var i = 0; i < list.Count; i++)
        {
            if (list[i]?.GetValue<string>().StartsWith(name + "=", StringComparison.Ordinal) == true)
            {
                list[i] = $"{name}={value}";
                return;
            }
        }

        list.Add($"{name}={value}");
    }

    private void AddKeys(string section, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            JsonFields.Section(config, section)[key] = new JsonObject();
        }
    }

    private static string WithProtocol(string port)
    {
        if (port.Contains('/', StringComparison.Ordinal))
        {
            return port;
        }

        return port + "/tcp";
    }

    private void AddTrigger(DockerfileInstruction instruction)
    {
        var keyword = instruction.Arguments.Split((char[]?)null, 2)[0].ToUpperInvariant();
        if (keyword.Length == 0 || NeverTriggered.Contains(keyword))
        {
            throw Unreadable(instruction, $"ONBUILD cannot trigger '{keyword}'");
        }

        if (config["OnBuild"] is not JsonArray triggers)
        {
            config["OnBuild"] = triggers = new JsonArray();
        }

        triggers.Add(instruction.Arguments);
    }

    private void SetEntryPoint(DockerfileInstruction instruction)
    {
        config["Entrypoint"] = Command(instruction);

        // A new entry point takes the base image's command away, as it was meant for another one.
        if (!_commandGiven)
        {
            config.Remove("Cmd");
        }
    }

    private JsonArray Command(DockerfileInstruction instruction) =>
        Words(instruction.JsonArguments() ?? [.. ShellInForce, instruction.Arguments]);

    private static JsonArray Words(IEnumerable<string> words) => new([.. words.Select(w => JsonValue.Create(w))]);

    private SparkAzureException Unreadable(DockerfileInstruction instruction, string why) =>
        DockerfileErrors.DockerfileUnreadable(document.Path, instruction.FirstLine + 1, why);
}
