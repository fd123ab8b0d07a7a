using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>A whole course in virtual time: plans carried out at each moment the planner asks for.</summary>
public sealed class CourseInTimeTests
{
    private static readonly Instant Bell = Moment("2026-11-23T13:00:00Z");
    private static readonly Instant End = Moment("2026-11-23T16:00:00Z");
    private static readonly string[] Logins = ["student01", "student02", "student03", "student04"];

    [Fact]
    public void Nothing_runs_before_the_warming_but_homes_are_prepared()
    {
        var world = CourseWorld();
        world.Settle(Bell - Duration.FromDays(3));
        Assert.DoesNotContain(world.All<Pod>(), pod => pod.Metadata.Label(Labels.Component) != "materials");
        Assert.Equal("True", Condition(world, Readiness.MaterialsReady).Status);
        Assert.Equal((Stage.Scheduled, "Scheduled"), (world.Environment.Status!.Stage!.Value, Ready(world).Reason));
        Assert.Equal("The course has not begun. The next lesson, tp1, begins on 2026-11-23 14:00; its seats are started 10 minutes before.", Ready(world).Message);
    }

    [Fact]
    public void Seats_are_started_one_after_the_other_over_the_first_part_of_the_lead_and_are_ready_before_the_bell()
    {
        var world = CourseWorld();
        var starts = new List<Instant>();
        var now = Bell - Duration.FromDays(1);
        while (now < Bell)
        {
            world.Settle(now);
            while (starts.Count < world.SeatPods.Count) starts.Add(now);
            now = Next(world, now);
        }

        Assert.Equal([Bell - Duration.FromSeconds(600), Bell - Duration.FromSeconds(510), Bell - Duration.FromSeconds(420), Bell - Duration.FromSeconds(330)], starts);
        Assert.Equal("4/4", world.Environment.Status!.Ready);
        Assert.Equal("Ready 4/4 at 13:54, 5 minutes before the bell of tp1 (14:00).", Ready(world).Message);
    }

    [Fact]
    public void The_nodes_of_a_lesson_and_no_others_are_prepared_before_its_seats_start_and_preferred()
    {
        var world = CourseWorld();
        world.Put(TestCourse.Node(cpu: "2") with { Metadata = new() { Name = "small" } });
        world.Settle(Bell - Duration.FromMinutes(20));
        var preparation = Assert.Single(world.All<Pod>(), pod => pod.Metadata.Label(Labels.Component) == "preparation");
        Assert.Equal("node", preparation.Metadata.Annotation("mesonet.fr/node"));
        Assert.Equal("True", Condition(world, Readiness.NodesPrepared).Status);
        world.Settle(Bell - Duration.FromMinutes(1));
        var preferred = world.SeatPods[0].Spec!.Affinity!.NodeAffinity!.PreferredDuringSchedulingIgnoredDuringExecution!;
        Assert.Equal("node", Assert.Single(preferred).Preference.MatchFields!.Single().Values!.Single());
        world.Settle(Bell);
        Assert.DoesNotContain(world.All<Pod>(), pod => pod.Metadata.Label(Labels.Component) == "preparation");
    }

    [Fact]
    public void After_the_lesson_its_devices_are_given_back_and_a_seat_starts_on_demand_with_less()
    {
        var world = CourseWorld();
        world.Settle(Bell);
        Assert.All(world.SeatPods, pod => Assert.Equal("1", pod.Spec!.Containers![0].Resources!.Limits!["nvidia.com/gpu"].ToString()));
        Assert.Equal("2026-11-23T17:00:00+01:00", world.SeatPods[0].Metadata.Annotation(Labels.EndsAt));
        world.Settle(End);
        Assert.Empty(world.SeatPods);
        Assert.Equal((Stage.HandIn, "OnDemand", "True"), (world.Environment.Status!.Stage!.Value, Ready(world).Reason, Ready(world).Status));

        world.ChangeSeat("student02", spec => spec with { WantedUntil = (End + Duration.FromHours(4)).ToDateTimeOffset() });
        world.Settle(End + Duration.FromHours(2));
        var pod = Assert.Single(world.SeatPods);
        Assert.Equal(world.PodOf("student02"), pod);
        Assert.False(pod.Spec!.Containers![0].Resources!.Limits!.ContainsKey("nvidia.com/gpu"));
        Assert.Equal(PriorityClasses.HandIn, pod.Spec.PriorityClassName);
        Assert.Equal("2026-11-27T23:59:00+01:00", pod.Metadata.Annotation(Labels.EndsAt));
        // The deadline ends it, whoever works.
        world.Settle(Moment("2026-11-27T22:59:00Z"));
        Assert.Empty(world.SeatPods);
    }

