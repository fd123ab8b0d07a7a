using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Platforms;

namespace MesoNet.IAaS.UnitTests.Planning.Platforms;

/// <summary>What a platform means, and that no pod goes where its image cannot run.</summary>
public sealed class PlatformChoiceTests
{
    private const string OwnCatalogue = """
        platforms:
        - name: cpp
          title: {fr: C++, en: C++}
          contains: {fr: gcc, en: gcc}
          images:
          - {image: "registry.site.test/cpp:7", devices: "*", architectures: [arm64]}
        """;

    [Theory]
    [InlineData("pytorch", null, null, "quay.io/jupyter/pytorch-notebook:2025-12-08", "amd64,arm64")]
    [InlineData("pytorch", "nvidia.com/gpu", null, "quay.io/jupyter/pytorch-notebook:cuda12-2026-06-02", "amd64")]
    [InlineData("pytorch", "nvidia.com/mig-1g.10gb", null, "quay.io/jupyter/pytorch-notebook:cuda12-2026-06-02", "amd64")]
    [InlineData("pytorch", "nvidia.com/gpu", "arm64", "nvcr.io/nvidia/pytorch:25.06-py3", "arm64")]
    [InlineData("tensorflow", null, "arm64", "quay.io/jupyter/tensorflow-notebook:2025-11-06", "arm64")]
    public void A_platform_means_an_image_by_the_devices_and_architectures_that_are_asked_for(string platform, string? device, string? architecture, string image, string architectures)
    {
        var template = PlatformCatalogue.BuiltIn.Resolved(Template(platform, device, architecture));
        Assert.Equal((image, architectures), (template.Image, string.Join(",", template.Architectures!)));
        Assert.Empty(Problems(template));
    }

    [Theory]
    [InlineData("cobol", null, null, "PlatformNotFound", "There is no platform \"cobol\". There are the platforms cpp, java, pytorch, tensorflow. Name one of them, or give an image.")]
    [InlineData("pytorch", "amd.com/gpu", null, "PlatformHasNoImage", "The platform \"pytorch\" has no image for the devices amd.com/gpu here. Give an image of your own instead of the platform, or ask the administrator to add one to the site's platforms.")]
    [InlineData("tensorflow", "nvidia.com/gpu", "arm64", "PlatformHasNoImage", "The platform \"tensorflow\" has no image for the devices nvidia.com/gpu that runs on arm64 here. Give an image of your own instead of the platform, or ask the administrator to add one to the site's platforms.")]
    [InlineData("cpp", null, null, "PlatformHasNoImage", "The platform \"cpp\" has no image here. Give an image of your own instead of the platform, or ask the administrator to add one to the site's platforms.")]
    public void What_cannot_be_had_is_told(string platform, string? device, string? architecture, string reason, string sentence)
    {
        var template = PlatformCatalogue.BuiltIn.Resolved(Template(platform, device, architecture));
        Assert.Null(template.Image);
        Assert.Equal(new SpecificationProblem(reason, $"The template \"template\" cannot be used. {sentence}"), Assert.Single(Problems(template)));
    }

    [Fact]
    public void A_local_cluster_uses_its_own_images_whatever_the_device_and_has_no_others()
    {
        var local = PlatformCatalogue.BuiltIn.Local;
        Assert.Equal(
            ["localhost/mesonet/pytorch:2.6", "localhost/mesonet/cpp:1", "localhost/mesonet/java:21"],
            new[] { "pytorch", "cpp", "java" }.Select(name => local.Resolved(Template(name, "nvidia.com/gpu")).Image));
        Assert.Null(local.Resolved(Template("tensorflow")).Image);
        Assert.Null(local.Resolved(Template("cpp")).Architectures);
    }

    [Fact]
    public void A_site_gives_its_own_catalogue()
    {
        var own = PlatformCatalogue.Read(OwnCatalogue);
        Assert.Equal("registry.site.test/cpp:7", own.Resolved(Template("cpp", "amd.com/gpu")).Image);
        Assert.Null(own.Resolved(Template("pytorch")).Image);
    }

