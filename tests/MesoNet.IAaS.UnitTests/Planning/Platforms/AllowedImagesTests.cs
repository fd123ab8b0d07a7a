using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.Resources.Research;
using MesoNet.IAaS.UnitTests.Planning.Research;
using NodaTime;
using static MesoNet.IAaS.UnitTests.Planning.Research.ResearchSite;
using Site = MesoNet.IAaS.UnitTests.Planning.Capacity.Site;

namespace MesoNet.IAaS.UnitTests.Planning.Platforms;

/// <summary>The images that a site allows beside those of its platforms.</summary>
public sealed class AllowedImagesTests
{
    private const string NotAllowed =
        "The image \"image:1\" is not among those that this site allows: registry.site.test/team/, registry.site.test/lab/notebook, and those of the platforms cpp, java, pytorch, tensorflow. "
        + "Name an image of these or a platform, or ask the administrator to add this one to allowedImages in the site's catalogue.";

    private static readonly PlatformCatalogue Bounded = PlatformCatalogue.BuiltIn with { AllowedImages = ["registry.site.test/team/", "registry.site.test/lab/notebook"] };

    private static readonly Instant Now = Instant.FromUtc(2026, 11, 20, 8, 0);

    [Theory]
    [InlineData("registry.site.test/team/", "registry.site.test/team/image:1", true)]
    [InlineData("registry.site.test/team/", "registry.site.test/team/deep/image@sha256:0123", true)]
    [InlineData("registry.site.test/team/", "registry.site.test/teamevil/image:1", false)]
    [InlineData("registry.site.test/team/", "registry.site.test/team", false)]
    [InlineData("registry.site.test/team/", "registry.site.test/team/", false)]
    [InlineData("registry.site.test/team/", "evil.test/registry.site.test/team/image:1", false)]
    [InlineData("registry.site.test/team/image", "registry.site.test/team/image", true)]
    [InlineData("registry.site.test/team/image", "registry.site.test/team/image:1", true)]
    [InlineData("registry.site.test/team/image", "registry.site.test/team/image@sha256:0123", true)]
    [InlineData("registry.site.test/team/image", "registry.site.test/team/image:1@sha256:0123", true)]
    [InlineData("registry.site.test/team/image", "registry.site.test/team/image-evil:1", false)]
    [InlineData("registry.site.test/team/image", "registry.site.test/team/image/evil:1", false)]
    [InlineData("registry.site.test/team/image", "registry.site.test/team/imag", false)]
    [InlineData("registry.site.test/team/image:1", "registry.site.test/team/image:1", true)]
    [InlineData("registry.site.test/team/image:1", "registry.site.test/team/image:1@sha256:0123", true)]
    [InlineData("registry.site.test/team/image:1", "registry.site.test/team/image:12", false)]
    // A port is no tag.
    [InlineData("registry.site.test", "registry.site.test:5000/evil", false)]
    [InlineData("registry.site.test:5000/", "registry.site.test:5000/image:1", true)]
    public void A_beginning_ends_at_a_boundary_of_the_name(string beginning, string image, bool isAllowed) =>
        Assert.Equal(isAllowed, (Bounded with { AllowedImages = [beginning] }).Allows(image));

    [Fact]
    public void No_letter_more_of_the_name_is_allowed() => Prop.ForAll<NonNull<string>, char>((tail, next) =>
        next is '/' or ':' or '@' || !(Bounded with { AllowedImages = ["registry.site.test/team"] }).Allows($"registry.site.test/team{next}{tail.Get}")).QuickCheckThrowOnFailure();

    [Fact]
    public void Where_none_is_named_every_image_is_allowed() =>
        Assert.All([PlatformCatalogue.BuiltIn, PlatformCatalogue.BuiltIn with { AllowedImages = [] }], catalogue => Assert.True(catalogue.Allows("image:1")));

    [Fact]
    public void The_images_of_the_platforms_are_allowed_exactly_as_they_are_named()
    {
        Assert.All(Bounded.Platforms.SelectMany(platform => platform.Images), image => Assert.True(Bounded.Allows(image.Image)));
        Assert.False(Bounded.Allows("quay.io/jupyter/pytorch-notebook:another"));
        // On a local cluster, those that it builds.
        Assert.True(Bounded.Local.Allows("localhost/mesonet/cpp:1"));
        Assert.False(Bounded.Allows("localhost/mesonet/cpp:1"));
        Assert.False(Bounded.Local.Allows("image:1"));
    }