    [Fact]
    public void A_seat_on_demand_is_asked_when_it_may_be_idle_and_stops_when_it_is_until_it_is_wanted_again()
    {
        var world = CourseWorld();
        var start = End + Duration.FromHours(1);
        world.Settle(End);
        world.ChangeSeat("student01", spec => spec with { WantedUntil = (start + Duration.FromHours(4)).ToDateTimeOffset() });
        world.Settle(start);
        var name = world.PodOf("student01")!.Metadata.Name!;
        Assert.Equal(start + Duration.FromMinutes(30), Next(world, start));
        Assert.Empty(Plan(world, start + Duration.FromMinutes(29)).Ask);
        Assert.Equal(name, Assert.Single(Plan(world, start + Duration.FromMinutes(30)).Ask).Metadata.Name);

        // At work a quarter of an hour ago: asked again when half an hour has gone by since.
        var asked = start + Duration.FromMinutes(30);
        world.Answers[name] = new(asked, new(IsBusy: false, null, asked - Duration.FromMinutes(15), IsOpened: true, asked));
        world.Settle(asked);
        Assert.Single(world.SeatPods);
        Assert.Equal(start + Duration.FromMinutes(45), Next(world, asked));

        asked = start + Duration.FromMinutes(45);
        world.Answers[name] = new(asked, new(IsBusy: false, null, start + Duration.FromMinutes(15), IsOpened: true, asked));
        world.Settle(asked);
        Assert.Empty(world.SeatPods);
        var stopped = world.All<Seat>().Single(seat => seat.Spec.Login == "student01").Status!;
        Assert.Equal((SeatState.Stopped, "Idle"), (stopped.State!.Value, stopped.Reason));

        world.Answers.Clear();
        world.ChangeSeat("student01", spec => spec with { WantedUntil = (asked + Duration.FromHours(5)).ToDateTimeOffset() });
        world.Settle(asked + Duration.FromHours(1));
        Assert.Single(world.SeatPods);
        world.ChangeSeat("student01", spec => spec with { WantedUntil = null });
        world.Settle(asked + Duration.FromHours(1));
        Assert.Empty(world.SeatPods);
    }

    [Fact]
    public void A_seat_that_computes_or_does_not_answer_is_not_taken_for_idle()
    {
        var world = CourseWorld();
        var wanted = End + Duration.FromHours(1);
        world.Settle(End);
        world.ChangeSeat("student01", spec => spec with { WantedUntil = wanted.ToDateTimeOffset() });
        world.Settle(End);
        var name = world.PodOf("student01")!.Metadata.Name!;
        // Long past the wish, by a day: training goes on.
        var asked = End + Duration.FromDays(1);
        world.Answers[name] = new(asked, new(IsBusy: true, "a kernel", null, IsOpened: true, asked));
        world.Settle(asked);
        Assert.Single(world.SeatPods);
        world.Answers[name] = new(asked + Duration.FromMinutes(30), Activity: null);
        world.Settle(asked + Duration.FromMinutes(30));
        Assert.Single(world.SeatPods);
        Assert.Equal(asked + Duration.FromMinutes(31), Next(world, asked + Duration.FromMinutes(30)));
    }

