using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.UnitTests.Planning.Datasets;

/// <summary>Who uses a data set, whether it may go, and courses that wait for one.</summary>
public sealed class DatasetUseTests
{
    private static readonly DatasetSpec Folder = new() { Title = "CIFAR", HostPath = new() { Path = "/srv/cifar" } };

    [Fact]
    public void A_data_set_that_a_course_uses_gets_a_finalizer_and_loses_it_with_the_last_course()
    {
        var world = new DatasetWorld(Folder);
        world.Pass();
        Assert.Null(world.Dataset.Metadata.Finalizers);
        world.Dataset = world.Dataset with { Metadata = world.Dataset.Metadata with { Finalizers = ["other/finalizer"] } };
        world.UsedBy("tp-a", "tp-b").Pass();
        Assert.Equal(["other/finalizer", Dataset.InUseFinalizer], world.Dataset.Metadata.Finalizers!);
        Assert.Equal("2 courses use it: tp-a, tp-b.", world.Condition("InUse")!.Message);
        Assert.Null(world.Pass().Finalizers);
        world.Environments.Clear();
        world.Pass();
        Assert.Equal(["other/finalizer"], world.Dataset.Metadata.Finalizers!);
    }

    [Fact]
    public void A_deletion_waits_says_for_whom_and_happens_when_the_last_volume_of_a_course_is_gone()
    {
        var world = new DatasetWorld(Folder).UsedBy("tp");
        world.Pass();
        world.Dataset = world.Dataset with { Metadata = world.Dataset.Metadata with { DeletionTimestamp = TestCourse.Start.ToDateTimeOffset() } };
        Assert.Null(world.Pass().Finalizers);
        Assert.Equal("DeletionWaits", world.Condition("InUse")!.Reason);
        Assert.Equal(
            "It is to be deleted, and stays for now. The course tp uses it. It goes once no course uses it: delete them, or take it out of their templates.",
            world.Condition("InUse")!.Message);
        Assert.Equal("True", world.Condition("Ready")!.Status);

        // The course is gone, its last pod is not.
        world.Environments.Clear();
        world.CourseVolumes.Add(new()
        {
            Metadata = new() { Name = "volume", Labels = new Dictionary<string, string> { ["mesonet.fr/dataset"] = "cifar", ["mesonet.fr/environment"] = "tp" } },
        });
        Assert.Null(world.Pass().Finalizers);
        world.CourseVolumes.Clear();
        var plan = world.Plan();
        Assert.Empty(plan.Finalizers!);
        Assert.Null(plan.Status);
    }

    [Fact]
    public void Nothing_is_fetched_for_what_is_to_be_deleted()
    {
        var world = new DatasetWorld(DatasetWorld.Archive()).UsedBy("tp");
        world.Dataset = world.Dataset with { Metadata = world.Dataset.Metadata with { DeletionTimestamp = TestCourse.Start.ToDateTimeOffset(), Finalizers = [Dataset.InUseFinalizer] } };
        Assert.Empty(world.Plan().Create);
    }

    [Fact]
    public void What_is_behind_a_claim_is_shared()
    {
        var world = new DatasetWorld(new() { Title = "CIFAR", Claim = new() { Namespace = "data", Name = "cifar" } });
        world.Pass();
        Assert.Equal(("NotFound", "There is no claim cifar in the namespace data. Create it, or correct spec.claim."), (world.Condition("Ready")!.Reason, world.Condition("Ready")!.Message));
        world.ForeignClaim = new() { Metadata = new() { Name = "cifar", Namespace = "data" }, Spec = new() };
        world.Pass();
        Assert.Equal("ClaimUnbound", world.Condition("Ready")!.Reason);
        world.ForeignClaim = world.ForeignClaim with { Spec = new() { VolumeName = "pv" } };
        world.Volume = new() { Spec = new() { Nfs = new() { Server = "nfs.test", Path = "/exports/cifar" }, MountOptions = ["nconnect=8"] } };
        world.Pass();
        Assert.Equal("True", world.Condition("Ready")!.Status);
        Assert.Equal(("nfs.test", "/exports/cifar"), (world.Dataset.Status!.Place!.Nfs!.Server, world.Dataset.Status.Place.Nfs.Path));
        Assert.Equal(["nconnect=8"], world.Dataset.Status.Place.MountOptions!);
    }

    [Fact]
    public void A_course_waits_for_data_that_is_not_there_and_runs_with_it_afterwards()
    {
        var fetching = TestCourse.Dataset() with
        {
            Spec = DatasetWorld.Archive(),
            Status = new() { Conditions = [new() { Type = "Ready", Status = "False", Reason = "Fetching", Message = "The data is being fetched." }] },
        };
        var world = new World(TestCourse.Environment("student01"), TestCourse.Template(), fetching, TestCourse.Node());
        world.Settle(TestCourse.Start);
        var ready = world.Environment.Status!.Conditions!.Single(condition => condition.Type == "Ready");
        Assert.Equal(("DatasetNotReady", "The course waits for the data set \"digits\". The data is being fetched."), (ready.Reason, ready.Message));
        Assert.Empty(world.All<Pod>());

        world.Put(fetching with { Status = new() { Version = "0123456789", Place = new() { HostPath = new() { Path = "/volumes/one" }, Folder = "data" } } });
        world.Settle(TestCourse.Start);
        var pod = Assert.Single(world.SeatPods);
        var mount = pod.Spec!.Containers![0].VolumeMounts!.Single(mount => mount.MountPath == "/data/digits");
        Assert.Equal(("data", true), (mount.SubPath, mount.ReadOnly));
        var volume = Assert.Single(world.All<PersistentVolume>());
        Assert.Equal(("/volumes/one", "0123456789"), (volume.Spec!.HostPath!.Path, volume.Metadata.Label("mesonet.fr/dataset-version")));
    }

    [Fact]
    public void A_lesson_goes_on_when_its_data_breaks_later_and_with_the_older_version_when_there_is_a_newer()
    {
        var fetched = TestCourse.Dataset() with
        {
            Spec = DatasetWorld.Archive(), Status = new() { Version = "0123456789", Place = new() { HostPath = new() { Path = "/volumes/one" }, Folder = "data" } },
        };
        var world = new World(TestCourse.Environment("student01"), TestCourse.Template(), fetched, TestCourse.Node());
        world.Settle(TestCourse.Start);
        var pod = Assert.Single(world.SeatPods).Metadata.Uid;
        world.Put(fetched with { Status = new() { Version = "abcdef0123", Place = new() { HostPath = new() { Path = "/volumes/two" }, Folder = "data" } } });
        world.Settle(TestCourse.Start);
        Assert.Equal(pod, Assert.Single(world.SeatPods).Metadata.Uid);
        Assert.Equal(2, world.All<PersistentVolume>().Count);

        world.Put(fetched with { Status = null });
        Assert.Empty(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start).Delete);
    }
}
