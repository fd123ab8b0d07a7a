using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Schema;

namespace MesoNet.IAaS.Resources.Courses;

/// <summary>Shared data, always mounted read-only; the same for all courses, never copied.</summary>
[KubernetesResource("mesonet.fr", "v1alpha1", "Dataset", "datasets", ClusterScoped = true)]
[ShortName("ds")]
[PrinterColumn("Title", ".spec.title")]
[PrinterColumn("Size", ".spec.size")]
public sealed record Dataset : KubernetesObject
{
    /// <summary>Where the data lives.</summary>
    public required DatasetSpec Spec { get; init; }

    /// <summary>What is known of the data.</summary>
    public DatasetStatus? Status { get; init; }
}

/// <summary>Where the data lives: exactly one of nfs, csi and hostPath.</summary>
[Rule("(has(self.nfs) ? 1 : 0) + (has(self.csi) ? 1 : 0) + (has(self.hostPath) ? 1 : 0) == 1", "give exactly one of nfs, csi and hostPath")]
public sealed record DatasetSpec
{
    /// <summary>What the data is, in a few words.</summary>
    [Length(1, 200)]
    public required string Title { get; init; }

    /// <summary>Where it comes from and how it may be used.</summary>
    [Length(0, 4000)]
    public string? Description { get; init; }

    /// <summary>About how large it is; for people.</summary>
    public Quantity? Size { get; init; }

    /// <summary>An NFS export.</summary>
    public NfsLocation? Nfs { get; init; }

    /// <summary>A volume of a CSI driver.</summary>
    public CsiLocation? Csi { get; init; }

    /// <summary>A folder that is on every node, under the same path.</summary>
    public HostPathLocation? HostPath { get; init; }
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
}
