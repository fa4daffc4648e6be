using System.Globalization;
using System.Net.Sockets;
using System.Text;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Docker;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>What the account that runs DSS finds on this host.</summary>
internal static class AccountChecks
{
    // Azure Storage takes a signature of up to 15 minutes ("Authorize with Shared Key"), Entra ID a token's nbf and exp
    // within 5 ("clock skew" of Microsoft.IdentityModel).
    private static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan WorthSaying = TimeSpan.FromMinutes(1);

    // Spark's log of a session and the jars that it hands to executors have some hundred MiB; shuffles more.
    private const long LeastDisk = 512L << 20;
    private const long FairDisk = 4L << 30;

    // What the kernel gives each account by default (fs/notify/inotify/inotify_user.c); less was lowered by somebody.
    private const int FewInstances = 128;
    private const int FewWatches = 8192;

    public static async Task<CheckOutcome> DockerAsync(CheckSite site, CancellationToken cancellationToken)
    {
        if (!site.MayActAsDss)
        {
            return CheckOutcome.Unknown(
                $"Whether {site.Account?.Name ?? "the account of DSS"} reaches a daemon is seen only as that account.",
                "Run this as root or as that account.");
        }

        var variables = await site.EnvironmentAsync(cancellationToken).ConfigureAwait(false);
        var choice = new DockerChoice(null, null, Path.Combine(site.Account!.Home, ".docker"));
        var endpoint = await DockerEndpoints
            .FindAsync(choice, name => variables.GetValueOrDefault(name), site.Caller, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            if (endpoint.SocketPath is { } socket)
            {
                var said = await Task.Run(() => site.Account.Act(() => Ping(socket)), cancellationToken)
                    .ConfigureAwait(false);
                return said;
            }

            using var daemon = new DockerDaemon(endpoint);
            await daemon.PingAsync(cancellationToken).ConfigureAwait(false);
            return CheckOutcome.Passed($"The daemon at {endpoint.Display} answers.");
        }
        catch (Exception exception) when (exception is SocketException or SparkAzureException)
        {
            return CheckOutcome.Warning(
                $"{site.Account.Name} does not reach the daemon at {endpoint.Display}: {exception.Message}",
                "Add the account to the group docker, or publish with -Engine Registry or AcrTask, which need no daemon.",
                "Publish-SparkImage");
        }
    }

    public static async Task<CheckOutcome> ClockAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var access = await site.AccessAsync(cancellationToken).ConfigureAwait(false);
        var ahead = await ApiServerClock.AheadAsync(access, site.Caller, cancellationToken).ConfigureAwait(false);
        if (ahead is not { } skew)
        {
            return CheckOutcome.Unknown($"The API server {access.Server.Authority} tells no time.");
        }

        var seen = string.Create(
            CultureInfo.InvariantCulture,
            $"This host is {Math.Abs(skew.TotalSeconds):0} s {(skew < TimeSpan.Zero ? "behind" : "ahead of")} the API server.");
        const string Cure = "Set the clock (timedatectl set-ntp true, or chrony).";
        if (skew.Duration() > MostAhead)
        {
            return CheckOutcome.Failed(seen + " Tokens and signatures count minutes.", Cure);
        }

        return skew.Duration() > WorthSaying ? CheckOutcome.Warning(seen, Cure) : CheckOutcome.Passed(seen);
    }

    public static async Task<CheckOutcome> DiskAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var local = config["spark.local.dir"] ?? "/tmp";
        var folders = local.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Prepend(site.Directory.Path)
            .Where(f => Path.IsPathFullyQualified(f) && Directory.Exists(f));
        return CheckOutcome.OfAll([.. folders.Select(RoomIn)]);
    }

    public static Task<CheckOutcome> InotifyAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var instances = Limit("max_user_instances");
        var watches = Limit("max_user_watches");
        if (instances is null || watches is null)
        {
            return Task.FromResult(CheckOutcome.NotApplicable("This system has no inotify."));
        }

        var used = site.MayActAsDss ? InstancesOf(site.Account!.UserId, cancellationToken) : 0;
        var seen = string.Create(
            CultureInfo.InvariantCulture,
            $"{used} of {instances} instances are in use by the account; {watches} watches are allowed.");
        if (instances < FewInstances || watches < FewWatches || used >= instances * 9 / 10)
        {
            return Task.FromResult(CheckOutcome.Warning(
                seen,
                "Raise fs.inotify.max_user_instances and max_user_watches (sysctl): kubectl and others end with \"too " +
                "many open files\" else."));
        }

        return Task.FromResult(CheckOutcome.Passed(seen));
    }

    // On one thread, as only that thread is the account: the kernel asks for the right to write to the socket (unix(7)).
    private static CheckOutcome Ping(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.SendTimeout = socket.ReceiveTimeout = 3000;
        socket.Connect(new UnixDomainSocketEndPoint(path));
        socket.Send(Encoding.ASCII.GetBytes("GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n"));
        var answer = new byte[64];
        var read = socket.Receive(answer);
        var first = Encoding.ASCII.GetString(answer, 0, read).Split('\r')[0];
        if (first.Contains(" 200", StringComparison.Ordinal))
        {
            return CheckOutcome.Passed($"The daemon at unix://{path} answers.");
        }

        return CheckOutcome.Warning(
            $"What listens at unix://{path} answered '{first}' to a ping.", "Look at the daemon (systemctl status docker).");
    }

    private static CheckOutcome RoomIn(string folder)
    {
        var drive = new DriveInfo(folder);
        var free = drive.AvailableFreeSpace;
        var seen = string.Create(
            CultureInfo.InvariantCulture, $"{folder} has {free / (double)(1 << 30):0.0} GiB free.");
        const string Cure = "Make room, or set spark.local.dir to a larger disk (Set-DssSparkConfig -Property).";
        if (free < LeastDisk)
        {
            return CheckOutcome.Failed(seen, Cure, "Set-DssSparkConfig");
        }

        return free < FairDisk ? CheckOutcome.Warning(seen, Cure, "Set-DssSparkConfig") : CheckOutcome.Passed(seen);
    }

    private static int? Limit(string name)
    {
        var path = $"/proc/sys/fs/inotify/{name}";
        if (File.Exists(path)
            && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        return null;
    }

    private static int InstancesOf(uint user, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (char.IsAsciiDigit(Path.GetFileName(process)[0]) && FileOwner.UserIdOf(process) == user)
            {
                count += InstancesIn(Path.Combine(process, "fd"));
            }
        }

        return count;
    }

    private static int InstancesIn(string descriptors)
    {
        try
        {
            return Directory.EnumerateFiles(descriptors)
                .Count(fd => new FileInfo(fd).LinkTarget == "anon_inode:inotify");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
