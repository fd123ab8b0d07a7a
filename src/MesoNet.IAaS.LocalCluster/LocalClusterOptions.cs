using MesoNet.IAaS.LocalCluster.Auditing;
using MesoNet.IAaS.LocalCluster.Node;
using MesoNet.IAaS.LocalCluster.Prerequisites;
using MesoNet.IAaS.LocalCluster.Processes;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.LocalCluster;

/// <summary>What kind of cluster to run, and where.</summary>
public sealed record LocalClusterOptions
{
    /// <summary>Tells clusters on one machine apart: lowercase letters and digits, at most 10, since network interfaces are named after it.</summary>
    public required string Name { get; init; }

    /// <summary>Where everything that lasts is kept: etcd's data, certificates, volumes, images, logs.</summary>
    public required string StateFolder { get; init; }

    /// <summary>The programs to run.</summary>
    public required KubernetesBinaries Binaries { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where crashes are told.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>For tests: speed before safety of the data.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>Users whose every request the API server is to write into <see cref="AuditLog"/>.</summary>
    public IReadOnlyList<string> AuditedUsers { get; init; } = [];

    /// <summary>The log of <see cref="AuditedUsers"/>.</summary>
    public AuditLog AuditLog => new(LogPath("audit"));

    /// <summary>
    /// How many requests a second the scheduler may make, or null for its own default (50). A benchmark lifts it, or would measure it.
    /// </summary>
    public int? SchedulerRequestsPerSecond { get; init; }

    /// <summary>The node to run, or null for a control plane only.</summary>
    public NodeOptions? Node { get; init; }

    /// <summary>The pods' network.</summary>
    public PodNetwork Network { get; init; } = new(0);

    /// <summary>
    /// Where the API server listens. With a node that is the pods' network, so that pods reach it as well; nobody beyond this machine does, and a request needs a certificate or a token.
    /// </summary>
    internal string ApiServerAddress => Node is null ? "127.0.0.1" : Network.Gateway;

    /// <summary>Programs to run beside the cluster, each told the cluster's certificates: the operator, for one.</summary>
    public IReadOnlyList<Func<RunningCluster, ProcessSpec>> Companions { get; init; } = [];

    /// <summary>Called whenever a part comes up, crashes or is started again.</summary>
    public Action<PartStatus> OnPart { get; init; } = _ => { };

    /// <summary>Where sockets and other things of this boot go; short, since a socket's path may have 108 characters.</summary>
    public string RunFolder => RunFolderOf(Name);

    /// <summary>The run folder of the cluster of that name.</summary>
    public static string RunFolderOf(string name) => Path.Combine("/run/mesonet", name);

    /// <summary>The log of a part.</summary>
    public string LogPath(string part) => Path.Combine(StateFolder, "logs", $"{part}.log");
}

/// <summary>The one node of a cluster that runs pods.</summary>
public sealed record NodeOptions
{
    /// <summary>The sandbox image.</summary>
    public required ContainerImage Pause { get; init; }

    /// <summary>Where containerd keeps images unpacked. Apart from the state, so that a cluster made anew need not unpack them again.</summary>
    public required string ImageStoreFolder { get; init; }

    /// <summary>The images that pods may use; there is no registry.</summary>
    public IReadOnlyList<ContainerImage> Images { get; init; } = [];

    /// <summary>Extended resources written into the node's status, such as <c>nvidia.com/gpu</c>: the real scheduler counts them, no device is behind them.</summary>
    public IReadOnlyDictionary<string, string> FakeResources { get; init; } = new Dictionary<string, string>();

    /// <summary>Git repositories are served from here, <c>git://git.mesonet.test/NAME.git</c> to pods; null serves none.</summary>
    public string? RepositoryFolder { get; init; }
}
