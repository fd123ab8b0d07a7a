namespace MesoNet.IAaS.Kubernetes.Objects;

[KubernetesResource("", "v1", "PersistentVolume", "persistentvolumes", ClusterScoped = true)]
public sealed record PersistentVolume : KubernetesObject
{
    public PersistentVolumeSpec? Spec { get; init; }
    public PersistentVolumeStatus? Status { get; init; }
}

public sealed record PersistentVolumeSpec
{
    public IReadOnlyDictionary<string, Quantity>? Capacity { get; init; }
    public IReadOnlyList<string>? AccessModes { get; init; }
    public string? PersistentVolumeReclaimPolicy { get; init; }
    public string? StorageClassName { get; init; }
    public ObjectReference? ClaimRef { get; init; }
    public HostPathVolumeSource? HostPath { get; init; }
    public NfsVolumeSource? Nfs { get; init; }
    public CsiVolumeSource? Csi { get; init; }
    public IReadOnlyList<string>? MountOptions { get; init; }
    public VolumeNodeAffinity? NodeAffinity { get; init; }
}

public sealed record VolumeNodeAffinity
{
    public NodeSelector? Required { get; init; }
}

public sealed record HostPathVolumeSource
{
    public required string Path { get; init; }
    public string? Type { get; init; }
}

public sealed record NfsVolumeSource
{
    public required string Server { get; init; }
    public required string Path { get; init; }
    public bool? ReadOnly { get; init; }
}

public sealed record CsiVolumeSource
{
    public required string Driver { get; init; }
    public required string VolumeHandle { get; init; }
    public bool? ReadOnly { get; init; }
    public IReadOnlyDictionary<string, string>? VolumeAttributes { get; init; }
    public string? FsType { get; init; }
    public SecretReference? NodeStageSecretRef { get; init; }
    public SecretReference? NodePublishSecretRef { get; init; }
}

public sealed record SecretReference
{
    public string? Namespace { get; init; }
    public string? Name { get; init; }
}

public sealed record PersistentVolumeStatus
{
    public string? Phase { get; init; }
}

[KubernetesResource("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims")]
public sealed record PersistentVolumeClaim : KubernetesObject
{
    public PersistentVolumeClaimSpec? Spec { get; init; }
    public PersistentVolumeClaimStatus? Status { get; init; }
}

public sealed record PersistentVolumeClaimSpec
{
    public IReadOnlyList<string>? AccessModes { get; init; }
    public ResourceRequirements? Resources { get; init; }
    public string? StorageClassName { get; init; }
    public string? VolumeName { get; init; }
}

public sealed record PersistentVolumeClaimStatus
{
    public string? Phase { get; init; }
}

[KubernetesResource("storage.k8s.io", "v1", "StorageClass", "storageclasses", ClusterScoped = true)]
public sealed record StorageClass : KubernetesObject
{
    public string? Provisioner { get; init; }
    public string? ReclaimPolicy { get; init; }
    public string? VolumeBindingMode { get; init; }
}