    [Fact]
    public void A_seat_nobody_opened_gives_its_devices_back_and_returns_on_demand()
    {
        var world = CourseWorld(timing: new() { AbsentAfterMinutes = 20 });
        world.Settle(Bell - Duration.FromMinutes(1));
        world.Settle(Bell);
        var due = Bell + Duration.FromMinutes(20);
        Assert.Empty(Plan(world, due - Duration.FromSeconds(1)).Ask);
        Assert.Equal(4, Plan(world, due).Ask.Count);
        foreach (var login in Logins)
            world.Answers[world.PodOf(login)!.Metadata.Name!] = new(due, new(IsBusy: false, null, null, IsOpened: login != "student03", due));
        world.Settle(due);
        Assert.Null(world.PodOf("student03"));
        Assert.Equal("3/3", world.Environment.Status!.Ready);
        Assert.Equal("Absent", world.All<Seat>().Single(seat => seat.Spec.Login == "student03").Status!.Reason);

        world.ChangeSeat("student03", spec => spec with { WantedUntil = (End + Duration.FromHours(1)).ToDateTimeOffset() });
        world.Settle(due + Duration.FromMinutes(5));
        Assert.Equal(PriorityClasses.Lesson, world.PodOf("student03")!.Spec!.PriorityClassName);
    }

    [Fact]
    public void A_course_too_large_for_the_site_starts_nothing_that_others_have_reserved_and_all_of_it_where_nobody_has()
    {
        var world = CourseWorld();
        world.Change(spec => spec with { Students = [.. Enumerable.Range(1, 9).Select(number => new Student { Login = $"student{number:00}" })] });
        var rival = TestCourse.Environment("a", "b", "c", "d", "e") with { Metadata = new() { Name = "rival", Namespace = "course-rival", CreationTimestamp = new DateTimeOffset(2026, 11, 21, 8, 0, 0, TimeSpan.Zero) } };
        var others = new World(rival with { Spec = rival.Spec with { Lessons = [new() { Name = "tp9", Start = "2026-11-23T15:00", End = "2026-11-23T18:00" }] } });
        world.Settle(Bell - Duration.FromDays(1));
        world.Put(others.Environment);
        world.Settle(Bell);
        // Eight cards, of which five are reserved from the middle of the lesson on.
        Assert.Equal(3, world.SeatPods.Count);
        Assert.Equal("NotReserved", world.All<Seat>().Single(seat => seat.Spec.Login == "student04").Status!.Reason);
        world.Remove(rival);
        world.Settle(Bell + Duration.FromMinutes(1));
        Assert.Equal(9, world.SeatPods.Count);
    }

    [Fact]
    public void A_lesson_that_is_lengthened_goes_on_and_the_notebooks_learn_of_it()
    {
        var world = CourseWorld();
        world.Settle(Bell);
        var before = world.SeatPods.Select(pod => pod.Metadata.Uid).ToList();
        world.Change(spec => spec with { Lessons = [spec.Lessons![0] with { End = "2026-11-23T17:30" }, .. spec.Lessons.Skip(1)] });
        world.Settle(End - Duration.FromMinutes(2));
        Assert.All(world.SeatPods, pod => Assert.Equal("2026-11-23T17:30:00+01:00", pod.Metadata.Annotation(Labels.EndsAt)));
        world.Settle(End);
        Assert.Equal(before, world.SeatPods.Select(pod => pod.Metadata.Uid));
        // Without lessons the course is always on, and nobody is to be warned of an end.
        world.Change(spec => spec with { Lessons = [], Validity = null });
        world.Settle(End);
        Assert.All(world.SeatPods, pod => Assert.Equal("", pod.Metadata.Annotation(Labels.EndsAt)));
        Assert.Equal(before, world.SeatPods.Select(pod => pod.Metadata.Uid));
    }

