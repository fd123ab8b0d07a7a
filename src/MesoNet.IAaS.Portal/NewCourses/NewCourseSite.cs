using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Portal.NewCourses;

/// <summary>What a new course is checked against.</summary>
/// <param name="Environments">All courses of the site.</param>
/// <param name="Templates">All templates.</param>
/// <param name="Datasets">All data sets.</param>
/// <param name="Nodes">All nodes.</param>
/// <param name="Networks">The names of the networks that the site knows.</param>
internal sealed record NewCourseSite(
    IReadOnlyList<ClassroomEnvironment> Environments,
    IReadOnlyList<CourseTemplate> Templates,
    IReadOnlyList<Dataset> Datasets,
    IReadOnlyList<Node> Nodes,
    IReadOnlyList<string> Networks)
{
    /// <summary>All research workspaces: what is held for those that make no room is nobody else's.</summary>
    public IReadOnlyList<ResearchWorkspace> Workspaces { get; init; } = [];

    /// <summary>The platforms that templates name.</summary>
    public PlatformCatalogue Platforms { get; init; } = PlatformCatalogue.BuiltIn;
}
