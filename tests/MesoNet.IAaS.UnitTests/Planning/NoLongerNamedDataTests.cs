using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>A template that no longer names a data set, while notebooks run that use it.</summary>
public sealed class NoLongerNamedDataTests
{
    [Fact]
    public void Data_stays_while_a_notebook_may_use_it_and_goes_with_the_last_of_them()
    {
        var world = TestCourse.World("student01", "student02");
        world.Settle(TestCourse.Start);
        world.Put(TestCourse.Template() with { Spec = TestCourse.Template().Spec with { Datasets = null } });
        world.Settle(TestCourse.Start);
        // A claim that is marked for deletion starts no pod any more, though the template may name the data again tomorrow.
        Assert.Single(world.All<PersistentVolume>());
        Assert.Contains(world.All<PersistentVolumeClaim>(), claim => claim.Metadata.Label("app.kubernetes.io/component") == "dataset");

        world.Change(spec => spec with { Suspend = true });
        world.Settle(TestCourse.Start);
        Assert.Empty(world.All<PersistentVolume>());
        Assert.DoesNotContain(world.All<PersistentVolumeClaim>(), claim => claim.Metadata.Label("app.kubernetes.io/component") == "dataset");
    }
}
