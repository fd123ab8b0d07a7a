using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning.Reading;

/// <summary>There is a reader exactly while somebody reads, and it can do nothing but read.</summary>
public sealed class HomesReaderTests
{
    private readonly World world = TestCourse.World("student01", "student02");
    private readonly Instant now = TestCourse.Start;

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(600)]
    [InlineData(100_000)]
    public void It_is_there_exactly_while_it_is_wanted(int seconds)
    {
        world.Settle(now);
        Assert.Empty(Readers());
        Read(Duration.FromSeconds(seconds));
        world.Settle(now);
        Assert.Equal(seconds > 0 ? 1 : 0, Readers().Count);
        if (seconds <= 0) return;

        // The moment at which it goes is the moment of the next look, and not a moment before is anything to do.
        Assert.Equal((now + Duration.FromSeconds(seconds)).ToDateTimeOffset(), ClassroomEnvironmentPlanner.Plan(world.Observe(), now).NextLookAt);
        Assert.Empty(ClassroomEnvironmentPlanner.Plan(world.Observe(), now + Duration.FromSeconds(seconds) - Duration.Epsilon).Delete);
        world.Settle(now + Duration.FromSeconds(seconds));
        Assert.Empty(Readers());
    }

    [Fact]
    public void It_disturbs_nothing_and_counts_as_nobodys_seat()
    {
        world.Settle(now);
        var (seats, status) = (world.SeatPods.Select(pod => pod.Metadata.Uid).ToList(), world.Environment.Status!);
        Read(Duration.FromMinutes(10));
        world.Settle(now);
        Assert.Equal(seats, world.SeatPods.Select(pod => pod.Metadata.Uid));
        Assert.Equal((status.Ready, status.Seats, status.Stage), (world.Environment.Status!.Ready, world.Environment.Status.Seats, world.Environment.Status.Stage));
    }

    [Fact]
    public void A_course_that_is_suspended_or_over_is_read_as_well()
    {
        world.Change(spec => spec with { Suspend = true, ReadUntil = Later(Duration.FromMinutes(10)) });
        world.Settle(now);
        Assert.Empty(world.SeatPods);
        Assert.Single(Readers());
        world.Change(spec => spec with { Suspend = false, Validity = new() { From = "2026-01-01", Until = "2026-02-01" } });
        world.Settle(now);
        Assert.Equal(Stage.Closed, world.Environment.Status!.Stage);
        Assert.Single(Readers());
    }

    [Fact]
    public void It_goes_in_time_though_the_course_breaks_a_rule_meanwhile()
    {
        Read(Duration.FromMinutes(10));
        world.Settle(now);
        world.Change(spec => spec with { Template = new() { Name = "nobodys" } });
        world.Settle(now);
        Assert.Single(Readers());
        Assert.Equal(Later(Duration.FromMinutes(10)), ClassroomEnvironmentPlanner.Plan(world.Observe(), now).NextLookAt);
        world.Settle(now + Duration.FromMinutes(10));
        Assert.Empty(Readers());
    }

    [Fact]
    public void Another_image_or_a_first_lesson_makes_another_one()
    {
        Read(Duration.FromMinutes(10));
        world.Settle(now);
        var first = Assert.Single(Readers());
        Assert.DoesNotContain(first.Spec!.Volumes!, volume => volume.Name == "submissions");
        world.Change(spec => spec with { Lessons = [new() { Name = "tp1", Start = "2026-12-01T14:00", End = "2026-12-01T17:00" }] });
        world.Settle(now);
        var second = Assert.Single(Readers());
        Assert.NotEqual(first.Metadata.Uid, second.Metadata.Uid);
        Assert.Contains(second.Spec!.Volumes!, volume => volume.PersistentVolumeClaim?.ClaimName == "test-submissions");
        var template = world.All<CourseTemplate>().Single();
        world.Put(template with { Spec = template.Spec with { Image = "image:2" } });
        world.Settle(now);
        Assert.NotEqual(second.Metadata.Uid, Assert.Single(Readers()).Metadata.Uid);
    }

    [Fact]
    public void One_that_has_ended_is_replaced_after_a_pause()
    {
        Read(Duration.FromMinutes(10));
        world.Settle(now);
        var pod = Assert.Single(Readers());
        world.Put(pod with { Status = new() { Phase = "Failed", Reason = "Evicted" } });
        var plan = ClassroomEnvironmentPlanner.Plan(world.Observe(), now);
        Assert.Empty(plan.Delete);
        Assert.Equal(pod.Metadata.CreationTimestamp + TimeSpan.FromSeconds(30), plan.NextLookAt);
        world.Settle(now + Duration.FromSeconds(30));
        Assert.NotEqual(pod.Metadata.Uid, Assert.Single(Readers()).Metadata.Uid);
    }

    [Fact]
    public void It_holds_no_volume_that_is_about_to_go()
    {
        Read(Duration.FromMinutes(10));
        world.Settle(now);
        var claim = world.All<PersistentVolumeClaim>().Single(claim => claim.Metadata.Name == "test-homes");
        world.Put(claim with { Metadata = claim.Metadata with { DeletionTimestamp = now.ToDateTimeOffset() } });
        var plan = ClassroomEnvironmentPlanner.Plan(world.Observe(), now);
        Assert.Contains(plan.Delete, deletion => deletion.Key.Name == "test-reader");
        world.CarryOut(plan);
        Assert.DoesNotContain(ClassroomEnvironmentPlanner.Plan(world.Observe(), now).Create, item => item.Metadata.Name == "test-reader");
    }

    [Fact]
    public void It_writes_nothing_asks_the_API_server_nothing_and_only_the_gateway_enters_it()
    {
        world.Change(spec => spec with { Lessons = [new() { Name = "tp1", Start = "2026-12-01T14:00", End = "2026-12-01T17:00" }], ReadUntil = Later(Duration.FromMinutes(10)) });
        world.Settle(now);
        var pod = Assert.Single(Readers());
        Assert.False(pod.Spec!.AutomountServiceAccountToken);
        Assert.True(pod.Spec.SecurityContext!.RunAsNonRoot);
        Assert.Equal(["ALL"], pod.Spec.Containers![0].SecurityContext!.Capabilities!.Drop);
        Assert.All(pod.Spec.Containers[0].VolumeMounts!, mount => Assert.True(mount.ReadOnly));
        var token = pod.Spec.Containers[0].Env!.Single(variable => variable.Name == "TOKEN").ValueFrom!.SecretKeyRef!;
        var secret = world.All<Secret>().Single(secret => secret.Metadata.Name == token.Name);
        Assert.Equal(64, secret.Data![token.Key].Length);
        // No student's token opens it.
        Assert.Equal(3, secret.Data.Values.Select(Convert.ToHexStringLower).Distinct().Count());
        Assert.DoesNotContain(world.All<Seat>(), seat => seat.Metadata.Name == Tokens.ReaderEntry);
        var policy = world.All<NetworkPolicy>().Single();
        Assert.All(policy.Spec!.PodSelector!.MatchLabels!, label => Assert.Equal(label.Value, pod.Metadata.Label(label.Key)));
        Assert.Equal(Labels.Gateway, Assert.Single(Assert.Single(Assert.Single(policy.Spec.Ingress!).From!).NamespaceSelector!.MatchLabels!).Key);
    }

    private DateTimeOffset Later(Duration duration) => (now + duration).ToDateTimeOffset();

    private void Read(Duration duration) => world.Change(spec => spec with { ReadUntil = Later(duration) });

    private IReadOnlyList<Pod> Readers() => [.. world.All<Pod>().Where(pod => pod.Metadata.Label(Labels.Component) == "reader")];
}
