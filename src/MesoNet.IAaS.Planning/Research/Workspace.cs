using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>A research workspace that obeys the rules, with everything it names looked up.</summary>
/// <param name="Asked">The resource.</param>
/// <param name="Datasets">The data sets it names, in its order.</param>
/// <param name="Hours">When it runs.</param>
public sealed record Workspace(ResearchWorkspace Asked, IReadOnlyList<Dataset> Datasets, WorkspaceHours Hours) : Workplace
{
    private const int DefaultCheckpointMinutes = 10;

    /// <inheritdoc/>
    public override KubernetesObject Resource => Asked;

    /// <inheritdoc/>
    public override string Label => Labels.Workspace;

    /// <inheritdoc/>
    public override string NamespaceLabel => Labels.WorkspaceNamespace;

    /// <inheritdoc/>
    public override IEnumerable<string> SeatNames => [SeatName];

    /// <inheritdoc/>
    public override string Image => Asked.Image ?? "";

    /// <inheritdoc/>
    public override IReadOnlyList<string>? Architectures => Asked.Architectures;

    /// <inheritdoc/>
    public override string Blueprint => "workspace";

    /// <inheritdoc/>
    public override string What => "workspace";

    /// <inheritdoc/>
    public override bool TellsPrograms => true;

    /// <inheritdoc/>
    public override CodeSource? Code => Asked.Spec.Code;

    /// <inheritdoc/>
    public override string CodeDirectory => Code?.Directory is { Length: > 0 } directory ? directory : Name;

    /// <inheritdoc/>
    public override string? StorageClass => Asked.Spec.Storage?.ClassName is { Length: > 0 } className ? className : null;

    /// <inheritdoc/>
    public override Quantity HomesSize => Asked.Spec.Storage?.Size ?? DefaultSize;

    /// <inheritdoc/>
    public override bool DeletesHomes => false;

    /// <inheritdoc/>
    public override bool FollowsBranch => Asked.Spec.Suspend != true;

    /// <inheritdoc/>
    public override DateTimeOffset? LookAskedAt => null;

    /// <inheritdoc/>
    public override Duration Warning => CheckpointOf(Asked.Spec);

    /// <inheritdoc/>
    public override DateTimeZone Zone => Hours.Zone;

    /// <inheritdoc/>
    public override PinnedMaterials? KnownMaterials => Asked.Status?.Materials;

    /// <inheritdoc/>
    public override IReadOnlyList<Condition>? KnownConditions => Asked.Status?.Conditions;

    /// <summary>The name of its pod, of its home's folder and of its token's entry.</summary>
    public string SeatName => ObjectNames.Workspace(Namespace, Name);

    /// <summary>What its pod holds.</summary>
    public SeatResources Resources => WorkspaceResources.Of(Asked.Spec.Resources);

    internal static Quantity DefaultSize => new("50Gi");

    /// <inheritdoc/>
    public override string LoginOf(string seatName) => Asked.Spec.Owner;

    /// <summary>How long before it stops a workspace is told.</summary>
    internal static Duration CheckpointOf(ResearchWorkspaceSpec spec) => Duration.FromMinutes(spec.CheckpointMinutes ?? DefaultCheckpointMinutes);

    /// <summary>Looks up what a valid workspace names.</summary>
    internal static Workspace Resolve(ObservedWorkspace observed)
    {
        var asked = observed.Platforms.Resolved(observed.Workspace!);
        var datasets = (asked.Spec.Datasets ?? []).Select(reference => observed.Datasets.First(dataset => dataset.Metadata.Name == reference.Name));
        return new(asked, [.. datasets], WorkspaceHours.Of(asked.Spec)!);
    }
}
