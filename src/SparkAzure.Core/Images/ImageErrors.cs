using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Dockerfiles;


namespace SparkAzure.Core.Images;

/// <summary>What making and publishing images can refuse.</summary>
internal static class ImageErrors
{
    internal static SparkAzureException ImageTagInvalid(string tag) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{tag}' is not a tag.",
        "A tag has up to 128 letters, digits, '_', '.' and '-', and begins with none of the last two.",
        tag);

    internal static SparkAzureException ImageNameUnknown(string name) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"There is no Spark image '{name}'.",
        $"Spark's images are {string.Join(", ", SparkImageRecipe.All.Select(r => r.Name))}.",
        name);

    internal static SparkAzureException ImageNotInDistribution(
        string name, string dockerfile, string sparkHome) => Failure.Create(
        ErrorKind.NotFound,
        $"The distribution in '{sparkHome}' has no image {name}: '{dockerfile}' is not there.",
        "Leave it out of -Image, or use a distribution that has it (python came with Spark 2.4; R needs one that was " +
        "built with R).",
        sparkHome);

    internal static SparkAzureException BuildSourceMissing(
        DockerfileDocument dockerfile,
        DockerfileInstruction instruction,
        string source,
        string sparkHome) => Failure.Create(
        ErrorKind.NotFound,
        $"Line {instruction.FirstLine + 1} of '{dockerfile.Path}' copies '{source}', which is not in '{sparkHome}'.",
        "Restore the distribution's files, or give the build argument that the line uses another value.",
        source);

    internal static SparkAzureException StageFileMissing(
        DockerfileDocument dockerfile, DockerfileInstruction instruction, string source, string from) => Failure.Create(
        ErrorKind.NotFound,
        $"Line {instruction.FirstLine + 1} of '{dockerfile.Path}' copies '{source}', which {from} does not have.",
        "Look at the path: it counts from the root of that image, as it is at its end.",
        source);

    internal static SparkAzureException StageNotFollowed(
        DockerfileDocument dockerfile,
        DockerfileInstruction instruction,
        IEnumerable<string> commands) => Failure.Create(
        ErrorKind.NotSupported,
        $"Line {instruction.FirstLine + 1} of '{dockerfile.Path}' copies from a stage whose commands would have to " +
        $"be executed, so nobody knows what it holds: {string.Join("; ", commands)}.",
        "Use -Engine Docker for this Dockerfile, or build that stage once, push it, and have the line copy from that " +
        "image.",
        dockerfile.Path);

    internal static SparkAzureException RequirementsUnusable(string path, string why, string remedy) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{path}' cannot be used as requirements: {why}.",
        remedy,
        path);

    internal static SparkAzureException RPackageNameInvalid(string name) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{name}' is not the name of an R package.",
        "Such a name has letters, digits and dots, at least two, begins with a letter and does not end in a dot.",
        name);

    internal static SparkAzureException OptionWithoutImage(string option, string image) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"{option} is for {image}, which is not among the images to be published.",
        $"Add {image} to -Image, or leave {option} out.",
        option);

    internal static SparkAzureException OptionNotForEngine(
        string option, SparkImageEngine engine, string why, IEnumerable<SparkImageEngine> others) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The engine {engine} cannot honour {option}: {why}.",
        $"Leave {option} out, or use {string.Join(" or ", others.Select(e => $"-Engine {e}"))}.",
        option);

    internal static SparkAzureException AcrNotFound(
        string host,
        string? resourceGroup,
        IReadOnlyList<string> subscriptions,
        IReadOnlyList<string> seen) => Failure.Create(
        ErrorKind.NotFound,
        $"Azure Resource Manager shows this account no registry with the login server " +
        $"{host}{(resourceGroup is null ? "" : $" in resource group '{resourceGroup}'")}. Subscriptions looked into: " +
        $"{(subscriptions.Count == 0 ? "none" : string.Join(", ", subscriptions))}."
            + (seen.Count == 0 ? "" : $" Registries there: {string.Join(", ", seen)}."),
        "Check -Registry, -SubscriptionId and -ResourceGroupName; the account needs a role on the registry itself " +
        "(Contributor, or Container Registry Tasks Contributor), AcrPush alone does not let it be seen. -Engine " +
        "Docker and -Engine Registry do without.",
        host);

    internal static SparkAzureException EngineNotAvailable(
        IEnumerable<EngineRefusal> reasons, IEnumerable<string> needs) => Failure.Create(
        ErrorKind.Unavailable,
        $"No engine can make the images here. {string.Join(" ", reasons)}",
        $"Supply what one of them lacks: {AnyOf([.. needs])}. -Engine names one, and its own error then says more.");

    private static string AnyOf(IReadOnlyList<string> words) =>
        $"{string.Join(", ", words.SkipLast(1))}, or {words[^1]}";

    internal static SparkAzureException BuildArgumentNotDeclared(
        string option, string argument, IEnumerable<string> dockerfiles) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"{option} sets the build argument {argument}, which is not declared in " +
        $"{string.Join(", ", dockerfiles.Select(d => $"'{d}'"))}.",
        $"Leave {option} out: images of Spark 2 run as root, and their Dockerfiles know no other user.",
        option);

    internal static SparkAzureException InstructionNotSupported(
        DockerfileDocument dockerfile, DockerfileInstruction instruction, string why) => Failure.Create(
        ErrorKind.NotSupported,
        $"Line {instruction.FirstLine + 1} of '{dockerfile.Path}' ({instruction.Keyword}) cannot be carried out: {why}.",
        "Use -Engine Docker for this Dockerfile.",
        dockerfile.Path);

    internal static SparkAzureException InstructionNeedsBuildKit(
        DockerfileDocument dockerfile, DockerfileInstruction instruction, string what) => Failure.Create(
        ErrorKind.NotSupported,
        $"Line {instruction.FirstLine + 1} of '{dockerfile.Path}' ({instruction.Keyword}) has {what}, which BuildKit " +
        $"alone takes: the builder behind Docker's Engine API is the classic one. Nothing was sent.",
        "Use -Engine AcrTask or -Engine Registry for this Dockerfile, or rewrite the line: a here-document as a file " +
        "that COPY brings or as commands with '&&', --chmod as a RUN chmod, without --mount.",
        dockerfile.Path);

    internal static SparkAzureException BaseImageRequired() => Failure.Create(
        ErrorKind.InvalidArgument,
        "The engine Registry executes no RUN instruction, so it cannot begin with the image that the Dockerfile names.",
        "Give -BaseImage: an image that already has what the RUN instructions would install (a Java runtime, bash, " +
        "tini), or a Spark image that was published before, to bring it up to date.");

    internal static SparkAzureException BaseImageLacks(
        string reference, string image, IReadOnlyList<string> missing) => Failure.Create(
        ErrorKind.NotFound,
        $"No container of {image} could start on the base image '{reference}': it lacks {string.Join(", ", missing)}.",
        "Give a -BaseImage that has what the Dockerfile's RUN lines install, or let -Engine Docker run them.",
        reference);

    internal static SparkAzureException PatchBaseNotFound(string image, string reference, string why) => Failure.Create(
        ErrorKind.NotFound,
        $"'{reference}' is a Spark image, so each image is made from the published one of its name; for {image} " +
        $"there is none: {why}.",
        $"Publish {image} first on a base image without Spark, take it out of -Image, or give the image of its own " +
        $"as -BaseImage with -Image {image}.",
        reference);

    internal static SparkAzureException PatchBaseOtherRelease(
        string reference, string release, string sparkHome, string wanted) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{reference}' holds Spark {release}, and '{sparkHome}' is Spark {wanted}: their images differ in more than " +
        $"files.",
        "Give as -BaseImage an image of the same release, or one without Spark.",
        reference);

    internal static SparkAzureException OptionNotForPatch(string option, string reference) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"{option} has no effect on '{reference}': it is a Spark image already, of which only files are brought up " +
        $"to date.",
        $"Leave {option} out, or give a -BaseImage without Spark.",
        option);

    internal static SparkAzureException ImageHasNoJars(string reference) => Failure.Create(
        ErrorKind.NotFound,
        $"The image '{reference}' has no folder of jars where its SPARK_HOME says, or in /opt/spark where it says " +
        $"nothing.",
        "Give an image that Publish-SparkImage or docker-image-tool.sh made.",
        reference);

    internal static SparkAzureException ImageBuildFailed(
        string reference, string error, IReadOnlyList<string> lastLines) => Failure.Create(
        ErrorKind.OperationFailed,
        $"Docker could not build {reference}: " +
        $"{error}{(lastLines.Count == 0 ? "" : "\nIts last lines:\n  " + string.Join("\n  ", lastLines) + "\n")}",
        "Mend what the last lines say; nothing was pushed. -Verbose shows the whole build.",
        reference);

    internal static SparkAzureException BaseImagePullFailed(string reference, string error) => Failure.Create(
        ErrorKind.OperationFailed,
        $"Docker could not pull the base image {reference}: {error}",
        "Look at the FROM line and its build arguments, and at the login for that registry; nothing was built.",
        reference);

    internal static SparkAzureException ImagePushFailed(string reference, string error) => Failure.Create(
        ErrorKind.OperationFailed,
        $"Docker could not push {reference}: {error}",
        "The image is built and stays with the daemon; when the registry is well again, run the same command once more.",
        reference);
}
