using System.Text.Json.Serialization;

namespace MesoNet.IAaS.Kubernetes.Objects;

[KubernetesResource("", "v1", "Pod", "pods")]
public sealed record Pod : KubernetesObject
{
    public PodSpec? Spec { get; init; }
    public PodStatus? Status { get; init; }
}

public sealed record PodSpec
{
    public IReadOnlyList<Container>? InitContainers { get; init; }
    public IReadOnlyList<Container>? Containers { get; init; }
    public IReadOnlyList<Volume>? Volumes { get; init; }
    public string? RestartPolicy { get; init; }
    public string? NodeName { get; init; }
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }
    public IReadOnlyList<Toleration>? Tolerations { get; init; }
    public string? PriorityClassName { get; init; }
    public Affinity? Affinity { get; init; }
    public string? Hostname { get; init; }
    public bool? AutomountServiceAccountToken { get; init; }
    public bool? EnableServiceLinks { get; init; }
    public bool? ShareProcessNamespace { get; init; }
    public long? TerminationGracePeriodSeconds { get; init; }
    public PodSecurityContext? SecurityContext { get; init; }
}

public sealed record Affinity
{
    public NodeAffinity? NodeAffinity { get; init; }
}

public sealed record NodeAffinity
{
    public NodeSelector? RequiredDuringSchedulingIgnoredDuringExecution { get; init; }
    public IReadOnlyList<PreferredSchedulingTerm>? PreferredDuringSchedulingIgnoredDuringExecution { get; init; }
}

public sealed record NodeSelector
{
    public required IReadOnlyList<NodeSelectorTerm> NodeSelectorTerms { get; init; }
}

public sealed record PreferredSchedulingTerm
{
    public required int Weight { get; init; }
    public required NodeSelectorTerm Preference { get; init; }
}

public sealed record NodeSelectorTerm
{
    public IReadOnlyList<NodeSelectorRequirement>? MatchExpressions { get; init; }
    public IReadOnlyList<NodeSelectorRequirement>? MatchFields { get; init; }
}

public sealed record NodeSelectorRequirement
{
    public required string Key { get; init; }
    public required string Operator { get; init; }
    public IReadOnlyList<string>? Values { get; init; }
}

public sealed record Toleration
{
    public string? Key { get; init; }
    public string? Operator { get; init; }
    public string? Value { get; init; }
    public string? Effect { get; init; }
}

public sealed record PodSecurityContext
{
    public bool? RunAsNonRoot { get; init; }
    public long? RunAsUser { get; init; }
    public long? RunAsGroup { get; init; }
    public long? FsGroup { get; init; }
    public string? FsGroupChangePolicy { get; init; }
    public SeccompProfile? SeccompProfile { get; init; }
}

public sealed record SeccompProfile
{
    public required string Type { get; init; }
}

public sealed record Container
{
    public required string Name { get; init; }
    public string? Image { get; init; }
    public string? ImagePullPolicy { get; init; }
    public IReadOnlyList<string>? Command { get; init; }
    public IReadOnlyList<string>? Args { get; init; }
    public string? WorkingDir { get; init; }
    public IReadOnlyList<EnvVar>? Env { get; init; }
    public IReadOnlyList<ContainerPort>? Ports { get; init; }
    public IReadOnlyList<VolumeMount>? VolumeMounts { get; init; }
    public ResourceRequirements? Resources { get; init; }
    public Probe? ReadinessProbe { get; init; }
    public Probe? StartupProbe { get; init; }
    public Lifecycle? Lifecycle { get; init; }
    public SecurityContext? SecurityContext { get; init; }
    public string? TerminationMessagePolicy { get; init; }
}

public sealed record EnvVar
{
    public required string Name { get; init; }
    public string? Value { get; init; }
    public EnvVarSource? ValueFrom { get; init; }
}

public sealed record EnvVarSource
{
    public KeySelector? SecretKeyRef { get; init; }
}

public sealed record KeySelector
{
    public required string Name { get; init; }
    public required string Key { get; init; }
}

public sealed record ContainerPort
{
    public string? Name { get; init; }
    [JsonPropertyName("containerPort")]
    public int? Number { get; init; }
}

