using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Submissions;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.UnitTests.Planning;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.UnitTests.Submissions;

/// <summary>When the students' work is taken, by one Job for all that is due, and what the statuses say of it.</summary>
public sealed class SubmissionsPlannerTests
{
    private static readonly Instant Deadline = Moment("2026-11-27T22:59:00Z");

    [Fact]
    public void At_the_deadline_one_Job_takes_the_work_of_all_and_goes_when_that_is_noted()
    {
        var world = CourseWorld();
        world.Settle(Deadline - Duration.FromHours(1));
        Assert.Equal(Deadline, Next(world, Deadline - Duration.FromHours(1)));
        Assert.Null(WorkTaken(world));

        world.AtWork.Add("hand-in");
        world.Settle(Deadline);
        var job = Assert.Single(HandInJobs(world));
        Assert.Equal(
            ["tp1 2026-11-27T22:59:00Z - - student01-d17ee8 student01", "tp1 2026-11-27T22:59:00Z - - student02-d9e6f4 student02"],
            HomesJob.ArgumentsOf(job).Select(line => line.Replace(ObjectNames.Seat("test", "student01"), "student01-d17ee8", StringComparison.Ordinal).Replace(ObjectNames.Seat("test", "student02"), "student02-d9e6f4", StringComparison.Ordinal)));
        Assert.Equal(("False", "TakingWork"), (WorkTaken(world)!.Status, WorkTaken(world)!.Reason));

        world.AtWork.Clear();
        world.LastWord = job => job.Metadata.Label(Labels.Component) != "hand-in" ? null : """{"students":{"tp1":2},"failed":{"tp1":0},"failures":[]}""";
        world.Run();
        world.Settle(Deadline + Duration.FromMinutes(1));
        Assert.Empty(HandInJobs(world));
        Assert.Equal("The work of 2 students for tp1 is taken (deadline 2026-11-27 23:59). 'mesonet course collect test tp1' fetches it.", WorkTaken(world)!.Message);
        var noted = Assert.Single(world.Environment.Status!.Submissions!.Lessons!);
        Assert.Equal(("tp1", Deadline.ToDateTimeOffset(), 2), (noted.Name, noted.TakenUntil, noted.Students));
        Assert.True(world.IsNothing(Plan(world, Deadline + Duration.FromDays(2))));
    }

    [Fact]
    public void An_extension_is_a_deadline_of_that_students_own()
    {
        var world = CourseWorld();
        world.Settle(Deadline - Duration.FromHours(1));
        world.ChangeSeat("student02", spec => spec with { HandInUntil = "2026-11-29T12:00" });
        world.AtWork.Add("hand-in");
        world.Settle(Deadline);
        Assert.Equal("student01", Assert.Single(DueOf(world)).Login);
        world.AtWork.Clear();
        world.Run();
        world.Settle(Deadline + Duration.FromMinutes(1));
        var extended = Moment("2026-11-29T11:00:00Z");
        Assert.Equal(extended, Next(world, Deadline + Duration.FromMinutes(1)));
        world.AtWork.Add("hand-in");
        world.Settle(extended);
        var due = Assert.Single(DueOf(world));
        Assert.Equal(("student02", extended, true), (due.Login, due.Deadline, due.IsExtended));
    }

    [Fact]
    public void A_student_hands_in_early_and_again_and_hears_of_it_in_their_seat()
    {
        var world = CourseWorld();
        var at = Moment("2026-11-25T10:00:00Z");
        world.Settle(at);
        HandIn(world, "student01", "tp1", at);
        world.Settle(at);
        var answer = Assert.Single(StatusOf(world, "student01").HandedIn!);
        Assert.Equal(("tp1", at.ToDateTimeOffset(), false), (answer.Lesson, answer.At, answer.Late));
        Assert.Null(StatusOf(world, "student02").HandedIn);
        Assert.Empty(HandInJobs(world));
        // The course's condition speaks of deadlines.
        Assert.Null(WorkTaken(world));

        HandIn(world, "student01", "tp1", at + Duration.FromDays(1));
        world.Settle(at + Duration.FromDays(1));
        Assert.Equal((at + Duration.FromDays(1)).ToDateTimeOffset(), Assert.Single(StatusOf(world, "student01").HandedIn!).At);
        // Who handed in is taken at the deadline as well: nothing that was there then is lost.
        world.AtWork.Add("hand-in");
        world.Settle(Deadline);
        Assert.Equal(2, DueOf(world).Count);
    }

