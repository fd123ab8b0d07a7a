using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning.Datasets;

/// <summary>Documents of a course that are a data set: everything that holds for data holds for them, and they are mounted elsewhere.</summary>
public sealed class DocumentsDatasetTests
{
    private static readonly Dataset Manual = new()
    {
        Metadata = new() { Name = "manual" },
        Spec = DatasetWorld.Archive(),
        Status = new() { Version = "0123456789", Place = new() { HostPath = new() { Path = "/volumes/one" }, Folder = "data" } },
    };

    [Fact]
    public void They_are_mounted_read_only_at_documents_and_nowhere_else_and_no_code_is_needed()
    {
        var world = WorldOf(Documents(code: null));
        world.Settle(TestCourse.Start);
        var pod = Assert.Single(world.SeatPods).Spec!;
        var mount = Assert.Single(pod.Containers![0].VolumeMounts!, mount => mount.MountPath.StartsWith("/data", StringComparison.Ordinal) || mount.MountPath == "/documents");
        Assert.Equal(("/documents", "data", true), (mount.MountPath, mount.SubPath, mount.ReadOnly));
        var claim = pod.Volumes!.Single(volume => volume.Name == mount.Name).PersistentVolumeClaim!;
        Assert.True(claim.ReadOnly);
        var volume = Assert.Single(world.All<PersistentVolume>());
        Assert.Equal((claim.ClaimName, "/volumes/one", "manual"), (volume.Metadata.Name, volume.Spec!.HostPath!.Path, volume.Metadata.Label(Labels.Dataset)));
        Assert.Contains(world.All<PersistentVolumeClaim>(), item => item.Metadata.Name == claim.ClaimName);
        Assert.Equal(("documents", "", ""), (SettingOf(world, "LINKS"), SettingOf(world, "DOCUMENTS_PATH"), SettingOf(world, "REPOSITORY")));
    }

