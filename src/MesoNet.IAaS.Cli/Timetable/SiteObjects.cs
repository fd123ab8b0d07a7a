using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Cli.Timetable;

/// <summary>What says which seats a site must hold and what it has for them, from files or from a cluster.</summary>
internal sealed record SiteObjects(
    IReadOnlyList<ClassroomEnvironment> Environments, IReadOnlyList<CourseTemplate> Templates, IReadOnlyList<Dataset> Datasets, IReadOnlyList<Node> Nodes)
{
    /// <summary>The research workspaces beside the courses.</summary>
    public IReadOnlyList<ResearchWorkspace> Workspaces { get; init; } = [];

    /// <summary>The platforms that the templates and workspaces were resolved by.</summary>
    public PlatformCatalogue Platforms { get; private init; } = PlatformCatalogue.BuiltIn;

    /// <summary>Nothing.</summary>
    public static SiteObjects None { get; } = new([], [], [], []);

    /// <summary>The same, with the images that the platforms of templates and workspaces mean.</summary>
    public SiteObjects With(PlatformCatalogue platforms) => this with
    {
        Platforms = platforms, Templates = [.. Templates.Select(platforms.Resolved)], Workspaces = [.. Workspaces.Select(platforms.Resolved)],
    };

    /// <summary>
    /// These objects as they would be once applied to a cluster. A course or a workspace that is there already keeps its place among the others, and what was
    /// measured of it.
    /// </summary>
    public SiteObjects AppliedTo(SiteObjects cluster)
    {
        var known = cluster.Environments.ToDictionary(environment => environment.Key);
        var knownResearch = cluster.Workspaces.ToDictionary(workspace => workspace.Key);
        var knownData = cluster.Datasets.ToDictionary(dataset => dataset.Key);
        return new(
            Over(
                [
                    .. Environments.Select(environment => known.TryGetValue(environment.Key, out var there)
                        ? environment with { Metadata = environment.Metadata with { CreationTimestamp = there.Metadata.CreationTimestamp }, Status = there.Status }
                        : environment),
                ],
                cluster.Environments),
            Over(Templates, cluster.Templates),
            Over([.. Datasets.Select(dataset => dataset with { Status = knownData.GetValueOrDefault(dataset.Key)?.Status })], cluster.Datasets),
            Over(Nodes, cluster.Nodes))
        {
            Platforms = Platforms,
            Workspaces = Over(
                [
                    .. Workspaces.Select(workspace => knownResearch.TryGetValue(workspace.Key, out var there)
                        ? workspace with { Metadata = workspace.Metadata with { CreationTimestamp = there.Metadata.CreationTimestamp }, Status = there.Status }
                        : workspace),
                ],
                cluster.Workspaces),
        };
    }

    /// <summary>Both together; of two of the same name, the first.</summary>
    public SiteObjects And(SiteObjects others) =>
        new(Over(Environments, others.Environments), Over(Templates, others.Templates), Over(Datasets, others.Datasets), Over(Nodes, others.Nodes)) { Workspaces = Over(Workspaces, others.Workspaces) };

    private static IReadOnlyList<T> Over<T>(IReadOnlyList<T> items, IReadOnlyList<T> others) where T : KubernetesObject =>
        [.. items.Concat(others).DistinctBy(item => item.Key)];
}
