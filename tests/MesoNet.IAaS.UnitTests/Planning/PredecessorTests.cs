using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>A course that is deleted and made again under its name, while the cluster has not yet taken away what the first one owned.</summary>
public sealed class PredecessorTests
{
    [Fact]
    public void Nothing_of_a_predecessor_is_taken_over_and_nothing_is_started_with_its_tokens()
    {
        var world = MadeAgain();
        var plan = ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start);
        Assert.DoesNotContain(plan.Apply, item => item is Seat or Secret or PersistentVolumeClaim);
        // Neither tokens, nor pods with them, nor a Job that would prepare homes in a claim that is about to go.
        Assert.Empty(plan.Create);
        Assert.Empty(plan.SeatStatuses);
    }

    [Fact]
    public void No_watch_is_started_on_homes_that_are_about_to_go_which_could_not_go_then()
    {
        var world = MadeAgain();
        // The garbage collector takes them in any order.
        var watch = Assert.Single(world.All<Pod>(), pod => pod.Metadata.Label(Labels.Component) == "homes-watch");
        Remove(world, watch);
        Assert.NotEmpty(world.SeatPods);
        Assert.Empty(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start).Create);

        // One that has been started all the same, by a view that lagged, is taken away.
        world.Put(watch with { Metadata = watch.Metadata with { OwnerReferences = [OwnerReference.To(world.Environment)] } });
        Assert.Contains(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start).Delete, deletion => deletion.Key == watch.Key);
    }

    [Fact]
    public void Once_it_is_gone_the_course_comes_up_with_seats_and_tokens_of_its_own()
    {
        var world = MadeAgain();
        CollectGarbage(world);
        world.Settle(TestCourse.Start);
        Assert.Equal("2/2", world.Environment.Status!.Ready);
        var owned = ((IEnumerable<KubernetesObject>)world.All<Seat>()).Concat(world.All<Secret>()).Concat(world.All<PersistentVolumeClaim>());
        Assert.All(owned, item => Assert.Equal(world.Environment.Metadata.Uid, Assert.Single(item.Metadata.OwnerReferences!).Uid));
    }

    private static World MadeAgain()
    {
        var world = TestCourse.World("student01", "student02");
        world.Change(spec => spec with { Retention = new() { DeleteData = true } });
        world.Settle(TestCourse.Start);
        var first = world.Environment;
        Remove(world, first);
        world.Put(first with { Status = null, Metadata = new() { Name = first.Metadata.Name, Namespace = first.Metadata.Namespace } });
        Assert.NotEqual(first.Metadata.Uid, world.Environment.Metadata.Uid);
        return world;
    }

    // As the cluster does in the end: what is owned goes with its owner.
    private static void CollectGarbage(World world)
    {
        bool found;
        do
        {
            IReadOnlyList<KubernetesObject> all = [world.Environment, .. world.All<Seat>(), .. world.All<Secret>(), .. world.All<PersistentVolumeClaim>(), .. world.All<NetworkPolicy>(), .. world.All<Job>(), .. world.All<Pod>()];
            var uids = all.Select(item => item.Metadata.Uid!).ToHashSet();
            var orphans = all.Where(item => item.Metadata.OwnerReferences?.Any(owner => !uids.Contains(owner.Uid)) == true).ToList();
            foreach (var orphan in orphans) Remove(world, orphan);
            found = orphans.Count > 0;
        }
        while (found);
    }

    private static void Remove(World world, KubernetesObject item) =>
        world.CarryOut(new() { Delete = [new(ResourceType.Of(item.GetType()), item.Key, item.Metadata.Uid!, "the test says so")] });
}
