using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Submissions;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.UnitTests.Planning;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Submissions;

/// <summary>A deadline passes, and students hand in, while the course's spec breaks a rule.</summary>
public sealed class WorkMeanwhileTests
{
    private static readonly Instant Deadline = Instant.FromUtc(2026, 11, 27, 22, 59);
    private static readonly Instant Before = Deadline - Duration.FromDays(1);

    private static readonly Dictionary<string, Action<World>> Breaks = new(StringComparer.Ordinal)
    {
        ["DatasetNotReady"] = world => world.Put(TestCourse.Dataset() with { Spec = new() { Title = "Digits", Source = new() { Git = new() { Repository = "https://git.test/digits.git", Ref = "main" } } } }),
        ["DatasetNotFound"] = world => world.Remove(world.All<Dataset>().Single()),
        ["UnknownParameter"] = world => world.Change(spec => spec with { Template = spec.Template with { Parameters = new Dictionary<string, string> { ["lr"] = "1" } } }),
        ["DuplicateLogin"] = world => world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = "Student01" }] }),
        ["StorageInvalid"] = world => world.Change(spec => spec with { Storage = new() { Size = "1Gi" } }),
        ["RetentionInvalid"] = world => world.Change(spec => spec with { Retention = new() { KeepFor = "90d" } }),
        // Two at once: the timetable that is followed is the last good one.
        ["LessonInvalid"] = world =>
        {
            world.Change(spec => spec with { Lessons = [spec.Lessons![0] with { End = "2026-11-23T13:00" }] });
            world.Remove(world.All<Dataset>().Single());
        },
    };

    public static TheoryData<string> Rules => [.. Breaks.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_work_is_taken_at_the_deadline_whatever_rule_is_broken(string rule)
    {
        var world = CourseWorld();
        world.ChangeSeat("student02", spec => spec with { HandInUntil = "2026-11-29T12:00" });
        world.Settle(Before);
        Breaks[rule](world);
        world.Settle(Before);
        Assert.Contains(SpecificationRules.Check(world.Environment, world.Observe()), problem => problem.Reason == rule);
        Assert.Null(WorkTaken(world));
        Assert.Equal(Deadline.ToDateTimeOffset(), Plan(world, Before).NextLookAt);

        world.AtWork.Add("hand-in");
        world.Settle(Deadline);
        Assert.Equal([("student01", "tp1", (Instant?)null)], DueOf(world));
        Assert.Equal(("False", "TakingWork"), (WorkTaken(world)!.Status, WorkTaken(world)!.Reason));
        End(world);
        world.Settle(Deadline + Duration.FromMinutes(1));
        Assert.Empty(HandInJobs(world));
        Assert.Equal("True", WorkTaken(world)!.Status);
        Assert.Equal(Deadline.ToDateTimeOffset(), Assert.Single(world.Environment.Status!.Submissions!.Lessons!).TakenUntil);

        // And the extension, of which the seat keeps a note.
        var extended = Instant.FromUtc(2026, 11, 29, 11, 0);
        Assert.Equal(extended.ToDateTimeOffset(), Plan(world, Deadline + Duration.FromMinutes(1)).NextLookAt);
        world.Settle(extended);
        Assert.Equal(extended.ToDateTimeOffset(), Assert.Single(StatusOf(world, "student02").Taken!).Until);
        Assert.Contains(world.Environment.Status!.Conditions!, condition => condition is { Type: Readiness.Ready, Status: "False" });
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Who_hands_in_is_answered_and_all_else_in_their_seat_stays(string rule)
    {
        var world = CourseWorld();
        world.Settle(Before);
        Breaks[rule](world);
        world.Settle(Before);
        var known = StatusOf(world, "student01");
        world.ChangeSeat("student01", spec => spec with { HandIns = new Dictionary<string, DateTimeOffset> { ["tp1"] = Before.ToDateTimeOffset() } });
        world.Settle(Before);
        var answer = Assert.Single(StatusOf(world, "student01").HandedIn!);
        Assert.Equal(("tp1", Before.ToDateTimeOffset(), false, null), (answer.Lesson, answer.At, answer.Late, answer.Problem));
        Assert.True(StatusComparison.IsSame(known, StatusOf(world, "student01") with { HandedIn = null }));
    }

    [Fact]
    public void What_runs_on_demand_goes_on_until_the_deadline_and_nothing_new_starts()
    {
        var world = CourseWorld();
        world.ChangeSeat("student01", spec => spec with { WantedUntil = (Deadline + Duration.FromHours(2)).ToDateTimeOffset() });
        world.Settle(Before);
        Breaks["DatasetNotReady"](world);
        world.ChangeSeat("student02", spec => spec with { WantedUntil = (Deadline + Duration.FromHours(2)).ToDateTimeOffset() });
        world.Settle(Before);
        Assert.NotNull(world.PodOf("student01"));
        Assert.Null(world.PodOf("student02"));

        // It stops before the work is taken: nobody works on after the deadline.
        var atDeadline = Plan(world, Deadline);
        Assert.Empty(atDeadline.Create);
        Assert.Contains(atDeadline.Delete, deletion => deletion.Key.Name == world.PodOf("student01")!.Metadata.Name);
        world.Settle(Deadline);
        Assert.Empty(world.SeatPods);
    }

    [Fact]
    public void What_may_run_while_the_course_rests_runs_on_after_the_deadline()
    {
        var world = CourseWorld(new() { RestingOnDemand = true });
        world.ChangeSeat("student01", spec => spec with { WantedUntil = (Deadline + Duration.FromHours(2)).ToDateTimeOffset() });
        world.Settle(Before);
        Breaks["DatasetNotReady"](world);
        world.AtWork.Add("hand-in");
        world.Settle(Deadline);
        Assert.NotNull(world.PodOf("student01"));
        Assert.Equal(2, DueOf(world).Count);
    }

    [Fact]
    public void While_the_template_is_gone_WorkTaken_says_that_nothing_is_taken_and_what_to_do_and_it_is_taken_once_it_is_back()
    {
        var world = CourseWorld();
        world.Settle(Before);
        var template = world.All<CourseTemplate>().Single();
        world.Remove(template);
        world.Settle(Before);
        const string sentence = "No work is taken now, neither at a deadline nor when a student hands in: there is no course template \"template\", which says what of a home is the work and which image can take it. "
            + "Make the template \"template\" again, or correct spec.template.name. Until then the work stays in the homes; what is due is taken as soon as that is done.";
        Assert.Equal(("False", WorkMeanwhile.NotTaken, sentence), (WorkTaken(world)!.Status, WorkTaken(world)!.Reason, WorkTaken(world)!.Message));
        world.ChangeSeat("student01", spec => spec with { HandIns = new Dictionary<string, DateTimeOffset> { ["tp1"] = Before.ToDateTimeOffset() } });
        world.Settle(Deadline);
        Assert.Empty(HandInJobs(world));
        Assert.Equal(sentence, WorkTaken(world)!.Message);

        world.Put(template);
        world.AtWork.Add("hand-in");
        var later = Deadline + Duration.FromHours(1);
        world.Settle(later);
        Assert.Equal([("student01", "tp1", Before), ("student01", "tp1", null), ("student02", "tp1", (Instant?)null)], DueOf(world));
        End(world);
        world.Settle(later);
        Assert.Equal("True", WorkTaken(world)!.Status);
    }

    [Fact]
    public void Where_a_platform_has_no_image_any_more_the_last_one_known_takes_the_work_and_without_one_it_is_said()
    {
        var world = CourseWorld();
        world.Settle(Before);
        var template = world.All<CourseTemplate>().Single();
        world.Put(template with { Spec = template.Spec with { Image = null, Platform = "nowhere" } });
        world.Settle(Before);
        Assert.Equal(WorkMeanwhile.NotTaken, WorkTaken(world)!.Reason);
        Assert.Contains("the template \"template\" has no image that could take it", WorkTaken(world)!.Message, StringComparison.Ordinal);

        world.Put(world.Environment with { Status = world.Environment.Status! with { Image = "image:1" } });
        world.AtWork.Add("hand-in");
        world.Settle(Deadline);
        Assert.Equal(2, DueOf(world).Count);
        Assert.Equal("image:1", Assert.Single(HandInJobs(world)).Spec!.Template!.Spec!.Containers![0].Image);
    }

    [Fact]
    public void What_the_Job_needs_comes_with_it()
    {
        var world = CourseWorld();
        world.Settle(Before);
        Breaks["DatasetNotReady"](world);
        world.Remove(world.All<ConfigMap>().Single(map => map.Metadata.Name == HomesProgramFiles.ConfigMapName("test")));
        world.Remove(world.All<PersistentVolumeClaim>().Single(claim => claim.Metadata.Name == "test-submissions"));
        Assert.Empty(Plan(world, Before).Apply);
        Assert.Equal([HomesProgramFiles.ConfigMapName("test"), "test-submissions"], Plan(world, Deadline).Apply.Select(item => item.Metadata.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_course_that_never_had_seats_or_is_over_has_no_work_to_speak_of()
    {
        var fresh = new World(TestCourse.Environment("student01") with { Spec = Spec(TestCourse.Environment("student01")) });
        fresh.Settle(Before);
        Assert.Null(WorkTaken(fresh));

        var over = CourseWorld();
        over.Change(spec => spec with { Validity = new() { Until = "2026-12-31" } });
        over.Settle(Deadline + Duration.FromDays(60));
        var said = WorkTaken(over);
        Assert.Equal("True", said!.Status);
        over.Remove(over.All<CourseTemplate>().Single());
        over.Settle(Deadline + Duration.FromDays(60));
        Assert.Equal(said.Message, WorkTaken(over)!.Message);
    }

    private static void End(World world)
    {
        world.AtWork.Clear();
        world.LastWord = job => job.Metadata.Label(Labels.Component) != "hand-in" ? null : """{"students":{"tp1":2},"failed":{"tp1":0},"failures":[]}""";
        world.Run();
    }

    private static IReadOnlyList<(string, string, Instant?)> DueOf(World world) =>
        [.. SubmissionsJob.DueOf(Assert.Single(HandInJobs(world))).Select(item => (item.Login, item.Lesson, item.RequestedAt))];

    private static IEnumerable<Job> HandInJobs(World world) => world.All<Job>().Where(job => job.Metadata.Label(Labels.Component) == "hand-in");

    private static SeatStatus StatusOf(World world, string login) => world.All<Seat>().Single(seat => seat.Spec.Login == login).Status!;

    private static Condition? WorkTaken(World world) => world.Environment.Status!.Conditions!.FirstOrDefault(condition => condition.Type == SubmissionsPlanner.WorkTaken);

    private static EnvironmentPlan Plan(World world, Instant now) => ClassroomEnvironmentPlanner.Plan(world.Observe(), now);

    private static ClassroomEnvironmentSpec Spec(ClassroomEnvironment environment) => environment.Spec with
    {
        TimeZone = "Europe/Paris",
        Lessons = [new() { Name = "tp1", Start = "2026-11-23T14:00", End = "2026-11-23T17:00", HandInUntil = "2026-11-27T23:59" }],
    };

    private static World CourseWorld(SeatTiming? timing = null)
    {
        var environment = TestCourse.Environment("student01", "student02");
        var template = TestCourse.Template();
        var world = new World(environment with { Spec = Spec(environment) }, template with { Spec = template.Spec with { Timing = timing } }, TestCourse.Dataset(), TestCourse.Node());
        world.Settle(TestCourse.Start);
        return world;
    }
}
