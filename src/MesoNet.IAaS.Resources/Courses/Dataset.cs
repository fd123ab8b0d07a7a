using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Schema;

namespace MesoNet.IAaS.Resources.Courses;

/// <summary>Shared data, always mounted read-only; the same for all courses, never copied.</summary>
[KubernetesResource("mesonet.fr", "v1alpha1", "Dataset", "datasets", ClusterScoped = true)]
[ShortName("ds")]
[PrinterColumn("Title", ".spec.title")]
[PrinterColumn("Ready", ".status.conditions[?(@.type==\"Ready\")].status")]
[PrinterColumn("Reason", ".status.conditions[?(@.type==\"Ready\")].reason")]
[PrinterColumn("Size", ".status.size")]
[PrinterColumn("Fetched", ".status.fetchedBytes", Type = "integer", Wide = true)]
[PrinterColumn("Message", ".status.conditions[?(@.type==\"Ready\")].message", Wide = true)]
public sealed record Dataset : KubernetesObject
{
    /// <summary>
    /// On a data set that a course uses: its deletion waits until none does. Set when the first course uses it and taken away with the last,
    /// so that a data set that nobody uses goes at once, whether or not an operator runs.
    /// </summary>
    public const string InUseFinalizer = "mesonet.fr/in-use";

    /// <summary>Where the data lives, or where it comes from.</summary>
    public required DatasetSpec Spec { get; init; }

    /// <summary>What is known of the data.</summary>
    public DatasetStatus? Status { get; init; }
}

/// <summary>Where the data lives (nfs, csi, hostPath, claim) or where it comes from (source): exactly one of them.</summary>
[Rule("(has(self.nfs) ? 1 : 0) + (has(self.csi) ? 1 : 0) + (has(self.hostPath) ? 1 : 0) + (has(self.claim) ? 1 : 0) + (has(self.source) ? 1 : 0) == 1", "give exactly one of nfs, csi, hostPath, claim and source")]
public sealed record DatasetSpec
{
    /// <summary>What the data is, in a few words.</summary>
    [Length(1, 200)]
    public required string Title { get; init; }

    /// <summary>Where it comes from and how it may be used.</summary>
    [Length(0, 4000)]
    public string? Description { get; init; }

    /// <summary>About how large it is; for people. What is fetched is measured.</summary>
    public Quantity? Size { get; init; }

    /// <summary>An NFS export. It is mounted as it is; nobody looks whether it can be reached before a seat does.</summary>
    public NfsLocation? Nfs { get; init; }

    /// <summary>A volume of a CSI driver. Several volumes of the cluster name it at once, which drivers of shared file systems allow.</summary>
    public CsiLocation? Csi { get; init; }

    /// <summary>A folder that is on every node, under the same path.</summary>
    public HostPathLocation? HostPath { get; init; }

    /// <summary>A claim that exists. What is behind it (NFS, CSI or a node's folder) is shared with the courses' namespaces; the claim stays its owner's.</summary>
    public ClaimReference? Claim { get; init; }

    /// <summary>
    /// Where the data comes from. It is fetched once, into a volume of the data set's own, and verified; courses wait until it is complete. A
    /// source that changes is fetched beside what is there, and courses change over with their next pods. The volume goes with the data set.
    /// </summary>
    public DatasetSource? Source { get; init; }
}

/// <summary>A claim for a volume.</summary>
public sealed record ClaimReference
{
    /// <summary>The claim's namespace.</summary>
    [Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
    [Length(1, 63)]
    public required string Namespace { get; init; }

    /// <summary>The claim's name.</summary>
    [Length(1, 253)]
    public required string Name { get; init; }
}

/// <summary>Where data comes from: exactly one of git and files.</summary>
[Rule("has(self.git) != has(self.files)", "give exactly one of git and files")]
public sealed record DatasetSource
{
    /// <summary>A folder of a git repository, without its history. A branch is fetched as it is then; it is not followed.</summary>
    public GitDataSource? Git { get; init; }

    /// <summary>Files and archives from web servers, all of them together the data set.</summary>
    [Length(1, 100)]
    public IReadOnlyList<DatasetFile>? Files { get; init; }

    /// <summary>
    /// The image that fetches: it needs python3, and git for a git source. Without it the image of a course template that names the data
    /// set is used, the first by name.
    /// </summary>
    [Length(0, 500)]
    public string? Image { get; init; }

    /// <summary>The volume to fetch into. Another one means another volume, and fetching again.</summary>
    public FetchedVolume? Volume { get; init; }
}

/// <summary>A folder of a git repository.</summary>
public sealed record GitDataSource
{
    /// <summary>The repository's address: https:// or git://, readable by everybody.</summary>
    [Pattern(@"^(https?|git)://[^\s]+$")]
    [Length(1, 1000)]
    public required string Repository { get; init; }

    /// <summary>A tag, a full commit or a branch.</summary>
    [Pattern("^[A-Za-z0-9][A-Za-z0-9._/+-]*$")]
    [Length(1, 200)]
    public required string Ref { get; init; }