    [Theory]
    [InlineData("platforms: []")]
    [InlineData("just text")]
    [InlineData("platforms: [{name: a}]")]
    [InlineData("platforms:\n- {name: a, title: {fr: a, en: a}, contains: {fr: a, en: a}}\n- {name: a, title: {fr: a, en: a}, contains: {fr: a, en: a}}")]
    public void What_is_no_catalogue_is_refused(string yaml) => Assert.Contains("catalogue of platforms", Assert.Throws<FormatException>(() => PlatformCatalogue.Read(yaml)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_template_names_a_platform_or_an_image_and_not_both()
    {
        var template = Template("pytorch");
        var both = Assert.Single(Problems(template with { Spec = template.Spec with { Image = "image:1" } }));
        Assert.Equal(("ImageInvalid", "The template \"template\" must name exactly one of platform and image. Take one of them out."), (both.Reason, both.Sentence));
        var neither = Assert.Single(Problems(template with { Spec = template.Spec with { Platform = null } }));
        Assert.Equal("The template \"template\" must name exactly one of platform and image. Name one of the platforms cpp, java, pytorch, tensorflow, or an image.", neither.Sentence);
    }

    [Fact]
    public void All_pods_of_a_course_run_the_platforms_image_and_only_where_it_can_run()
    {
        var world = TestCourse.World("student01");
        world.Put(Template("pytorch") with { Spec = TestCourse.Template().Spec with { Image = null, Platform = "pytorch", Architectures = ["arm64"] } });
        world.Put(TestCourse.Node() with { Metadata = new() { Name = "arm", Labels = new Dictionary<string, string> { ["kubernetes.io/arch"] = "arm64" } } });
        world.Settle(TestCourse.Start);
        var specs = world.All<Pod>().Select(pod => pod.Spec).OfType<PodSpec>().Concat(world.All<Job>().Select(job => job.Spec!.Template!.Spec!)).ToList();
        Assert.True(specs.Count >= 3, $"{specs.Count} pods and Jobs");
        Assert.All(specs, spec =>
        {
            Assert.Equal("quay.io/jupyter/pytorch-notebook:2025-12-08", Assert.Single(spec.Containers!).Image);
            var required = Assert.Single(spec.Affinity!.NodeAffinity!.RequiredDuringSchedulingIgnoredDuringExecution!.NodeSelectorTerms);
            var expression = Assert.Single(required.MatchExpressions!);
            Assert.Equal(("kubernetes.io/arch", "In", "arm64"), (expression.Key, expression.Operator, Assert.Single(expression.Values!)));
        });
        Assert.Equal("quay.io/jupyter/pytorch-notebook:2025-12-08", world.Environment.Status!.Image);
        Assert.Equal(["arm64"], world.Environment.Status.Architectures!);
    }

    [Fact]
    public void Nodes_are_prepared_for_a_lesson_only_where_its_image_can_run_and_preferred_beside_what_is_required()
    {
        var world = TestCourse.World("student01");
        world.Put(TestCourse.Template() with { Spec = TestCourse.Template().Spec with { Architectures = ["arm64"] } });
        world.Put(TestCourse.Node(cpu: "8") with { Metadata = new() { Name = "arm", Labels = new Dictionary<string, string> { ["kubernetes.io/arch"] = "arm64" } } });
        world.Change(spec => spec with { TimeZone = "Europe/Paris", Lessons = [new() { Name = "tp1", Start = "2026-11-23T14:00", End = "2026-11-23T17:00" }] });
        world.Settle(NodaTime.Instant.FromUtc(2026, 11, 23, 12, 40));
        Assert.Equal("arm", Assert.Single(world.All<Pod>(), pod => pod.Metadata.Label("app.kubernetes.io/component") == "preparation").Metadata.Annotation("mesonet.fr/node"));
        world.Settle(NodaTime.Instant.FromUtc(2026, 11, 23, 12, 59));
        var affinity = Assert.Single(world.SeatPods).Spec!.Affinity!.NodeAffinity!;
        Assert.Single(affinity.PreferredDuringSchedulingIgnoredDuringExecution!);
        Assert.Single(affinity.RequiredDuringSchedulingIgnoredDuringExecution!.NodeSelectorTerms);
    }

    private static IReadOnlyList<SpecificationProblem> Problems(CourseTemplate template)
    {
        var environment = TestCourse.Environment("student01");
        return SpecificationRules.Check(environment, new() { Key = environment.Key, Environment = environment, Templates = [template] });
    }

    private static CourseTemplate Template(string platform, string? device = null, string? architecture = null) => new()
    {
        Metadata = new() { Name = "template" },
        Spec = new()
        {
            Title = "Test", Platform = platform, Architectures = architecture is null ? null : [architecture],
            Resources = new() { Lesson = new() { Cpu = "1", Memory = "2Gi", Devices = device is null ? null : new Dictionary<string, Quantity> { [device] = "1" } } },
        },
    };
}
