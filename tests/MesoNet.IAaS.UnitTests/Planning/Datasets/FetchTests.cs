using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Datasets;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning.Datasets;

/// <summary>A data set that is fetched from a source.</summary>
public sealed class FetchTests
{
    [Fact]
    public void A_source_is_fetched_once_and_then_courses_can_use_it()
    {
        var world = new DatasetWorld(DatasetWorld.Archive());
        var first = world.Pass();
        Assert.Collection(first.Create, item => Assert.IsType<PersistentVolumeClaim>(item), item => Assert.IsType<Job>(item));
        Assert.Equal(("False", "Fetching"), Ready(world));
        Assert.Null(world.Dataset.Status!.Place);

        world.EndJob("""{"bytes":170498071,"files":60000}""");
        world.Pass();
        Assert.Equal(("True", "Fetched"), Ready(world));
        Assert.Equal("The data was fetched and verified (163Mi).", world.Condition("Ready")!.Message);
        Assert.Equal(("data", world.Volume!.Spec!.HostPath!.Path), (world.Dataset.Status.Place!.Folder, world.Dataset.Status.Place.HostPath!.Path));
        AssertAtRest(world);
    }

    [Fact]
    public void What_was_fetched_stays_so_though_its_job_is_gone()
    {
        var world = new DatasetWorld(DatasetWorld.Archive()).Fetched();
        world.Jobs.Clear();
        world.Pods.Clear();
        AssertAtRest(world);
    }

    [Fact]
    public void A_volume_that_was_deleted_is_fetched_again()
    {
        var world = new DatasetWorld(DatasetWorld.Archive()).Fetched();
        world.Claims.Clear();
        Assert.IsType<PersistentVolumeClaim>(Assert.Single(world.Pass().Create));
        Assert.Empty(world.Jobs);
        Assert.Equal(("False", "Fetching"), Ready(world));
        Assert.IsType<Job>(Assert.Single(world.Pass().Create));
    }

    [Fact]
    public void An_image_that_cannot_be_pulled_is_replaced_when_the_template_names_another()
    {
        var spec = DatasetWorld.Archive();
        var world = new DatasetWorld(spec with { Source = spec.Source! with { Image = null } }).UsedBy("tp");
        world.Pass();
        world.Pods[0] = world.Pods[0] with
        {
            Status = new() { Phase = "Pending", ContainerStatuses = [new() { Name = "fetch", State = new() { Waiting = new() { Reason = "ImagePullBackOff" } } }] },
        };
        world.Pass();
        Assert.Equal(("False", "ImagePullFailed"), Ready(world));
        world.Templates[0] = TestCourse.Template("image:2") with { Spec = TestCourse.Template("image:2").Spec with { Datasets = [new() { Name = "cifar" }] } };
        Assert.Single(world.Pass().Delete);
        world.Pass();
        Assert.Equal("image:2", world.Jobs.Single().Spec!.Template!.Spec!.Containers![0].Image);
    }

    [Fact]
    public void A_wrong_checksum_is_told_with_the_file_and_both_sums_and_tried_again_after_an_hour()
    {
        var world = new DatasetWorld(DatasetWorld.Archive());
        world.Pass();
        world.EndJob("""{"reason":"ChecksumMismatch","detail":"its sha256 is another","file":"https://data.test/cifar.tar.gz","expected":"aaaa","found":"bbbb"}""", well: false);
        var plan = world.Pass();
        Assert.Equal(("False", "ChecksumMismatch"), Ready(world));
        Assert.Equal(
            "The file https://data.test/cifar.tar.gz is not the one that is expected: its SHA-256 is bbbb, and spec.source.files says aaaa. Correct sha256 if the file is right; it is fetched again every hour.",
            world.Condition("Ready")!.Message);
        Assert.Equal(world.Now.ToDateTimeOffset().AddHours(1), plan.NextLookAt);

        // An hour later the Job is made anew, and what was said stands until it has come some way.
        world.Now += Duration.FromHours(1);
        Assert.Single(world.Pass().Delete);
        Assert.Single(world.Pass().Create);
        Assert.Equal(("False", "ChecksumMismatch"), Ready(world));
        world.LastLine = """{"bytes":1000,"file":"https://data.test/cifar.tar.gz"}""";
        world.Pass();
        Assert.Equal(("False", "Fetching"), Ready(world));
    }

    [Theory]
    [InlineData("""{"reason":"Unreachable","detail":"timed out"}""", 120)]
    [InlineData("""{"reason":"Interrupted"}""", 30)]
    [InlineData("""{"reason":"NotFound","detail":"404"}""", 3600)]
    [InlineData("Traceback (most recent call last)", 3600)]
    public void What_is_away_is_asked_again_sooner_than_what_is_wrong(string message, int seconds)
    {
        var world = new DatasetWorld(DatasetWorld.Archive());
        world.Pass();
        world.EndJob(message, well: false);
        Assert.Equal(world.Now.ToDateTimeOffset().AddSeconds(seconds), world.Pass().NextLookAt);
    }

    [Fact]
    public void How_far_it_is_is_asked_every_few_seconds_and_courses_are_told_nothing_of_it()
    {
        var world = new DatasetWorld(DatasetWorld.Archive());
        world.Pass();
        world.LastLine = """{"bytes":1000,"file":"https://data.test/cifar.tar.gz"}""";
        Assert.Equal(world.Now.ToDateTimeOffset().AddSeconds(5), world.Pass().NextLookAt);
        var before = world.Dataset.Status!;
        Assert.Equal((1000, "https://data.test/cifar.tar.gz"), (before.FetchedBytes, before.FetchingFile));
        world.LastLine = """{"bytes":2000,"file":"https://data.test/cifar.tar.gz"}""";
        world.Pass();
        Assert.True(StatusComparison.OnlyProgressDiffers(before, world.Dataset.Status!));
        world.LastLine = "not a line of ours";
        world.Pass();
        Assert.Equal(2000, world.Dataset.Status!.FetchedBytes);
    }

