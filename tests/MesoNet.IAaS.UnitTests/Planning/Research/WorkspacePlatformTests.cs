using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using static MesoNet.IAaS.UnitTests.Planning.Capacity.Site;
using static MesoNet.IAaS.UnitTests.Planning.Research.ResearchSite;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>A workspace that names a platform of the site instead of an image, and nodes that its image does not run on.</summary>
public sealed class WorkspacePlatformTests
{
    private const string Gpu = "nvidia.com/gpu";

    [Fact]
    public void A_platform_means_an_image_by_the_devices_and_its_pods_go_only_where_that_runs()
    {
        var site = new ResearchSite(OfPlatform("pytorch"), NodeOf("node", "amd64"));
        site.Settle(Now);
        const string image = "quay.io/jupyter/pytorch-notebook:cuda12-2026-06-02";
        Assert.Equal((WorkspaceStage.Running, image, image), (site.Stage, site.CurrentPod!.Spec!.Containers![0].Image, site.Workspace.Status!.Image));
        var term = Assert.Single(site.CurrentPod.Spec.Affinity!.NodeAffinity!.RequiredDuringSchedulingIgnoredDuringExecution!.NodeSelectorTerms);
        var expression = Assert.Single(term.MatchExpressions!);
        Assert.Equal((ArchitectureAffinity.Label, "In", "amd64"), (expression.Key, expression.Operator, string.Join(",", expression.Values!)));
    }

    [Fact]
    public void A_name_that_the_site_does_not_have_is_told_with_those_it_has_and_what_runs_goes_on()
    {
        var site = new ResearchSite(OfPlatform("cobol"), NodeOf("node", "amd64"));
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Refused, "PlatformNotFound"), (site.Stage, site.Condition("Ready").Reason));
        Assert.Equal("There is no platform \"cobol\". There are the platforms cpp, java, pytorch, tensorflow. Name one of them, or give an image.", site.Condition("Ready").Message);
        Assert.Null(site.CurrentPod);

        site.Change(spec => spec with { Platform = "pytorch" });
        site.Settle(Now);
        var pod = site.CurrentPod!.Metadata.Uid;
        site.Change(spec => spec with { Platform = "fortran" });
        site.Settle(Now);
        Assert.Equal("PlatformNotFound", site.Condition("Ready").Reason);
        Assert.Equal(pod, site.CurrentPod!.Metadata.Uid);
    }

    [Fact]
    public void A_platform_that_the_site_takes_out_stops_nothing_that_runs()
    {
        var site = new ResearchSite(OfPlatform("pytorch"), NodeOf("node", "amd64"));
        site.Settle(Now);
        var image = site.Workspace.Status!.Image;
        site.Platforms = new([.. PlatformCatalogue.BuiltIn.Platforms.Where(platform => platform.Name != "pytorch")]);
        site.Settle(Now);
        Assert.Equal(("PlatformNotFound", image), (site.Condition("Ready").Reason, site.Workspace.Status!.Image));
        Assert.NotNull(site.CurrentPod);
    }

    [Theory]
    [InlineData("pytorch", "image:1", "The workspace must name exactly one of platform and image. Take one of them out.")]
    [InlineData(null, null, "The workspace must name exactly one of platform and image. Name one of the platforms cpp, java, pytorch, tensorflow, or an image.")]
    public void It_names_a_platform_or_an_image_and_not_both(string? platform, string? image, string sentence)
    {
        var site = new ResearchSite(Of(change: spec => spec with { Platform = platform, Image = image }), NodeOf("node", "amd64"));
        site.Settle(Now);
        Assert.Equal(("ImageInvalid", sentence), (site.Condition("Ready").Reason, site.Condition("Ready").Message));
        Assert.Null(site.CurrentPod);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_only_nodes_of_another_architecture_have_the_cards_it_is_told_what_to_change(bool yields)
    {
        var site = new ResearchSite(Of(yields: yields, change: spec => spec with { Architectures = ["arm64"] }), NodeOf("intel", "amd64")) { HasRoom = false };
        site.Settle(Now);
        Assert.Equal("NoNodeForImage", site.Condition("Ready").Reason);
        Assert.Equal(
            "Its image runs on arm64 only, and no node of that kind could hold it even if all were empty; others could (amd64). Name a platform or an image that runs there, or correct spec.architectures.",
            site.Condition("Ready").Message);
        site.HasRoom = true;
        site.Put(NodeOf("arm", "arm64"));
        site.Run();
        site.Settle(Now);
        site.Run();
        site.Settle(Now);
        Assert.Equal(WorkspaceStage.Running, site.Stage);
    }

    [Fact]
    public void A_lesson_on_nodes_of_another_architecture_takes_nothing_from_it()
    {
        var template = Template("gpu", Gpu);
        var site = new ResearchSite(
            Of(change: spec => spec with { Architectures = ["amd64"] }), NodeOf("arm", "arm64"), NodeOf("intel", "amd64"),
            template with { Spec = template.Spec with { Architectures = ["arm64"] } }, Course("deep", "gpu", 1, 4, Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00")));
        foreach (var _ in site.Follow(Now, Instant.FromUtc(2026, 11, 23, 17, 0))) Assert.Equal(WorkspaceStage.Running, site.Stage);
        // On the arm nodes it would be another matter.
        site.Change(spec => spec with { Architectures = ["arm64"] });
        Assert.Equal("deep", site.Calendar.Research.NextAbsence(site.Key, Now).Absence!.Holders.Single().Environment.Name);
    }

    [Fact]
    public void What_is_held_for_one_that_makes_no_room_is_held_where_its_image_runs()
    {
        var site = new ResearchSite(Of(yields: false, change: spec => spec with { Architectures = ["amd64"] }), NodeOf("arm", "arm64"), NodeOf("intel", "amd64"));
        site.Settle(Now);
        Assert.Equal(["amd64"], site.Workspace.Status!.Admitted!.Architectures!);
        Assert.Equal(["amd64"], Assert.Single(site.Calendar.Bookings).Architectures!);
        Assert.Equal(PriorityClasses.Reserved, site.CurrentPod!.Spec!.PriorityClassName);
    }

    private static ResearchWorkspace OfPlatform(string platform) => Of(change: spec => spec with { Platform = platform, Image = null });

    private static Node NodeOf(string name, string architecture)
    {
        var node = Node(name, (Gpu, "4"));
        return node with { Metadata = node.Metadata with { Labels = new Dictionary<string, string> { [ArchitectureAffinity.Label] = architecture } } };
    }
}
