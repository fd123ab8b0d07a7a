using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning.Warming;

/// <summary>Which nodes are prepared for a lesson, and which its seats prefer: those on which the site's calendar has placed it.</summary>
public sealed class NodePreparationTests
{
    private static readonly Instant Bell = Instant.FromUtc(2026, 11, 23, 13, 0);
    private static readonly string[] Logins = [.. Enumerable.Range(1, 8).Select(number => $"student{number:00}")];

    [Fact]
    public void Two_courses_at_one_bell_prepare_nodes_of_their_own()
    {
        var world = CourseWorld(Card, [Gpu("gpu1"), Gpu("gpu2")], [Lesson("tp1", 14)]);
        var rival = new World(TestCourse.Environment(Logins) with { Metadata = new() { Name = "rival", Namespace = "course-rival" } });
        rival.Change(spec => spec with { Lessons = [Lesson("tp7", 14)] });
        world.Settle(Bell - Duration.FromDays(1));
        world.Put(rival.Environment);
        world.Settle(Bell - Duration.FromMinutes(20));
        Assert.Equal(["gpu1"], Prepared(world));
        var younger = world.Observe() with { Key = rival.Key, Environment = world.All<ClassroomEnvironment>().Single(course => course.Key == rival.Key), Seats = [], Pods = [] };
        Assert.Equal(["gpu2"], Prepared(ClassroomEnvironmentPlanner.Plan(younger, Bell - Duration.FromMinutes(20)).Create.OfType<Pod>()));
    }

    [Fact]
    public void Two_groups_that_begin_together_have_all_their_nodes_prepared()
    {
        var world = CourseWorld(Card, [Gpu("gpu1"), Gpu("gpu2"), Gpu("gpu3")], [Lesson("tp1-a", 14, "A"), Lesson("tp1-b", 14, "B")], students: 16);
        world.Settle(Bell - Duration.FromMinutes(20));
        Assert.Equal(["gpu1", "gpu2"], Prepared(world));
    }

    [Fact]
    public void A_lesson_soon_after_another_is_prepared_for_before_the_first_begins()
    {
        var world = CourseWorld(Card, [Gpu("gpu1"), Gpu("gpu2")], [Lesson("tp1-a", 14, "A"), Lesson("tp1-b", 15, "B") with { Start = "2026-11-23T14:10" }], students: 16);
        world.Settle(Bell - Duration.FromMinutes(20));
        Assert.Equal(["gpu1", "gpu2"], Prepared(world));
        world.Settle(Bell);
        Assert.Equal(["gpu2"], Prepared(world));
    }

    [Fact]
    public void Seats_that_need_no_device_are_drawn_to_nodes_without_any()
    {
        var world = CourseWorld(Plain, [Gpu("a-gpu"), Plainly("b-cpu")], [Lesson("tp1", 14)]);
        world.Settle(Bell - Duration.FromMinutes(20));
        Assert.Equal(["b-cpu"], Prepared(world));
        world.Settle(Bell);
        Assert.All(world.SeatPods, pod => Assert.Equal(("In", "b-cpu"), Preferred(pod)));

        // On demand, and where nothing was prepared, as well; a lesson's next nodes are not for who is handing in.
        world.Settle(Bell + Duration.FromHours(2));
        world.ChangeSeat("student01", spec => spec with { WantedUntil = (Bell + Duration.FromHours(9)).ToDateTimeOffset() });
        world.Settle(Bell + Duration.FromHours(3));
        Assert.Equal(("NotIn", "a-gpu"), Preferred(Assert.Single(world.SeatPods)));
    }

    [Fact]
    public void Where_all_nodes_have_devices_and_for_seats_that_need_one_there_is_no_preference()
    {
        var only = CourseWorld(Plain, [Gpu("a-gpu")], []);
        only.Settle(Bell);
        Assert.All(only.SeatPods, pod => Assert.Null(pod.Spec!.Affinity));
        var card = CourseWorld(Card, [Gpu("a-gpu"), Plainly("b-cpu")], []);
        card.Settle(Bell);
        Assert.All(card.SeatPods, pod => Assert.Null(pod.Spec!.Affinity));
    }

    private static SeatResources Card { get; } = new() { Cpu = "1", Memory = "2Gi", Devices = new Dictionary<string, Quantity> { ["nvidia.com/gpu"] = "1" } };

    private static SeatResources Plain { get; } = new() { Cpu = "1", Memory = "2Gi" };

    private static Node Plainly(string name) => TestCourse.Node() with { Metadata = new() { Name = name } };

    private static Node Gpu(string name) =>
        Plainly(name) with { Status = new() { Allocatable = new Dictionary<string, Quantity>(TestCourse.Node().Status!.Allocatable!) { ["nvidia.com/gpu"] = "8" } } };

    private static Lesson Lesson(string name, int hour, params string[] groups) => new()
    {
        Name = name, Start = $"2026-11-23T{hour}:00", End = $"2026-11-23T{hour + 1}:00", HandInUntil = "2026-11-27T23:59", Groups = groups.Length == 0 ? null : groups,
    };

    private static World CourseWorld(SeatResources resources, Node[] nodes, Lesson[] lessons, int students = 8)
    {
        var template = TestCourse.Template();
        var world = new World(
            TestCourse.Environment(), [template with { Spec = template.Spec with { Resources = new() { Lesson = resources, HandIn = Plain } } }, TestCourse.Dataset(), .. nodes]);
        world.Change(spec => spec with
        {
            Lessons = lessons,
            Students = [.. Enumerable.Range(1, students).Select(number => new Student { Login = $"student{number:00}", Group = number % 2 == 0 ? "A" : "B" })],
        });
        return world;
    }

    private static IEnumerable<string> Prepared(World world) => Prepared(world.All<Pod>());

    private static IEnumerable<string> Prepared(IEnumerable<Pod> pods) =>
        pods.Where(pod => pod.Metadata.Label(Labels.Component) == "preparation").Select(pod => pod.Metadata.Annotation("mesonet.fr/node")!).Order(StringComparer.Ordinal);

    private static (string Operator, string Node) Preferred(Pod pod)
    {
        var field = Assert.Single(Assert.Single(pod.Spec!.Affinity!.NodeAffinity!.PreferredDuringSchedulingIgnoredDuringExecution!).Preference.MatchFields!);
        return (field.Operator, field.Values!.Single());
    }
}