    [Fact]
    public void Who_hands_in_for_two_lessons_before_the_first_is_answered_is_answered_for_both()
    {
        var at = Moment("2026-12-01T10:00:00Z");
        var world = CourseWorld();
        world.Settle(at);
        HandIn(world, "student01", "tp2", at);
        HandIn(world, "student01", "tp1", at);
        // As it was written before.
        world.ChangeSeat("student02", spec => spec with { HandIn = new() { Lesson = "tp2", At = at.ToDateTimeOffset() } });
        world.Settle(at);
        Assert.Equal([("tp1", true), ("tp2", false)], StatusOf(world, "student01").HandedIn!.Select(answer => (answer.Lesson, answer.Late == true)).Order());
        Assert.Equal("tp2", Assert.Single(StatusOf(world, "student02").HandedIn!).Lesson);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2026-11-28T10:00")]
    [InlineData("2026-12-05T12:00")]
    public void Whose_extension_is_withdrawn_or_shortened_or_given_for_another_lesson_is_taken_all_the_same(string? instead)
    {
        var world = CourseWorld();
        var taken = Record(world);
        world.Settle(Deadline - Duration.FromHours(1));
        world.ChangeSeat("student02", spec => spec with { HandInUntil = "2026-12-01T12:00" });
        world.Settle(Deadline + Duration.FromMinutes(1));
        Assert.Equal(["student01"], taken.Select(item => item.Login));
        world.ChangeSeat("student02", spec => spec with { HandInUntil = instead });
        // Here the extension to the fifth of December has become one for tp2, whose deadline is the day before.
        world.Settle(Deadline + Duration.FromDays(2));
        Assert.Equal(["student01", "student02"], taken.Select(item => item.Login));
        Assert.True(world.IsNothing(Plan(world, Deadline + Duration.FromDays(2))));
    }

    [Fact]
    public void Whatever_extensions_are_given_and_withdrawn_each_deadline_that_passes_is_taken_once() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var world = CourseWorld();
            var taken = Record(world);
            var (now, from) = (Deadline - Duration.FromDays(2), new LocalDateTime(2026, 11, 26, 12, 0));
            for (var step = 0; step < 12; step++)
            {
                var login = random.Next(2) == 0 ? "student01" : "student02";
                if (random.Next(3) > 0)
                {
                    var until = random.Next(3) == 0 ? null : MesoNet.IAaS.Planning.Timetable.LocalTimes.Write(from.PlusHours(random.Next(0, 24 * 12)));
                    world.ChangeSeat(login, spec => spec with { HandInUntil = until });
                }
                else if (random.Next(4) == 0)
                {
                    var until = MesoNet.IAaS.Planning.Timetable.LocalTimes.Write(new LocalDateTime(2026, 11, 27, 23, 59).PlusHours(random.Next(0, 40)));
                    world.Change(spec => spec with { Lessons = [spec.Lessons![0] with { HandInUntil = until }, spec.Lessons[1]] });
                }

                var before = taken.ToList();
                now += Duration.FromMinutes(random.Next(1, 60 * 24 * 2));
                world.Settle(now);
                Assert.Equal(taken.Count, taken.Select(item => (item.Lesson, item.SeatName, item.Deadline)).Distinct().Count());
                foreach (var seat in world.All<Seat>())
                {
                    foreach (var lesson in new MesoNet.IAaS.Planning.Timetable.CourseTimetable(world.Environment.Spec, Duration.Zero).ForSeat(null, seat.Spec.HandInUntil).Lessons)
                    {
                        if (lesson.HandInUntil > now) continue;
                        var own = taken.Where(item => item.Lesson == lesson.Name && item.SeatName == seat.Metadata.Name).ToList();
                        Assert.True(own.Exists(item => item.Deadline >= lesson.HandInUntil), $"seed {seed}: {seat.Spec.Login} {lesson.Name} {lesson.HandInUntil} was never taken");
                        var isLater = !before.Exists(item => item.Lesson == lesson.Name && item.SeatName == seat.Metadata.Name && item.Deadline >= lesson.HandInUntil);
                        if (isLater) Assert.Contains(own, item => item.Deadline == lesson.HandInUntil);
                    }
                }
            }

            return true;
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Notes_are_written_only_in_the_seats_whose_deadline_is_another()
    {
        var world = CourseWorld();
        Record(world);
        world.ChangeSeat("student02", spec => spec with { HandInUntil = "2026-12-01T12:00" });
        world.Settle(Deadline + Duration.FromDays(5));
        Assert.Null(StatusOf(world, "student01").Taken);
        Assert.Equal(("tp1", Moment("2026-12-01T11:00:00Z").ToDateTimeOffset()), (Assert.Single(StatusOf(world, "student02").Taken!).Lesson, StatusOf(world, "student02").Taken![0].Until));
        Assert.Equal(Deadline.ToDateTimeOffset(), world.Environment.Status!.Submissions!.Lessons!.Single(lesson => lesson.Name == "tp1").TakenUntil);
    }

    [Fact]
    public void Who_is_missing_for_a_while_is_named_and_nobody_else_waits_for_their_answer()
    {
        var world = CourseWorld();
        world.Settle(Deadline - Duration.FromHours(1));
        HandIn(world, "student01", "tp1", Deadline - Duration.FromMinutes(1));
        world.AtWork.Add("hand-in");
        world.Settle(Deadline);
        Fail(world, $$"""{"reason":"SomeMissing","detail":"student02 for tp1 (Stale file handle)","failures":[{"lesson":"tp1","seat":"{{ObjectNames.Seat("test", "student02")}}","what":"Stale file handle","again":true}]}""");
        world.Settle(Deadline + Duration.FromSeconds(5));
        Assert.Equal(("False", "SomeMissing"), (WorkTaken(world)!.Status, WorkTaken(world)!.Reason));
        Assert.Contains("The work of student02 for tp1 (Stale file handle) is not taken yet", WorkTaken(world)!.Message, StringComparison.Ordinal);
        Assert.Equal((false, null), (Assert.Single(StatusOf(world, "student01").HandedIn!).Late, StatusOf(world, "student01").HandedIn![0].Problem));
        Assert.Null(world.Environment.Status!.Submissions!.Lessons);
        Assert.Equal(Deadline + Duration.FromMinutes(2), Next(world, Deadline + Duration.FromSeconds(5)));

        world.AtWork.Clear();
        world.Settle(Deadline + Duration.FromMinutes(2));
        Assert.Equal("True", WorkTaken(world)!.Status);
    }

    [Fact]
    public void After_the_deadline_it_is_late_and_a_home_that_cannot_be_taken_is_told_why()
    {
        var world = CourseWorld();
        world.Settle(Deadline + Duration.FromHours(1));
        var at = Deadline + Duration.FromHours(2);
        HandIn(world, "student02", "tp1", at);
        world.LastWord = job => job.Metadata.Label(Labels.Component) != "hand-in" ? null : $$"""{"students":{"tp1":1},"failed":{"tp1":0},"failures":[{"lesson":"tp1","seat":"{{ObjectNames.Seat("test", "student02")}}","what":"there is no folder template in the home"}]}""";
        world.Settle(at);
        var answer = Assert.Single(StatusOf(world, "student02").HandedIn!);
        Assert.Equal((true, "there is no folder template in the home"), (answer.Late, answer.Problem));
    }

    [Fact]
    public void A_notebook_that_stops_at_the_deadline_may_save_first_and_one_that_goes_on_is_not_waited_for()
    {
        var world = CourseWorld();
        world.Settle(Deadline - Duration.FromHours(1));
        world.ChangeSeat("student01", spec => spec with { WantedUntil = (Deadline + Duration.FromDays(1)).ToDateTimeOffset() });
        world.Settle(Deadline - Duration.FromMinutes(20));
        Assert.Single(world.SeatPods);
        var plan = Plan(world, Deadline);
        Assert.Empty(plan.Create.OfType<Job>());
        Assert.Contains(plan.Delete, deletion => deletion.Type == ResourceType.Of<ObservedPod>() || deletion.Type == ResourceType.Of<Pod>());
        Assert.Equal(Deadline + Duration.FromSeconds(30), Next(world, Deadline + Duration.FromSeconds(25)));
        // It does not go: taken all the same.
        Assert.Single(Plan(world, Deadline + Duration.FromSeconds(30)).Create.OfType<Job>());
    }

    [Theory]
    [InlineData("""{"reason":"VolumeFull","detail":"there is no room left on the volume"}""", "SubmissionsFull", "Raise spec.storage.submissionsSize", 10)]
    [InlineData("""{"reason":"Interrupted","detail":"another Job still works on the same volume"}""", "Interrupted", "it goes on in a moment", 0.5)]
    public void A_Job_that_fails_is_told_and_repeated_and_nothing_is_taken_for_done(string word, string reason, string sentence, double minutes)
    {
        var world = CourseWorld();
        world.Settle(Deadline - Duration.FromHours(1));
        world.AtWork.Add("hand-in");
        world.Settle(Deadline);
        Fail(world, word);
        world.Settle(Deadline + Duration.FromSeconds(5));
        Assert.Equal(("False", reason), (WorkTaken(world)!.Status, WorkTaken(world)!.Reason));
        Assert.Contains(sentence, WorkTaken(world)!.Message, StringComparison.Ordinal);
        Assert.Null(world.Environment.Status!.Submissions!.Lessons);
        Assert.Equal(Deadline + Duration.FromMinutes(minutes), Next(world, Deadline + Duration.FromSeconds(5)));

        world.AtWork.Clear();
        world.Settle(Deadline + Duration.FromMinutes(minutes));
        Assert.Equal("True", WorkTaken(world)!.Status);
    }

    [Fact]
    public void Deadlines_from_before_there_was_the_course_are_nobodys()
    {
        var world = CourseWorld(lessons: [new() { Name = "tp0", Start = "2026-11-02T14:00", End = "2026-11-02T17:00" }]);
        world.Settle(TestCourse.Start);
        Assert.Empty(HandInJobs(world));
        Assert.Null(world.Environment.Status!.Submissions);
    }

    [Fact]
    public void A_deadline_that_is_moved_on_is_another_one()
    {
        var world = CourseWorld();
        world.Settle(Deadline + Duration.FromHours(1));
        world.Change(spec => spec with { Lessons = [spec.Lessons![0] with { HandInUntil = "2026-11-28T23:59" }, spec.Lessons[1]] });
        var later = Deadline + Duration.FromDays(1);
        world.Settle(Deadline + Duration.FromHours(2));
        Assert.Empty(HandInJobs(world));
        world.AtWork.Add("hand-in");
        world.Settle(later);
        Assert.All(DueOf(world), due => Assert.Equal(later, due.Deadline));
    }

    [Fact]
    public void What_is_due_is_written_and_read_back_whatever_the_login() =>
        Prop.ForAll<NonEmptyString, int>((login, seconds) =>
        {
            var name = new string([.. login.Get.Where(letter => !char.IsWhiteSpace(letter) && letter != '/')]);
            var due = new DueHandIn("tp1", Deadline + Duration.FromSeconds(seconds), seconds % 2 == 0, seconds % 3 == 0 ? null : Deadline, "seat", name);
            return DueHandIn.Read(due.Write()) == due;
        }).Check(Config.QuickThrowOnFailure);

    // What Jobs that ended took at deadlines.
    private static List<DueHandIn> Record(World world)
    {
        var taken = new List<DueHandIn>();
        world.LastWord = job =>
        {
            if (job.Metadata.Label(Labels.Component) != "hand-in") return null;
            taken.AddRange(SubmissionsJob.DueOf(job).Where(item => item.RequestedAt is null));
            return """{"students":{"tp1":2},"failed":{"tp1":0},"failures":[]}""";
        };
        return taken;
    }

    private static void Fail(World world, string word)
    {
        var job = Assert.Single(HandInJobs(world));
        var at = Deadline.ToDateTimeOffset();
        world.Put(job with { Status = new() { Conditions = [new() { Type = "Failed", Status = "True", Reason = "BackoffLimitExceeded", LastTransitionTime = at }] } });
        world.Put(new Pod
        {
            Metadata = new() { Name = "failed-pod", Namespace = job.Metadata.Namespace, Labels = job.Spec!.Template!.Metadata!.Labels, OwnerReferences = [OwnerReference.To(job)] },
            Status = new() { Phase = "Failed", ContainerStatuses = [new() { Name = "hand-in", State = new() { Terminated = new() { ExitCode = 1, Message = word } } }] },
        });
    }

    private static void HandIn(World world, string login, string lesson, Instant at) =>
        world.ChangeSeat(login, spec => spec with { HandIns = new Dictionary<string, DateTimeOffset>(spec.HandIns ?? new Dictionary<string, DateTimeOffset>()) { [lesson] = at.ToDateTimeOffset() } });

    private static IEnumerable<Job> HandInJobs(World world) => world.All<Job>().Where(job => job.Metadata.Label(Labels.Component) == "hand-in");

    private static IReadOnlyList<DueHandIn> DueOf(World world) => SubmissionsJob.DueOf(Assert.Single(HandInJobs(world)));

    private static SeatStatus StatusOf(World world, string login) => world.All<Seat>().Single(seat => seat.Spec.Login == login).Status!;

    private static Condition? WorkTaken(World world) => world.Environment.Status!.Conditions!.FirstOrDefault(condition => condition.Type == SubmissionsPlanner.WorkTaken);

    private static EnvironmentPlan Plan(World world, Instant now) => ClassroomEnvironmentPlanner.Plan(world.Observe(), now);

    private static Instant Next(World world, Instant now) => Instant.FromDateTimeOffset(Plan(world, now).NextLookAt!.Value);

    private static Instant Moment(string text) => InstantPattern.General.Parse(text).Value;

    private static World CourseWorld(IReadOnlyList<Lesson>? lessons = null)
    {
        var environment = TestCourse.Environment("student01", "student02");
        var spec = environment.Spec with
        {
            TimeZone = "Europe/Paris",
            Lessons = lessons ??
            [
                new() { Name = "tp1", Start = "2026-11-23T14:00", End = "2026-11-23T17:00", HandInUntil = "2026-11-27T23:59" },
                new() { Name = "tp2", Start = "2026-11-30T14:00", End = "2026-11-30T17:00", HandInUntil = "2026-12-04T23:59" },
            ],
        };
        var world = new World(environment with { Spec = spec }, TestCourse.Template(), TestCourse.Dataset(), TestCourse.Node());
        world.Settle(TestCourse.Start);
        return world;
    }
}
