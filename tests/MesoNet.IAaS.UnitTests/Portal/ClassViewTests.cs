using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Activity;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;
using Site = MesoNet.IAaS.UnitTests.Planning.Capacity.Site;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>What a teacher sees of a class, and what of it is sent when it changes.</summary>
public sealed class ClassViewTests
{
    private static readonly Instant InLesson = Instant.FromUtc(2026, 11, 23, 13, 30);

    private static readonly ClassroomEnvironment Course = Site.Course("intro", "pytorch", 0, 4, Site.Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00"));

    [Fact]
    public void A_seat_that_answers_is_ready_and_has_no_reason() =>
        Assert.Equal((SeatStep.Ready, null), Told(Seat(1) with { Status = new() { State = SeatState.Starting, Reason = "NoRoom" } }, Pod(1, ready: true)));

    [Fact]
    public void A_seat_without_a_node_waits_for_room_and_says_why() =>
        Assert.Equal((SeatStep.Queued, "NoRoom"), Told(Seat(1) with { Status = new() { State = SeatState.Starting, Reason = "NoRoom" } }, Pod(1, node: null)));

    [Fact]
    public void A_start_that_takes_its_time_needs_no_reason() =>
        Assert.Equal((SeatStep.Preparing, null), Told(Seat(1) with { Status = new() { State = SeatState.Starting, Reason = "Starting" } }, Pod(1)));

    [Fact]
    public void A_seat_that_cannot_start_has_failed_and_says_why() =>
        Assert.Equal((SeatStep.Failed, "ImagePullFailed"), Told(Seat(1) with { Status = new() { State = SeatState.Failed, Reason = "ImagePullFailed" } }, Pod(1)));

    [Fact]
    public void A_seat_that_nobody_opened_says_so() =>
        Assert.Equal((SeatStep.Stopped, "Absent"), Told(Seat(1) with { Status = new() { State = SeatState.Stopped, Reason = "Absent" } }, null));

    [Fact]
    public void Before_the_lesson_seats_are_closed() => Assert.Equal((SeatStep.Closed, null), Told(Seat(1), null, Instant.FromUtc(2026, 11, 20, 8, 0)));

    [Fact]
    public void An_extension_opens_the_seat_of_its_student_alone()
    {
        var after = Instant.FromUtc(2026, 11, 24, 8, 0);
        var extended = Seat(1) with { Spec = Seat(1).Spec with { HandInUntil = "2026-11-25T12:00" }, Status = new() { State = SeatState.Stopped } };
        Assert.Equal((SeatStep.Stopped, SeatStep.Closed), (Told(extended, null, after).Step, Told(Seat(2), null, after).Step));
    }

    [Fact]
    public void A_timetable_that_was_never_right_makes_no_page_fail()
    {
        var wrong = Course with { Spec = Course.Spec with { TimeZone = "Mars/Olympus", Lessons = [Site.Lesson("tp1", "2026-02-30T14:00", "2026-02-30T17:00")] } };
        Assert.Empty(View(wrong, [Tile(1)]).Timetable.Running);
    }

    [Fact]
    public void Only_the_tile_that_changed_is_sent_and_the_counts()
    {
        var stream = new ClassStream(View(Course, [Tile(1), Tile(2)]), "tp1", Language.French);
        var news = stream.Take(View(Course, [Tile(1), Tile(2) with { Step = SeatStep.Failed, Reason = "Crashing" }]));
        Assert.Equal(
            "<p id=\"counts\" hx-swap-oob=\"true\">2 étudiants&#xA0;: 1 prêt, 1 en échec</p>"
            + "<a id=\"label2\" class=\"bad\" href=\"/class/label2\" hx-swap-oob=\"true\">student02 <b>en échec</b> <small>JupyterLab s’arrête sans cesse</small></a>", news);
        Assert.Equal("", stream.Take(View(Course, [Tile(1), Tile(2) with { Step = SeatStep.Failed, Reason = "Crashing" }])));
    }

    [Fact]
    public void A_page_that_missed_something_is_sent_all()
    {
        var news = new ClassStream(null, "tp1", Language.English).Take(View(Course, [Tile(1), Tile(2)]));
        Assert.Contains("id=\"tiles\" hx-swap-oob", news, StringComparison.Ordinal);
        Assert.Contains("id=\"state\"", news, StringComparison.Ordinal);
        Assert.Contains("id=\"tiles\" hx-swap-oob", new ClassStream(null, "", Language.English).Take(View(Course, [])), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_joins_the_class_or_leaves_it_moves_the_others()
    {
        var stream = new ClassStream(View(Course, [Tile(1), Tile(2)]), "tp1", Language.English);
        Assert.Contains("id=\"tiles\"", stream.Take(View(Course, [Tile(1), Tile(3)])), StringComparison.Ordinal);
    }

    [Fact]
    public void What_students_and_operators_wrote_is_text_in_the_page_and_one_line_in_the_stream()
    {
        var hostile = Course with { Status = new() { Conditions = [new() { Type = "Ready", Status = "False", Reason = "Crashing", Message = "first\n\ndata: <script>" }] } };
        var news = new ClassStream(null, "tp1", Language.French).Take(View(hostile, [Tile(1) with { Login = "<script>alert(1)</script>", Group = "\"><img>" }]));
        Assert.DoesNotContain("<script", news, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", news, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', news);
    }

    [Fact]
    public void A_thousand_students_are_a_page_that_any_network_carries()
    {
        var inLesson = Thousand(number => (SeatUse)(number % 3));
        Assert.InRange(Bytes(ClassFragments.Tiles(View(Course, inLesson), Language.French)), 50_000, 130_000);
        Assert.InRange(Bytes(ClassFragments.Tiles(View(Course, [.. inLesson.Select(tile => tile with { Use = SeatUse.NotOpened })]), Language.French)), 50_000, 130_000);
        // A third has what is longest to say.
        Assert.InRange(Bytes(ClassFragments.Tiles(View(Course, [.. inLesson.Select(tile => tile.Use == SeatUse.Idle ? tile with { Step = SeatStep.Queued, Use = null, Reason = "NotReserved" } : tile)]), Language.French)), 50_000, 140_000);
    }

    [Fact]
    public void Of_a_thousand_tiles_only_the_one_that_changed_is_sent()
    {
        var tiles = Thousand(_ => SeatUse.Working);
        var stream = new ClassStream(View(Course, tiles), "tp1", Language.French);
        tiles[499] = tiles[499] with { Use = SeatUse.Idle };
        Assert.Equal(
            "<p id=\"counts\" hx-swap-oob=\"true\">1000 étudiants&#xA0;: 999 travaillent, 1 inactif</p>"
            + $"<a id=\"{tiles[499].Label}\" class=\"idle\" href=\"/class/{tiles[499].Label}\" hx-swap-oob=\"true\">student0500 <b>inactif</b></a>",
            stream.Take(View(Course, tiles)));
        Assert.Equal("", stream.Take(View(Course, tiles)));
    }

    [Fact]
    public void Who_works_and_who_does_not_is_counted()
    {
        SeatTile[] tiles = [Tile(1), Tile(2) with { Use = SeatUse.NotOpened }, Tile(3) with { Use = SeatUse.Working }, Tile(4) with { Use = SeatUse.Idle }, Tile(5) with { Use = SeatUse.Working }, Tile(6) with { Step = SeatStep.Failed }];
        Assert.Contains("6 étudiants&#xA0;: 2 travaillent, 1 inactif, 1 pas encore ouvert, 1 prêt, 1 en échec<", ClassFragments.Counts(View(Course, tiles), Language.French), StringComparison.Ordinal);
        Assert.Contains("6 students: 2 working, 1 idle, 1 not opened yet, 1 ready, 1 failed<", ClassFragments.Counts(View(Course, tiles), Language.English), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_pod_said_while_it_was_ready_is_not_told_of_one_that_is_not()
    {
        FollowedTimetable timetable = new(Course, null, InLesson);
        Assert.Equal(SeatUse.Working, SeatTile.Of(Seat(1), Pod(1, ready: true), timetable, SeatUse.Working).Use);
        Assert.Null(SeatTile.Of(Seat(1), Pod(1), timetable, SeatUse.Working).Use);
    }

    [Fact]
    public void The_page_asks_to_be_refreshed_when_a_lesson_begins_that_it_has_no_buttons_for()
    {
        var view = View(Course, [Tile(1)]);
        Assert.DoesNotContain("actualiser", ClassFragments.State(view, "tp1", Language.French), StringComparison.Ordinal);
        Assert.Contains("actualiser", ClassFragments.State(view, "", Language.French), StringComparison.Ordinal);
    }

    [Fact]
    public void An_assistant_has_the_students_and_the_lessons_of_their_groups()
    {
        var course = Course with { Spec = Course.Spec with { Teachers = [new() { Login = "teacher1" }, new() { Login = "assistant1", Groups = ["A"] }] } };
        Visitor Known(string login, bool isIdentified = true) => new(login, isIdentified, new HashSet<SiteRole>(), []);
        var assistant = TaughtCourse.Of(course, Known("Assistant1"))!;
        Assert.Equal((true, false, false), (assistant.Has("A"), assistant.Has("B"), assistant.Has(null)));
        Assert.Equal((false, true, false, false), (assistant.MayChange(null), assistant.MayChange(["A"]), assistant.MayChange(["A", "B"]), assistant.MayChange([])));
        Assert.True(TaughtCourse.Of(course, Known("teacher1"))!.MayChange(null));
        Assert.Null(TaughtCourse.Of(course, Known("student01")));
        // Whoever opened an invitation is not believed to be the teacher of that name.
        Assert.Null(TaughtCourse.Of(course, Known("teacher1", isIdentified: false)));
    }

    [Fact]
    public void The_operators_own_sentences_name_any_student_and_are_not_for_an_assistant_of_some_groups()
    {
        var full = Course with { Status = new() { Conditions = [new() { Type = "HomesWithinQuota", Status = "False", Reason = "HomesOverQuota", Message = "student02 uses 5.2 GiB of 5 GiB." }] } };
        var teachers = View(full, [Tile(1)]);
        Assert.Contains("student02 uses 5.2 GiB", ClassFragments.State(teachers, "tp1", Language.French), StringComparison.Ordinal);
        var assistants = ClassFragments.State(teachers with { Taught = new(full, false, ["A"]) }, "tp1", Language.French);
        Assert.DoesNotContain("student02", assistants, StringComparison.Ordinal);
        Assert.DoesNotContain("<details>", assistants, StringComparison.Ordinal);
        // That something is wrong they read.
        Assert.Contains("Des étudiants ont rempli leur dossier", assistants, StringComparison.Ordinal);
    }

    private static (SeatStep Step, string? Reason) Told(Seat seat, ObservedPod? pod, Instant? now = null)
    {
        var tile = SeatTile.Of(seat, pod, new(Course, null, now ?? InLesson));
        return (tile.Step, tile.Reason);
    }

    private static ClassView View(ClassroomEnvironment course, IReadOnlyList<SeatTile> tiles) => new(new(course, true, []), new(course, null, InLesson), tiles);

    private static List<SeatTile> Thousand(Func<int, SeatUse> use) =>
    [
        .. Enumerable.Range(1, 1000).Select(number => new SeatTile($"s{number:00000000000000000000}", $"student{number:0000}", number % 2 == 0 ? "A" : "B", SeatStep.Ready, null) { Use = use(number) }),
    ];

    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    private static SeatTile Tile(int number) => new($"label{number}", $"student{number:00}", "A", SeatStep.Ready, null);

    private static Seat Seat(int number) => new()
    {
        Metadata = new() { Name = $"intro-student{number:00}", Namespace = "course-intro" },
        Spec = new() { Environment = "intro", Login = $"student{number:00}", Group = number % 2 == 1 ? "A" : "B" },
    };

    private static ObservedPod Pod(int number, bool ready = false, string? node = "node1") => new()
    {
        Metadata = new() { Name = $"intro-student{number:00}", Namespace = "course-intro" },
        Spec = new() { NodeName = node },
        Status = new() { Conditions = [new() { Type = "Ready", Status = ready ? "True" : "False" }] },
    };
}