    [Fact]
    public void They_stand_in_the_sites_catalogue()
    {
        const string platforms = "platforms: [{name: java, title: {fr: Java, en: Java}, contains: {fr: JDK, en: JDK}}]\n";
        Assert.Equal(["registry.site.test/team/", "registry.site.test:5000/image:1.2"], PlatformCatalogue.Read($"{platforms}allowedImages: [registry.site.test/team/, 'registry.site.test:5000/image:1.2']").AllowedImages!);
        Assert.Null(PlatformCatalogue.Read(platforms).AllowedImages);
    }

    [Theory]
    [InlineData("allowedImages: ['']")]
    [InlineData("allowedImages: [~]")]
    [InlineData("allowedImages: [/team]")]
    [InlineData("allowedImages: ['registry.site.test/*']")]
    [InlineData("allowedImages: ['https://registry.site.test/']")]
    [InlineData("allowedImages: ['registry.site.test/image:']")]
    [InlineData("allowedImages: registry.site.test/")]
    [InlineData("allowedImage: [registry.site.test/]")]
    public void What_would_not_mean_what_it_says_is_no_catalogue(string yaml) => Assert.Contains(
        "catalogue of platforms",
        Assert.Throws<FormatException>(() => PlatformCatalogue.Read($"platforms: [{{name: java, title: {{fr: Java, en: Java}}, contains: {{fr: JDK, en: JDK}}}}]\n{yaml}")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_course_whose_templates_image_is_not_allowed_is_told_and_what_runs_goes_on()
    {
        var world = TestCourse.World("student01");
        world.Settle(TestCourse.Start);
        var pod = Assert.Single(world.SeatPods).Metadata.Uid;
        world.Platforms = Bounded;
        world.Settle(TestCourse.Start);
        var ready = world.Environment.Status!.Conditions!.Single(condition => condition.Type == "Ready");
        Assert.Equal((AllowedImages.ImageNotAllowed, "False"), (ready.Reason, ready.Status));
        Assert.Contains($"The template \"template\" cannot be used. {NotAllowed}", ready.Message, StringComparison.Ordinal);
        Assert.Equal(pod, Assert.Single(world.SeatPods).Metadata.Uid);

        world.Put(TestCourse.Template("registry.site.test/lab/notebook:7"));
        world.Settle(TestCourse.Start);
        Assert.NotEqual(AllowedImages.ImageNotAllowed, world.Environment.Status.Conditions!.Single(condition => condition.Type == "Ready").Reason);
    }

    [Fact]
    public void A_course_whose_templates_image_was_never_allowed_starts_nothing()
    {
        var world = TestCourse.World("student01");
        world.Platforms = Bounded;
        world.Settle(TestCourse.Start);
        Assert.Empty(world.All<Pod>());
        Assert.Empty(world.All<Job>());
    }

    [Fact]
    public void A_workspace_whose_image_is_not_allowed_is_told_and_what_runs_goes_on()
    {
        var site = new ResearchSite(Of(), Site.Node("node", ("nvidia.com/gpu", "4"))) { Platforms = Bounded };
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Refused, AllowedImages.ImageNotAllowed, NotAllowed), (site.Stage, site.Condition("Ready").Reason, site.Condition("Ready").Message));
        Assert.Null(site.CurrentPod);

        site.Change(spec => spec with { Image = "registry.site.test/team/torch@sha256:0123" });
        site.Settle(Now);
        var pod = site.CurrentPod!.Metadata.Uid;
        site.Platforms = Bounded with { AllowedImages = ["registry.site.test/lab/"] };
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Running, AllowedImages.ImageNotAllowed, pod), (site.Stage, site.Condition("Ready").Reason, site.CurrentPod!.Metadata.Uid));
    }

    [Fact]
    public void A_workspace_that_names_a_platform_is_bounded_by_nothing()
    {
        var site = new ResearchSite(Of(change: spec => spec with { Image = null, Platform = "pytorch", Resources = new Dictionary<string, Quantity> { ["cpu"] = "1", ["memory"] = "1Gi" } }), Site.Node("node")) { Platforms = Bounded };
        site.Settle(Now);
        Assert.NotEqual(WorkspaceStage.Refused, site.Stage);
    }
}
