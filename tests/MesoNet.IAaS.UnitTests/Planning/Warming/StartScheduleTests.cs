using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Warming;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning.Warming;

/// <summary>How early seats are started.</summary>
public sealed class StartScheduleTests
{
    private static readonly Timing Usual = Timing.Of(null);
    private static readonly Instant Before = Instant.FromUtc(2026, 11, 22, 8, 0);

    [Fact]
    public void Nothing_measured_is_the_default_and_no_lead_is_longer_than_the_template_allows()
    {
        Assert.Equal(Duration.FromMinutes(10), StartSchedule.LeadOf(Usual, null, 30));
        Assert.Equal(Duration.FromMinutes(30), StartSchedule.LeadOf(Usual, Duration.FromHours(3), 30));
        var narrow = Timing.Of(new() { DefaultLeadSeconds = 900, MaxLeadSeconds = 120 });
        Assert.Equal(Duration.FromSeconds(120), StartSchedule.LeadOf(narrow, null, 30));
        Assert.Equal(Duration.FromSeconds(120), StartSchedule.LeadOf(narrow, null, 30, isImageLacking: true));
        Assert.Equal(Duration.FromSeconds(120), StartSchedule.LeadOf(Course(5) with { Status = new() { Warming = new() { LeadSeconds = 4000 } } }, narrow));
    }

    [Fact]
    public void The_slowest_of_the_last_three_lessons_decides()
    {
        var record = new[] { 100, 5, 6 }.Aggregate(new WarmingStatus(), StartSchedule.Remember);
        Assert.Equal([6, 5, 100], record.RecentStartSeconds!);
        Assert.Equal(Duration.FromSeconds(650), Lead(Course(record)));
        record = StartSchedule.Remember(record, 4);
        Assert.Equal([4, 6, 5], record.RecentStartSeconds!);
        Assert.Equal(4, record.SlowestStartSeconds);
        Assert.Equal(Duration.FromSeconds(180), Lead(Course(record)));
        // As an earlier version wrote it.
        Assert.Equal(Duration.FromSeconds(200), Lead(Course(new WarmingStatus { SlowestStartSeconds = 10 })));
    }

    [Fact]
    public void Where_a_node_that_will_run_the_lesson_lacks_the_image_the_lead_is_longer()
    {
        var world = CourseInTimeTests.CourseWorld();
        var node = world.All<Node>().Single();
        Assert.Equal(600, LeadWith(node));
        Assert.Equal(900, LeadWith(With(node, "docker.io/library/other:1")));
        Assert.Equal(600, LeadWith(With(node, "docker.io/library/image:1")));
        // One that the calendar does not place the lesson on may lack it.
        Assert.Equal(600, LeadWith(With(node, "docker.io/library/image:1"), With(TestCourse.Node() with { Metadata = new() { Name = "no-cards" } }, "docker.io/library/other:1")));

        static int LeadWith(params Node[] nodes)
        {
            var world = CourseInTimeTests.CourseWorld();
            foreach (var node in nodes) world.Put(node);
            world.Settle(Before);
            return world.Environment.Status!.Warming!.LeadSeconds!.Value;
        }
    }

    [Theory]
    [InlineData("python", "docker.io/library/python:latest")]
    [InlineData("jupyter/scipy:2026", "docker.io/jupyter/scipy:2026")]
    [InlineData("localhost/mesonet/pytorch:2.6", "localhost/mesonet/pytorch:2.6")]
    [InlineData("registry.test:5000/a/b", "registry.test:5000/a/b:latest")]
    [InlineData("images.test/a@sha256:00", "images.test/a@sha256:00")]
    public void An_image_is_named_as_nodes_name_it(string image, string full) => Assert.Equal(full, NodeImages.FullName(image));

    private static Node With(Node node, string image) => node with { Status = node.Status! with { Images = [new() { Names = [image] }] } };

    private static Duration Lead(ClassroomEnvironment course) => StartSchedule.TimetableOf(course, Usual, Before).Lead;

    private static ClassroomEnvironment Course(params int[] slowest) => Course(slowest.Aggregate(new WarmingStatus(), StartSchedule.Remember));

    private static ClassroomEnvironment Course(WarmingStatus warming) => TestCourse.Environment("student01") with { Status = new() { Warming = warming } };
}