    [Fact]
    public void An_extension_keeps_one_student_and_one_that_is_no_date_is_told_to_them()
    {
        var world = CourseWorld();
        world.Settle(End);
        world.ChangeSeat("student01", spec => spec with { HandInUntil = "2026-11-29T12:00", WantedUntil = Moment("2026-12-01T00:00:00Z").ToDateTimeOffset() });
        world.ChangeSeat("student02", spec => spec with { HandInUntil = "2026-11-31T12:00", WantedUntil = Moment("2026-12-01T00:00:00Z").ToDateTimeOffset() });
        world.Settle(Moment("2026-11-28T12:00:00Z"));
        Assert.Equal(world.PodOf("student01"), Assert.Single(world.SeatPods));
        Assert.Equal("spec.handInUntil is \"2026-11-31T12:00\", which is no local time, so there is no extension. Write it as 2026-11-29T12:00.",
            world.All<Seat>().Single(seat => seat.Spec.Login == "student02").Status!.Message);
        Assert.Equal("tp1 is over. Seats start on demand for the students who have an extension.", Ready(world).Message);
        world.Settle(Moment("2026-11-29T11:00:00Z"));
        Assert.Empty(world.SeatPods);
    }

    [Fact]
    public void A_timetable_that_breaks_a_rule_is_told_and_the_last_good_one_goes_on()
    {
        var world = CourseWorld();
        world.Settle(Bell - Duration.FromDays(1));
        world.Change(spec => spec with { Lessons = [spec.Lessons![0] with { End = "2026-11-23T13:00" }] });
        world.Settle(Bell);
        Assert.Equal(4, world.SeatPods.Count);
        Assert.Equal("LessonInvalid", Ready(world).Reason);
        Assert.Contains("Correct its start or its end. Until then the timetable goes on as it was.", Ready(world).Message, StringComparison.Ordinal);
        world.Settle(End);
        Assert.Empty(world.SeatPods);
        world.Change(spec => spec with { Lessons = [spec.Lessons![0] with { End = "2026-11-23T18:00" }] });
        world.Settle(End + Duration.FromMinutes(10));
        Assert.Equal("4/4", world.Environment.Status!.Ready);
    }

    [Fact]
    public void The_next_lead_comes_from_how_the_last_start_went_and_never_moves_while_seats_are_warmed()
    {
        var world = CourseWorld();
        for (var now = Bell - Duration.FromHours(1); now < End + Duration.FromMinutes(1); now = Next(world, now)) world.Settle(now);
        // Started at once: two minutes and a half, at least, of which the seats' starts take the first part.
        Assert.Equal(150, world.Environment.Status!.Warming!.LeadSeconds);
        Assert.Equal(0, world.Environment.Status.Warming.SlowestStartSeconds);
        Assert.Equal(Moment("2026-11-30T12:57:30Z"), new CourseTimetable(world.Environment.Spec, Duration.FromSeconds(150)).ForSeat(null).At(Moment("2026-11-29T12:00:00Z")).Until);
    }