    [Fact]
    public void A_changed_source_is_fetched_beside_and_the_older_one_goes_when_no_course_uses_it()
    {
        var world = new DatasetWorld(DatasetWorld.Archive()).Fetched();
        var (older, olderPlace) = (world.Dataset.Status!.Version, world.Dataset.Status.Place);
        world.CourseVolumes.Add(CourseVolume(older!));
        world.Dataset = world.Dataset with { Spec = DatasetWorld.Archive(new string('b', 64)) };
        world.Pass();
        Assert.Equal(("True", "PreviousVersion"), Ready(world));
        Assert.Equal((older, olderPlace!.HostPath), (world.Dataset.Status.Version, world.Dataset.Status.Place!.HostPath));

        world.Pass();
        world.EndJob("""{"bytes":5,"files":1}""");
        world.Pass();
        Assert.Equal(("True", "Fetched"), Ready(world));
        Assert.NotEqual(older, world.Dataset.Status.Version);
        Assert.NotEqual(olderPlace.HostPath, world.Dataset.Status.Place!.HostPath);

        world.Now += Duration.FromHours(1);
        Assert.Equal(2, Run(world).Claims.Count);
        world.CourseVolumes.Clear();
        Assert.Single(Run(world).Claims);
        AssertAtRest(world);
    }

    [Fact]
    public void A_changed_source_that_is_wrong_leaves_courses_with_what_they_have()
    {
        var world = new DatasetWorld(DatasetWorld.Archive()).Fetched();
        world.Dataset = world.Dataset with { Spec = DatasetWorld.Archive(new string('b', 64)) };
        Run(world).EndJob("""{"reason":"ChecksumMismatch","file":"https://data.test/cifar.tar.gz","expected":"b","found":"c"}""", well: false);
        world.Pass();
        Assert.Equal(("True", "PreviousVersion"), Ready(world));
        Assert.Equal(("False", "ChecksumMismatch"), (world.Condition("Fetched")!.Status, world.Condition("Fetched")!.Reason));
        Assert.Contains("is not the one that is expected", world.Condition("Ready")!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_image_of_its_own_that_of_a_course_fetches_and_stays_while_it_is_at_work()
    {
        var spec = DatasetWorld.Archive();
        var world = new DatasetWorld(spec with { Source = spec.Source! with { Image = null } });
        Assert.Empty(world.Pass().Create);
        Assert.Equal(("False", "NoImage"), Ready(world));
        world.UsedBy("tp").Pass();
        Assert.Equal("image:1", world.Jobs.Single().Spec!.Template!.Spec!.Containers![0].Image);
        world.Templates[0] = TestCourse.Template("image:2") with { Spec = TestCourse.Template("image:2").Spec with { Datasets = [new() { Name = "cifar" }] } };
        Assert.Empty(world.Pass().Delete);
    }

    [Fact]
    public void A_template_whose_image_the_site_does_not_allow_lends_it_to_no_data_set()
    {
        var spec = DatasetWorld.Archive();
        var world = new DatasetWorld(spec with { Source = spec.Source! with { Image = null } }).UsedBy("tp");
        world.Platforms = world.Platforms with { AllowedImages = ["registry.site.test/"] };
        Assert.Empty(world.Pass().Create);
        Assert.Equal(("False", "NoImage"), Ready(world));
        world.Platforms = world.Platforms with { AllowedImages = ["image"] };
        Assert.NotEmpty(world.Pass().Create);
    }

    [Fact]
    public void A_volume_that_cannot_be_shared_is_told()
    {
        var world = new DatasetWorld(DatasetWorld.Archive());
        world.Pass();
        world.EndJob("""{"bytes":5}""");
        world.Volume = new() { Spec = new() };
        world.Pass();
        Assert.Equal(("False", "VolumeNotShareable"), Ready(world));
    }

    [Fact]
    public void The_job_has_every_restricted_setting_and_the_program_fits_into_an_argument()
    {
        var world = new DatasetWorld(DatasetWorld.Archive());
        world.Pass();
        var pod = world.Jobs.Single().Spec!.Template!.Spec!;
        Assert.True(pod.SecurityContext!.RunAsNonRoot);
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.Equal(["ALL"], pod.Containers![0].SecurityContext!.Capabilities!.Drop!);
        Assert.InRange(pod.Containers[0].Command![^1].Length, 1000, 100_000);
    }

    private static DatasetWorld Run(DatasetWorld world)
    {
        for (var pass = 0; pass < 3; pass++) world.Pass();
        return world;
    }

    private static void AssertAtRest(DatasetWorld world)
    {
        var plan = world.Plan();
        Assert.Empty(plan.Create);
        Assert.Empty(plan.Delete);
        Assert.Null(plan.Finalizers);
        Assert.True(StatusComparison.IsSame(world.Dataset.Status, plan.Status!));
    }

    private static PersistentVolume CourseVolume(string version) => new()
    {
        Metadata = new() { Name = "course-volume", Labels = new Dictionary<string, string> { [Labels.Dataset] = "cifar", [Labels.DatasetVersion] = version, [Labels.Environment] = "tp" } },
    };

    private static (string Status, string Reason) Ready(DatasetWorld world) => (world.Condition("Ready")!.Status, world.Condition("Ready")!.Reason);
}