public sealed record VolumeMount
{
    public required string Name { get; init; }
    public required string MountPath { get; init; }
    public string? SubPath { get; init; }
    public bool? ReadOnly { get; init; }
}

public sealed record ResourceRequirements
{
    public IReadOnlyDictionary<string, Quantity>? Requests { get; init; }
    public IReadOnlyDictionary<string, Quantity>? Limits { get; init; }
}

public sealed record Probe
{
    public HttpGetAction? HttpGet { get; init; }
    public int? InitialDelaySeconds { get; init; }
    public int? PeriodSeconds { get; init; }
    public int? TimeoutSeconds { get; init; }
    public int? FailureThreshold { get; init; }
    public int? SuccessThreshold { get; init; }
}

public sealed record Lifecycle
{
    public LifecycleHandler? PreStop { get; init; }
}

public sealed record LifecycleHandler
{
    public ExecAction? Exec { get; init; }
}

public sealed record ExecAction
{
    public required IReadOnlyList<string> Command { get; init; }
}

public sealed record HttpGetAction
{
    public string? Path { get; init; }
    public IntOrString? Port { get; init; }
}

public sealed record SecurityContext
{
    public bool? AllowPrivilegeEscalation { get; init; }
    public bool? ReadOnlyRootFilesystem { get; init; }
    public Capabilities? Capabilities { get; init; }
}

public sealed record Capabilities
{
    public IReadOnlyList<string>? Drop { get; init; }
}

public sealed record Volume
{
    public required string Name { get; init; }
    public PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; init; }
    public EmptyDirVolumeSource? EmptyDir { get; init; }
    public ConfigMapVolumeSource? ConfigMap { get; init; }
    public DownwardApiVolumeSource? DownwardAPI { get; init; }
    public SecretVolumeSource? Secret { get; init; }
}

public sealed record PersistentVolumeClaimVolumeSource
{
    public required string ClaimName { get; init; }
    public bool? ReadOnly { get; init; }
}

public sealed record EmptyDirVolumeSource
{
    public string? Medium { get; init; }
    public Quantity? SizeLimit { get; init; }
}

public sealed record ConfigMapVolumeSource
{
    public required string Name { get; init; }
    public IReadOnlyList<KeyToPath>? Items { get; init; }
    public int? DefaultMode { get; init; }
}

public sealed record SecretVolumeSource
{
    public required string SecretName { get; init; }
    public bool? Optional { get; init; }
    public int? DefaultMode { get; init; }
}

public sealed record KeyToPath
{
    public required string Key { get; init; }
    public required string Path { get; init; }
}

public sealed record DownwardApiVolumeSource
{
    public IReadOnlyList<DownwardApiVolumeFile>? Items { get; init; }
}

public sealed record DownwardApiVolumeFile
{
    public required string Path { get; init; }
    public FieldSelector? FieldRef { get; init; }
}

public sealed record FieldSelector
{
    public required string FieldPath { get; init; }
}

public sealed record PodStatus
{
    public string? Phase { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public string? PodIP { get; init; }
    public string? NominatedNodeName { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public IReadOnlyList<PodCondition>? Conditions { get; init; }
    public IReadOnlyList<ContainerStatus>? ContainerStatuses { get; init; }
}

public sealed record PodCondition
{
    public required string Type { get; init; }
    public required string Status { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? LastTransitionTime { get; init; }
}

public sealed record ContainerStatus
{
    public required string Name { get; init; }
    public bool? Ready { get; init; }
    public int? RestartCount { get; init; }
    public ContainerState? State { get; init; }
    public ContainerState? LastState { get; init; }
}

public sealed record ContainerState
{
    public ContainerStateWaiting? Waiting { get; init; }
    public ContainerStateRunning? Running { get; init; }
    public ContainerStateTerminated? Terminated { get; init; }
}

public sealed record ContainerStateWaiting
{
    public string? Reason { get; init; }
    public string? Message { get; init; }
}

public sealed record ContainerStateRunning
{
    public DateTimeOffset? StartedAt { get; init; }
}

public sealed record ContainerStateTerminated
{
    public int? ExitCode { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
}