    [Fact]
    public void Between_two_moments_that_the_planner_names_there_is_nothing_to_do()
    {
        var judged = 0;
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var world = Restless(random);
            var now = Moment("2026-03-01T00:00:00Z") + Duration.FromMinutes(random.Next(0, 60 * 24 * 270));
            for (var step = 0; step < 12; step++)
            {
                world.Settle(now);
                CheckHolders(world, now);
                if (Plan(world, now).NextLookAt is not { } next) return Enumerable.Range(1, 20).All(days => world.IsNothing(Plan(world, now + Duration.FromDays(days * 20))));
                judged++;
                var then = Instant.FromDateTimeOffset(next);
                if (then <= now) return false;
                foreach (var part in new[] { random.NextDouble(), random.NextDouble() })
                {
                    if (!world.IsNothing(Plan(world, now + (then - now) * part * 0.999))) return false;
                }

                now = then;
                Disturb(world, random, now);
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
        Assert.True(judged > 200, $"Only {judged} moments were named.");
    }

    /// <summary>A course of a timetable that obeys the rules, with whatever its template may say of idle, absent and resting seats.</summary>
    private static World Restless(Random random)
    {
        ClassroomEnvironmentSpec spec;
        do spec = RandomTimetable.Spec(random);
        while (CalendarRules.Check(spec).Any());
        return CourseWorld(spec, new() { AbsentAfterMinutes = random.Next(2) == 0 ? null : random.Next(5, 60), IdleMinutes = random.Next(5, 60), RestingOnDemand = random.Next(2) == 0 });
    }

    /// <summary>Students ask for seats, teachers extend, and pods have answered.</summary>
    private static void Disturb(World world, Random random, Instant now)
    {
        var login = Logins[random.Next(Logins.Length)];
        if (random.Next(2) == 0) world.ChangeSeat(login, spec => spec with { WantedUntil = (now + Duration.FromMinutes(random.Next(1, 600))).ToDateTimeOffset() });
        if (random.Next(4) == 0) world.ChangeSeat(login, spec => spec with { HandInUntil = RandomTimetable.Time(random) });
        if (random.Next(2) == 0 && world.PodOf(login) is { } pod)
            world.Answers[pod.Metadata.Name!] = new(now, new(IsBusy: random.Next(3) == 0, null, now - Duration.FromMinutes(random.Next(0, 90)), IsOpened: random.Next(2) == 0, now));
    }

    private static void CheckHolders(World world, Instant now)
    {
        var timetable = new CourseTimetable(world.Environment.Spec, Duration.FromSeconds(world.Environment.Status!.Warming?.LeadSeconds ?? 0));
        foreach (var pod in world.SeatPods.Where(pod => pod.Metadata.Label(Labels.Stage) == Labels.LessonStage))
        {
            var seat = world.All<Seat>().Single(seat => seat.Metadata.Name == pod.Metadata.Name);
            Assert.True(timetable.ForSeat(seat.Spec.Group).At(now).HasLessonResources, $"{seat.Spec.Login} ({seat.Spec.Group}) holds a lesson's resources at {now}.");
        }
    }

    internal static World CourseWorld(ClassroomEnvironmentSpec? timetable = null, SeatTiming? timing = null)
    {
        var template = TestCourse.Template();
        template = template with
        {
            Spec = template.Spec with
            {
                Timing = timing,
                Resources = new()
                {
                    Lesson = new() { Cpu = "4", Memory = "16Gi", Devices = new Dictionary<string, Quantity> { ["nvidia.com/gpu"] = "1" } },
                    HandIn = new() { Cpu = "1", Memory = "2Gi" },
                },
            },
        };
        var environment = TestCourse.Environment();
        var spec = timetable ?? environment.Spec with
        {
            TimeZone = "Europe/Paris",
            Validity = new() { From = "2026-11-16", Until = "2026-12-20" },
            Lessons =
            [
                new() { Name = "tp1", Start = "2026-11-23T14:00", End = "2026-11-23T17:00", HandInUntil = "2026-11-27T23:59" },
                new() { Name = "tp2", Start = "2026-11-30T14:00", End = "2026-11-30T17:00", HandInUntil = "2026-12-04T23:59" },
            ],
        };
        spec = spec with { Students = [.. Logins.Select((login, index) => new Student { Login = login, Group = timetable is null ? null : index % 2 == 0 ? "A" : "B" })] };
        var node = TestCourse.Node();
        node = node with { Status = new() { Allocatable = new Dictionary<string, Quantity>(node.Status!.Allocatable!) { ["nvidia.com/gpu"] = "8" } } };
        return new(environment with { Spec = spec }, template, TestCourse.Dataset(), node);
    }

    private static EnvironmentPlan Plan(World world, Instant now) => ClassroomEnvironmentPlanner.Plan(world.Observe(), now);

    private static Instant Next(World world, Instant now) => Instant.FromDateTimeOffset(Plan(world, now).NextLookAt!.Value);

    private static Condition Ready(World world) => Condition(world, Readiness.Ready);

    private static Condition Condition(World world, string type) => world.Environment.Status!.Conditions!.Single(condition => condition.Type == type);

    private static Instant Moment(string text) => InstantPattern.General.Parse(text).Value;
}