    /// <summary>The folder of the repository that is the data; all of it where empty.</summary>
    [Pattern(@"^$|^[A-Za-z0-9_-][A-Za-z0-9_. -]*(/[A-Za-z0-9_-][A-Za-z0-9_. -]*)*$")]
    [Length(0, 200)]
    public string? Path { get; init; }
}

/// <summary>A file, or an archive of files, on a web server.</summary>
public sealed record DatasetFile
{
    /// <summary>Its address. A download that is cut short is resumed where the server gives parts.</summary>
    [Pattern(@"^https?://[^\s]+$")]
    [Length(1, 800)]
    public required string Url { get; init; }

    /// <summary>The SHA-256 of what is at that address, in hexadecimal (sha256sum prints it). Anything else is refused.</summary>
    [Pattern("^[0-9a-fA-F]{64}$")]
    [Length(64, 64)]
    public required string Sha256 { get; init; }

    /// <summary>For an archive: what it is, tar, tar.gz or zip. Entries and links that lead out of the data set are refused, and so are devices.</summary>
    [Pattern(@"^(tar|tar\.gz|zip)$")]
    [Length(3, 6)]
    public string? Unpack { get; init; }

    /// <summary>Where it goes in the data set: the file's path, or the folder that an archive is unpacked into; the address's last part, or the top, where empty.</summary>
    [Pattern(@"^$|^[A-Za-z0-9_-][A-Za-z0-9_. -]*(/[A-Za-z0-9_-][A-Za-z0-9_. -]*)*$")]
    [Length(0, 200)]
    public string? Path { get; init; }
}

/// <summary>The volume that data is fetched into.</summary>
public sealed record FetchedVolume
{
    /// <summary>The storage class; the cluster's default where empty. Pods of many nodes read the volume at once (ReadWriteMany).</summary>
    [Length(0, 253)]
    public string? ClassName { get; init; }

    /// <summary>The volume's size: archives, and what is in them, at once.</summary>
    [Default("20Gi")]
    public Quantity? Size { get; init; }
}

/// <summary>An NFS export.</summary>
public sealed record NfsLocation
{
    /// <summary>The server's name or address.</summary>
    [Length(1, 253)]
    public required string Server { get; init; }

    /// <summary>The exported path.</summary>
    [Pattern("^/")]
    [Length(1, 1000)]
    public required string Path { get; init; }
}

/// <summary>A volume of a CSI driver.</summary>
public sealed record CsiLocation
{
    /// <summary>The driver's name.</summary>
    [Length(1, 63)]
    public required string Driver { get; init; }

    /// <summary>What the driver knows the volume by.</summary>
    [Length(1, 1000)]
    public required string VolumeHandle { get; init; }

    /// <summary>What else the driver needs.</summary>
    public IReadOnlyDictionary<string, string>? VolumeAttributes { get; init; }

    /// <summary>The file system, where the driver must be told.</summary>
    [Length(0, 63)]
    public string? FsType { get; init; }

    /// <summary>The Secret with which a node prepares the volume, where the driver needs one.</summary>
    public SecretLocation? NodeStageSecret { get; init; }

    /// <summary>The Secret with which a node mounts the volume, where the driver needs one.</summary>
    public SecretLocation? NodePublishSecret { get; init; }
}

/// <summary>A Secret of a storage driver.</summary>
public sealed record SecretLocation
{
    /// <summary>The Secret's namespace.</summary>
    [Length(1, 63)]
    public required string Namespace { get; init; }

    /// <summary>The Secret's name.</summary>
    [Length(1, 253)]
    public required string Name { get; init; }
}

/// <summary>A folder on every node.</summary>
public sealed record HostPathLocation
{
    /// <summary>The folder's path.</summary>
    [Pattern("^/")]
    [Length(1, 1000)]
    public required string Path { get; init; }
}

/// <summary>What is known of the data.</summary>
public sealed record DatasetStatus
{
    /// <summary>The generation of the spec that the status speaks of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Which version of a source courses use: a hash of it.</summary>
    public string? Version { get; init; }

    /// <summary>The commit that was fetched, of a git source.</summary>
    public string? Commit { get; init; }

    /// <summary>How large the data is: as measured where it was fetched, as the spec says elsewhere.</summary>
    public Quantity? Size { get; init; }

    /// <summary>How many bytes have been received of what is being fetched, or were.</summary>
    public long? FetchedBytes { get; init; }

    /// <summary>The file that is being received.</summary>
    public string? FetchingFile { get; init; }

    /// <summary>When the version that courses use was complete.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>The Job that last finished, well or not.</summary>
    public string? Job { get; init; }

    /// <summary>Where the data of a claim or a source lives: what the courses' volumes point at.</summary>
    public DatasetPlace? Place { get; init; }

    /// <summary>Ready (courses can use the data), Fetched (a source, as it is now) and InUse, each with a reason and a sentence.</summary>
    [ListMap("type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>Where data lives: exactly one of nfs, csi and hostPath.</summary>
public sealed record DatasetPlace
{
    /// <summary>An NFS export.</summary>
    public NfsLocation? Nfs { get; init; }

    /// <summary>A volume of a CSI driver.</summary>
    public CsiLocation? Csi { get; init; }

    /// <summary>A folder on every node.</summary>
    public HostPathLocation? HostPath { get; init; }

    /// <summary>The folder of it that is the data; all of it where not given.</summary>
    public string? Folder { get; init; }

    /// <summary>How it is mounted.</summary>
    public IReadOnlyList<string>? MountOptions { get; init; }

    /// <summary>Which nodes reach it; all, where not given.</summary>
    public NodeSelector? Nodes { get; init; }
}
