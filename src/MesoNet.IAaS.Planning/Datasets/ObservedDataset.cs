using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Planning.Datasets;

/// <summary>Everything a plan for one data set is made from, read at one moment.</summary>
public sealed record ObservedDataset
{
    /// <summary>Which data set.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>The data set, or null where it is gone: what it owned goes by garbage collection then.</summary>
    public Dataset? Dataset { get; init; }

    /// <summary>All courses of the site.</summary>
    public IReadOnlyList<ClassroomEnvironment> Environments { get; init; } = [];

    /// <summary>All templates of the site.</summary>
    public IReadOnlyList<CourseTemplate> Templates { get; init; } = [];

    /// <summary>The site's platforms.</summary>
    public PlatformCatalogue Platforms { get; init; } = PlatformCatalogue.BuiltIn;

    /// <summary>All research workspaces of the site.</summary>
    public IReadOnlyList<ResearchWorkspace> Workspaces { get; init; } = [];

    /// <summary>The courses' and workspaces' volumes that point at the data.</summary>
    public IReadOnlyList<PersistentVolume> CourseVolumes { get; init; } = [];

    /// <summary>The claims that versions of a source are fetched into.</summary>
    public IReadOnlyList<PersistentVolumeClaim> Claims { get; init; } = [];

    /// <summary>The Jobs that fetch.</summary>
    public IReadOnlyList<Job> Jobs { get; init; } = [];

    /// <summary>Their pods.</summary>
    public IReadOnlyList<ObservedPod> Pods { get; init; } = [];

    /// <summary>The claim that <see cref="HeldData.ClaimOf"/> names, where it is there.</summary>
    public PersistentVolumeClaim? Claim { get; init; }

    /// <summary>The volume that claim is bound to.</summary>
    public PersistentVolume? Volume { get; init; }

    /// <summary>The last line that the fetching pod printed, where one runs and could be asked.</summary>
    public string? LastLine { get; init; }
}
