using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Workplaces;

/// <summary>
/// Where people work: a course, with a seat for each student, or a research workspace, with a single one. Volumes, tokens, policies, Jobs and pods are
/// made for a workplace, and need not know which of the two it is.
/// </summary>
public abstract record Workplace
{
    /// <summary>The resource that asks for it, and owns what is made for it.</summary>
    public abstract KubernetesObject Resource { get; }

    /// <summary>The label that its objects carry its name in.</summary>
    public abstract string Label { get; }

    /// <summary>The label that cluster-scoped objects carry its namespace in.</summary>
    public abstract string NamespaceLabel { get; }

    /// <summary>The names of its seats' homes and pods, in order.</summary>
    public abstract IEnumerable<string> SeatNames { get; }

    /// <summary>The entries of its tokens: its seats', and what else answers only to who has one.</summary>
    public virtual IEnumerable<string> TokenNames => SeatNames;

    /// <summary>The data sets that its pods mount, each once and in order: as data, as documents, or as both.</summary>
    public abstract IReadOnlyList<Dataset> Datasets { get; init; }

    /// <summary>Those of <see cref="Datasets"/> that are mounted as data.</summary>
    public virtual IEnumerable<Dataset> Data => Datasets;

    /// <summary>The image of its pods.</summary>
    public abstract string Image { get; }

    /// <summary>The architectures that its image runs on; null where nobody knows.</summary>
    public abstract IReadOnlyList<string>? Architectures { get; }

    /// <summary>What names its code and its image, as a sentence says it: template or workspace.</summary>
    public abstract string Blueprint { get; }

    /// <summary>What it is, as a sentence says it: course or workspace.</summary>
    public abstract string What { get; }

    /// <summary>The code that is copied into its homes; null for none.</summary>
    public abstract CodeSource? Code { get; }

    /// <summary>The folder of a home that holds the code's copy.</summary>
    public abstract string CodeDirectory { get; }

    /// <summary>The folder of the code's repository that is its documents; null where it has none, or a data set is.</summary>
    public virtual string? DocumentsOfCode => null;

    /// <summary>The one of <see cref="Datasets"/> that is its documents; null where it has none, or a folder of the code's repository is.</summary>
    public virtual Dataset? DocumentsDataset => null;

    /// <summary>The storage class of its volumes; null for the cluster's default.</summary>
    public abstract string? StorageClass { get; }

    /// <summary>The size of its homes' volume.</summary>
    public abstract Quantity HomesSize { get; }

    /// <summary>Whether its homes go when it goes.</summary>
    public abstract bool DeletesHomes { get; }

    /// <summary>Whether a branch that is followed is looked at again, and what failed is repeated.</summary>
    public abstract bool FollowsBranch { get; }

    /// <summary>From when on somebody asked for a look at the ref; null where nobody did.</summary>
    public abstract DateTimeOffset? LookAskedAt { get; }

    /// <summary>What to do about a ref that does not exist.</summary>
    public virtual string AdviceOnRef => $"Correct code.ref in the {Blueprint}.";

    /// <summary>What to do about a commit that the ref was pinned to, and that vanished.</summary>
    public virtual string AdviceOnLostCommit => $"Give another code.ref in the {Blueprint}, and it is looked up anew.";

    /// <summary>How long before a pod is stopped those who work in it are told.</summary>
    public abstract Duration Warning { get; }

    /// <summary>Whether the programs in its pods are told before they stop, and have an environment for packages: its pods need more files for that.</summary>
    public abstract bool TellsPrograms { get; }

    /// <summary>The zone of the times that people read.</summary>
    public abstract DateTimeZone Zone { get; }

    /// <summary>What its status says of its code.</summary>
    public abstract PinnedMaterials? KnownMaterials { get; }

    /// <summary>The conditions of its status.</summary>
    public abstract IReadOnlyList<Condition>? KnownConditions { get; }

    /// <summary>Its name.</summary>
    public string Name => Resource.Metadata.Name!;

    /// <summary>Its namespace.</summary>
    public string Namespace => Resource.Metadata.Namespace!;

    /// <summary>The login of who has a seat.</summary>
    public abstract string LoginOf(string seatName);

    /// <summary>
    /// Whether an object is owned by an earlier resource of the same name. It goes with that one, by garbage collection, which may
    /// come late; until then nothing can take its place, and what it says (a token, say) is not of this one.
    /// </summary>
    internal bool IsOfPredecessor(KubernetesObject item) =>
        item.Metadata.OwnerReferences?.Any(owner => owner.Controller == true && owner.Kind == ResourceType.Of(Resource.GetType()).Kind && owner.Uid != Resource.Metadata.Uid) == true;

    /// <summary>Metadata of an object in the same namespace that goes when the resource goes.</summary>
    internal ObjectMeta Owned(string name, string component) => Kept(name, component) with { OwnerReferences = [OwnerReference.To(Resource)] };

    /// <summary>Metadata of an object in the same namespace that outlives the resource.</summary>
    internal ObjectMeta Kept(string name, string component) => new() { Name = name, Namespace = Namespace, Labels = LabelsOf(component) };

    /// <summary>The labels of one of its objects.</summary>
    internal Dictionary<string, string> LabelsOf(string component, string? seat = null) => Labels.Of(Label, Name, component, seat);
}