    [Fact]
    public void A_data_set_that_is_both_data_and_documents_is_mounted_twice_by_one_volume()
    {
        var world = WorldOf(Documents(data: ["digits", "manual"]));
        world.Settle(TestCourse.Start);
        var pod = Assert.Single(world.SeatPods).Spec!;
        var mounts = pod.Containers![0].VolumeMounts!.Where(mount => mount.MountPath is "/data/manual" or "/documents").ToList();
        Assert.Equal(["/data/manual", "/documents"], mounts.Select(mount => mount.MountPath));
        Assert.Equal(mounts[0] with { MountPath = "/documents" }, mounts[1]);
        Assert.Equal(pod.Volumes!.Count, pod.Volumes.Select(volume => volume.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(2, world.All<PersistentVolume>().Count);
        Assert.Equal("data documents", SettingOf(world, "LINKS"));
    }

    [Fact]
    public void A_course_waits_for_them_as_for_data_with_the_same_sentences()
    {
        var world = WorldOf(Documents(code: null), Manual with { Status = new() { Conditions = [new() { Type = "Ready", Status = "False", Reason = "Fetching", Message = "The data is being fetched." }] } });
        world.Settle(TestCourse.Start);
        Assert.Equal(("DatasetNotReady", "The course waits for the data set \"manual\". The data is being fetched."), Told(world));
        Assert.Empty(world.All<Pod>());
        world.Put(Manual);
        world.Settle(TestCourse.Start);
        Assert.Single(world.SeatPods);

        var without = new World(TestCourse.Environment("student01"), Documents(code: null), TestCourse.Dataset(), TestCourse.Node());
        without.Settle(TestCourse.Start);
        Assert.Equal(("DatasetNotFound", "The template \"template\" needs the data set \"manual\", which does not exist. There are the data sets digits. Create it, or change the template."), Told(without));
    }

    [Fact]
    public void They_are_in_use_and_are_fetched_with_the_image_of_the_template_that_names_them()
    {
        var world = new DatasetWorld(DatasetWorld.Archive() with { Source = DatasetWorld.Archive().Source! with { Image = null } });
        world.Templates.Add(TestCourse.Template("registry.test/cours:1") with { Spec = TestCourse.Template("registry.test/cours:1").Spec with { Datasets = null, Documents = new() { Dataset = "cifar" } } });
        world.Environments.Add(TestCourse.Environment() with { Metadata = new() { Name = "tp", Namespace = "course-tp" } });
        Assert.Equal("registry.test/cours:1", world.Pass().Create.OfType<Job>().Single().Spec!.Template!.Spec!.Containers![0].Image);
        Assert.Equal([Dataset.InUseFinalizer], world.Dataset.Metadata.Finalizers!);
        world.Dataset = world.Dataset with { Metadata = world.Dataset.Metadata with { DeletionTimestamp = TestCourse.Start.ToDateTimeOffset() } };
        Assert.Null(world.Pass().Finalizers);
        Assert.StartsWith("It is to be deleted, and stays for now. The course tp uses it.", world.Condition("InUse")!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lesson_goes_on_with_the_documents_it_began_with_and_who_starts_later_has_the_new_ones()
    {
        var world = WorldOf(TestCourse.Template());
        world.Settle(TestCourse.Start);
        var first = world.PodOf("student01")!;
        Assert.Equal("homes", DocumentsOf(first).Name);

        // From a folder of the repository to a data set, then to a newer version of that, and back.
        world.Put(Documents());
        Join(world, "student02");
        Assert.Equal("data", DocumentsOf(world.PodOf("student02")!).SubPath);
        world.Put(Manual with { Status = new() { Version = "abcdef0123", Place = new() { HostPath = new() { Path = "/volumes/two" }, Folder = "data" } } });
        Join(world, "student03");
        Assert.Equal(2, world.All<PersistentVolume>().Count(volume => volume.Metadata.Label(Labels.Dataset) == "manual"));
        Assert.NotEqual(ClaimOf(world.PodOf("student02")!), ClaimOf(world.PodOf("student03")!));
        world.Put(TestCourse.Template());
        Join(world, "student04");
        Assert.Equal(DocumentsOf(first), DocumentsOf(world.PodOf("student04")!));
        Assert.Equal(first.Metadata.Uid, world.PodOf("student01")!.Metadata.Uid);

        world.Change(spec => spec with { Suspend = true });
        world.Settle(TestCourse.Start);
        Assert.DoesNotContain(world.All<PersistentVolume>(), volume => volume.Metadata.Label(Labels.Dataset) == "manual");
    }

    [Fact]
    public void Nodes_read_them_before_the_lesson_without_the_homes()
    {
        var world = WorldOf(Documents());
        world.Change(spec => spec with { Lessons = [new() { Name = "tp1", Start = "2026-11-23T14:00", End = "2026-11-23T17:00", HandInUntil = "2026-11-27T23:59" }] });
        world.Settle(Instant.FromUtc(2026, 11, 22, 13, 0));
        world.Settle(Instant.FromUtc(2026, 11, 23, 12, 40));
        var pod = Assert.Single(world.All<Pod>(), pod => pod.Metadata.Label(Labels.Component) == "preparation").Spec!;
        Assert.Equal(["/data/digits", "/documents"], pod.Containers![0].VolumeMounts!.Select(mount => mount.MountPath));
        Assert.DoesNotContain(pod.Volumes!, volume => volume.Name == "homes");
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("documents", "manual")]
    public void Documents_are_either_a_folder_of_the_code_or_a_data_set(string? path, string? dataset)
    {
        var template = TestCourse.Template();
        var observed = WorldOf(template with { Spec = template.Spec with { Documents = new() { Path = path, Dataset = dataset } } }).Observe();
        var problem = Assert.Single(SpecificationRules.Check(observed.Environment!, observed));
        Assert.Equal("DocumentsInvalid", problem.Reason);
        Assert.Equal(
            "The template \"template\" must give exactly one of documents.path (a folder of the code's repository) and documents.dataset (the name of a data set). Correct the template.", problem.Sentence);
    }

    private static CourseTemplate Documents(CodeSource? code, string[]? data = null)
    {
        var template = TestCourse.Template();
        return template with { Spec = template.Spec with { Code = code, Datasets = data is null ? null : [.. data.Select(name => new DatasetReference { Name = name })], Documents = new() { Dataset = "manual" } } };
    }

    private static CourseTemplate Documents(params string[] data) => Documents(TestCourse.Template().Spec.Code, data.Length == 0 ? ["digits"] : data);

    private static World WorldOf(CourseTemplate template, Dataset? manual = null) =>
        new(TestCourse.Environment("student01"), template, TestCourse.Dataset(), manual ?? Manual, TestCourse.Node());

    private static void Join(World world, string login)
    {
        world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = login }] });
        world.Settle(TestCourse.Start);
    }

    private static VolumeMount DocumentsOf(Pod pod) => pod.Spec!.Containers![0].VolumeMounts!.Single(mount => mount.MountPath == "/documents");

    private static string? ClaimOf(Pod pod) => pod.Spec!.Volumes!.Single(volume => volume.Name == DocumentsOf(pod).Name).PersistentVolumeClaim?.ClaimName;

    private static string? SettingOf(World world, string name) => HomesJob.SettingOf(Assert.Single(world.All<Job>(), job => job.Metadata.Label(Labels.Component) == "materials"), name);

    private static (string?, string?) Told(World world)
    {
        var ready = world.Environment.Status!.Conditions!.Single(condition => condition.Type == "Ready");
        return (ready.Reason, ready.Message);
    }
}
