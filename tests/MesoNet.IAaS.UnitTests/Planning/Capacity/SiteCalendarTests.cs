using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;
using static MesoNet.IAaS.UnitTests.Planning.Capacity.Site;

namespace MesoNet.IAaS.UnitTests.Planning.Capacity;

public sealed class SiteCalendarTests
{
    private static readonly Node[] EightCards = [Node("node", ("nvidia.com/gpu", "8"))];
    private static readonly CourseTemplate[] Templates =
        [Template("card", "nvidia.com/gpu"), Template("slice", "nvidia.com/mig-1g.10gb"), Template("amd", "amd.com/gpu"), Template("plain")];

    [Fact]
    public void A_lesson_without_room_is_told_what_it_lacks_who_has_it_and_when_it_would_fit()
    {
        var calendar = Calendar(
            EightCards, Templates,
            Course("intro-ml", "card", 1, 4, Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00")),
            Course("vision", "card", 2, 8, Lesson("tp2", "2026-11-24T14:00", "2026-11-24T16:00")));
        Assert.Equal("Fits", calendar.FitOf(Key("intro-ml"), Now).Reason);
        var answer = calendar.FitOf(Key("vision"), Now);
        Assert.Equal("LessonDoesNotFit", answer.Reason);
        Assert.Equal(
            "The lesson \"tp2\" (2026-11-24 14:00) lacks 4 of 8 nvidia.com/gpu, which intro-ml (tp1) holds then. "
            + "It would fit on 2026-11-24 11:30, 2026-11-24 16:30 or 2026-11-24 09:30. Move the lesson, or ask the administrator for more.",
            answer.Sentence);
        Assert.Equal(4, answer.SeatsThatFit("tp2"));
    }

    [Fact]
    public void Who_asked_earlier_has_precedence_whoever_begins_first()
    {
        var calendar = Calendar(
            EightCards, Templates,
            Course("late", "card", 2, 8, Lesson("tp1", "2026-11-24T13:00", "2026-11-24T16:00")),
            Course("early", "card", 1, 8, Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00")));
        Assert.True(calendar.FitOf(Key("early"), Now).Fits);
        Assert.Contains("lacks 8 of 8 nvidia.com/gpu, which early (tp1) holds then", calendar.FitOf(Key("late"), Now).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Slices_cards_and_amd_cards_are_told_apart()
    {
        var nodes = new[] { Node("a", ("nvidia.com/gpu", "2")), Node("b", ("nvidia.com/mig-1g.10gb", "7")), Node("c", ("amd.com/gpu", "4")) };
        var lesson = Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00");
        var calendar = Calendar(
            nodes, Templates, Course("slices", "slice", 1, 7, lesson), Course("cards", "card", 2, 2, lesson), Course("amd", "amd", 3, 4, lesson),
            Course("more-slices", "slice", 4, 1, lesson), Course("many-cards", "card", 5, 3, lesson));
        Assert.All(["slices", "cards", "amd"], name => Assert.True(calendar.FitOf(Key(name), Now).Fits));
        Assert.Contains("lacks 1 of 1 nvidia.com/mig-1g.10gb, which slices (tp1) holds then", calendar.FitOf(Key("more-slices"), Now).Sentence, StringComparison.Ordinal);
        var never = calendar.FitOf(Key("many-cards"), Now);
        Assert.Equal("NotEnoughCapacity", never.Reason);
        Assert.StartsWith("The lesson \"tp1\" has 3 seats, and the cluster's nodes could hold 2 of them even if they were empty (nvidia.com/gpu runs out first).", never.Sentence, StringComparison.Ordinal);
        Assert.Null(never.Lessons.Single().Slots);
    }

    [Fact]
    public void Groups_come_one_after_the_other_and_need_room_for_one_only()
    {
        var calendar = Calendar(
            EightCards, Templates,
            Course("groups", "card", 1, 16, Lesson("tp1-a", "2026-11-24T14:00", "2026-11-24T16:00", "A"), Lesson("tp1-b", "2026-11-24T16:30", "2026-11-24T18:30", "B")));
        Assert.True(calendar.FitOf(Key("groups"), Now).Fits);
        Assert.All(calendar.Bookings, booking => Assert.Equal(8, booking.Seats));
    }

    [Fact]
    public void Two_lessons_of_one_course_at_once_are_one_too_many_for_the_later()
    {
        var calendar = Calendar(
            EightCards, Templates,
            Course("both", "card", 1, 16, Lesson("tp1-a", "2026-11-24T14:00", "2026-11-24T16:00", "A"), Lesson("tp1-b", "2026-11-24T15:00", "2026-11-24T17:00", "B")));
        var answer = calendar.FitOf(Key("both"), Now);
        Assert.Equal([true, false], answer.Lessons.Select(lesson => lesson.Fits));
        Assert.Contains("The lesson \"tp1-b\" (2026-11-24 15:00) lacks 8 of 8 nvidia.com/gpu, which its own lesson (tp1-a) holds then.", answer.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seat_that_goes_on_into_the_next_lesson_is_one_seat()
    {
        var calendar = Calendar(
            EightCards, Templates,
            Course("double", "card", 1, 8, Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00"), Lesson("tp2", "2026-11-24T16:00", "2026-11-24T18:00")));
        Assert.True(calendar.FitOf(Key("double"), Now).Fits);
        Assert.Equal([Local(13, 50), Local(16, 0)], calendar.Bookings.Select(booking => booking.From));
    }

    [Fact]
    public void A_course_without_lessons_holds_its_seats_all_the_time()
    {
        var lesson = Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00");
        var calendar = Calendar(EightCards, Templates, Course("always", "card", 1, 8), Course("other", "card", 2, 1, lesson), Course("always-too", "card", 3, 1));
        Assert.Equal(
            "The lesson \"tp1\" (2026-11-24 14:00) lacks 1 of 1 nvidia.com/gpu, which always holds then. It would fit at no other time of a working day in the four weeks around it. Shorten the roster, or ask the administrator for more.",
            calendar.FitOf(Key("other"), Now).Sentence);
        Assert.Equal("The course lacks 1 of 1 nvidia.com/gpu, which always holds now. Ask the administrator for more.", calendar.FitOf(Key("always-too"), Now).Sentence);
        Assert.Contains("which other (tp1) holds at 2026-11-24 13:50.", Calendar(EightCards, Templates, Course("other", "card", 1, 8, lesson), Course("always", "card", 2, 1)).FitOf(Key("always"), Now).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_lessons_without_room_are_counted()
    {
        var lessons = new[] { Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00"), Lesson("tp2", "2026-11-25T14:00", "2026-11-25T16:00"), Lesson("tp3", "2026-11-26T14:00", "2026-11-26T16:00") };
        var calendar = Calendar(EightCards, Templates, Course("first", "card", 1, 8, lessons), Course("second", "card", 2, 8, lessons));
        Assert.EndsWith("ask the administrator for more. 2 other lessons do not fit either.", calendar.FitOf(Key("second"), Now).Sentence, StringComparison.Ordinal);
        // What is over is over.
        Assert.EndsWith("ask the administrator for more. 1 other lesson does not fit either.", calendar.FitOf(Key("second"), Local(16, 0)).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Processors_and_memory_are_counted_in_their_own_words()
    {
        var lesson = Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00");
        var calendar = Calendar(
            [Node("node")], [Template("cpu", cpu: "4"), Template("memory", cpu: "1")], Course("a", "cpu", 1, 12, lesson), Course("b", "cpu", 2, 8, lesson));
        Assert.Contains("lacks 16 of 32 processor cores, which a (tp1) holds then", calendar.FitOf(Key("b"), Now).Sentence, StringComparison.Ordinal);
        var byMemory = Calendar([Node("node")], [Template("memory", cpu: "100m")], Course("a", "memory", 1, 60, lesson), Course("b", "memory", 2, 8, lesson));
        Assert.Contains("lacks 32 of 64 GiB of memory", byMemory.FitOf(Key("b"), Now).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_suspended_course_books_nothing_and_one_whose_timetable_is_wrong_what_it_booked_before()
    {
        var lesson = Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00");
        var course = Course("a", "card", 1, 8, lesson);
        Assert.Empty(Calendar(EightCards, Templates, course with { Spec = course.Spec with { Suspend = true } }).Bookings);
        var wrong = course with { Spec = course.Spec with { Lessons = [lesson with { End = "2026-11-24T13:00" }] } };
        Assert.Empty(Calendar(EightCards, Templates, wrong).Bookings);
        var before = wrong with { Status = new() { Timetable = new() { TimeZone = "Europe/Paris", Lessons = [lesson] } } };
        Assert.Equal(Local(16, 0), Assert.Single(Calendar(EightCards, Templates, before).Bookings).Until);
        Assert.Empty(Calendar(EightCards, [], course).Bookings);
    }

    [Fact]
    public void The_lead_is_the_one_that_was_measured()
    {
        var course = Course("a", "card", 1, 8, Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00"));
        Assert.Equal(Local(13, 50), Calendar(EightCards, Templates, course).Bookings.Single().From);
        var measured = course with { Status = new() { Warming = new() { LeadSeconds = 300 } } };
        Assert.Equal(Local(13, 55), Calendar(EightCards, Templates, measured).Bookings.Single().From);
        Assert.False(BookingComparison.HaveTheSameBookings(course, measured));
    }

    [Fact]
    public void An_answer_is_given_again_until_a_lesson_ends_or_a_time_it_named_is_over()
    {
        var calendar = Calendar(
            EightCards, Templates,
            Course("a", "card", 1, 8, Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00")), Course("b", "card", 2, 8, Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00")));
        Assert.Same(calendar.FitOf(Key("a"), Now), calendar.FitOf(Key("a"), Local(15, 59)));
        Assert.NotSame(calendar.FitOf(Key("a"), Now), calendar.FitOf(Key("a"), Local(16, 0)));
        var early = calendar.FitOf(Key("b"), Now);
        Assert.Contains("2026-11-24 09:30", early.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("2026-11-24 09:30", calendar.FitOf(Key("b"), Local(10, 0)).Sentence, StringComparison.Ordinal);
        Assert.Contains("Ask the administrator", calendar.FitOf(Key("b"), Local(13, 55)).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_status_that_is_written_changes_no_booking()
    {
        var course = Course("a", "card", 1, 8, Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00"));
        Assert.True(BookingComparison.HaveTheSameBookings(course, course with { Status = new() { Ready = "3/8", Timetable = new() { Lessons = course.Spec.Lessons } } }));
        Assert.True(BookingComparison.HaveTheSameBookings(course, course with { Spec = course.Spec with { Teachers = [new() { Login = "teacher1" }] } }));
        Assert.False(BookingComparison.HaveTheSameBookings(course, course with { Spec = course.Spec with { Students = [.. course.Spec.Students!.Skip(1)] } }));
        Assert.False(BookingComparison.HaveTheSameBookings(course, course with { Spec = course.Spec with { Suspend = true } }));
        Assert.True(BookingComparison.HaveTheSameBookings(Template("t", "nvidia.com/gpu"), Template("t", "nvidia.com/gpu")));
        Assert.False(BookingComparison.HaveTheSameBookings(Template("t", "nvidia.com/gpu"), Template("t", "amd.com/gpu")));
    }

    [Fact]
    public void A_lesson_that_the_empty_site_could_not_hold_has_what_all_others_leave_over_whoever_asked_first()
    {
        var lesson = Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00");
        var oversized = Course("oversized", "card", 1, 9, lesson);
        var calendar = Calendar(EightCards, Templates, oversized, Course("reserved", "card", 2, 5, lesson), Course("oversized-too", "card", 3, 10, lesson));
        Assert.True(calendar.FitOf(Key("reserved"), Now).Fits);
        var answer = calendar.FitOf(Key("oversized"), Now);
        Assert.Equal(("NotEnoughCapacity", 3), (answer.Reason, answer.SeatsThatFit("tp1")));
        Assert.Equal(Key("reserved"), Assert.Single(answer.Lessons[0].Shortage!.Holders).Environment);
        Assert.Equal(0, calendar.FitOf(Key("oversized-too"), Now).SeatsThatFit("tp1"));
        Assert.Equal(5, calendar.BookedAt("nvidia.com/gpu", Local(15, 0)).Amount);

        // A lesson that begins in the middle of it counts as well; and alone on the site it has the site.
        var later = Course("reserved", "card", 2, 5, Lesson("tp1", "2026-11-24T15:30", "2026-11-24T17:00"));
        Assert.Equal(3, Calendar(EightCards, Templates, oversized, later).FitOf(Key("oversized"), Now).SeatsThatFit("tp1"));
        var alone = Calendar(EightCards, Templates, oversized).FitOf(Key("oversized"), Now);
        Assert.Equal(8, alone.SeatsThatFit("tp1"));
        Assert.Empty(alone.Lessons[0].Shortage!.Holders);
    }

    [Fact]
    public void What_is_left_over_is_answered_anew_when_somebody_asks_later()
    {
        var lesson = Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00");
        var oversized = Course("oversized", "card", 1, 9, lesson);
        var before = Calendar(EightCards, Templates, oversized);
        Assert.Equal(8, before.FitOf(Key("oversized"), Now).SeatsThatFit("tp1"));
        var after = SiteCalendar.Of([oversized, Course("reserved", "card", 2, 5, lesson)], Templates, EightCards, before);
        Assert.Equal(3, after.FitOf(Key("oversized"), Now).SeatsThatFit("tp1"));
    }

    [Fact]
    public void Who_lacks_the_processors_beside_free_cards_is_told_who_has_them()
    {
        var lesson = Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00");
        CourseTemplate[] templates = [Template("amd", "amd.com/gpu", cpu: "32"), Template("card", "nvidia.com/gpu", cpu: "16")];
        var calendar = Calendar([Node("both", ("nvidia.com/gpu", "2"), ("amd.com/gpu", "2")), Node("plain")], templates, Course("a", "amd", 1, 2, lesson), Course("b", "card", 2, 2, lesson));
        Assert.Equal(Key("a"), Assert.Single(calendar.FitOf(Key("b"), Now).Lessons[0].Shortage!.Holders).Environment);
    }

    [Fact]
    public void A_node_that_is_not_ready_for_a_moment_counts_and_one_that_stays_so_does_not()
    {
        var course = Course("a", "card", 1, 8, Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00"));
        var away = EightCards[0] with
        {
            Status = EightCards[0].Status! with { Conditions = [new() { Type = "Ready", Status = "Unknown", LastTransitionTime = Now.ToDateTimeOffset() }] },
        };
        var ready = away with { Status = away.Status! with { Conditions = [new() { Type = "Ready", Status = "True", LastTransitionTime = Now.ToDateTimeOffset() }] } };
        Assert.False(CapacityRules.HaveTheSameRoom(ready, away));
        Assert.True(CapacityRules.HaveTheSameRoom(ready, ready with { Status = ready.Status! with { Conditions = [ready.Status.Conditions![0] with { LastTransitionTime = DateTimeOffset.UnixEpoch }] } }));

        var soon = SiteCalendar.Of([course], Templates, [away], now: Now + Duration.FromSeconds(30));
        var answer = soon.FitOf(Key("a"), Now + Duration.FromSeconds(30));
        Assert.True(answer.Fits);
        // It is looked at again when it has been away for too long, though nothing happens.
        Assert.Equal((Now + Duration.FromMinutes(5), Now + Duration.FromMinutes(5)), (soon.HoldsUntil, answer.HoldsUntil));
        var later = SiteCalendar.Of([course], Templates, [away], soon, Now + Duration.FromMinutes(5));
        Assert.Equal("NotEnoughCapacity", later.FitOf(Key("a"), Now + Duration.FromMinutes(5)).Reason);
        Assert.True(SiteCalendar.Of([course], Templates, [ready], later, Now + Duration.FromMinutes(6)).FitOf(Key("a"), Now + Duration.FromMinutes(6)).Fits);
    }

    [Fact]
    public void A_time_after_the_lessons_deadline_moves_that_as_well_and_says_so_and_none_is_past()
    {
        var lesson = Lesson("tp2", "2026-11-24T14:00", "2026-11-24T16:00") with { HandInUntil = "2026-11-24T17:00" };
        var course = Course("vision", "card", 2, 8, lesson);
        var calendar = Calendar(EightCards, Templates, Course("intro-ml", "card", 1, 8, Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00")), course);
        Assert.Contains("Move the lesson and its handInUntil with it, or ask", calendar.FitOf(Key("vision"), Now).Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("handInUntil", Calendar(
            EightCards, Templates, Course("intro-ml", "card", 1, 8, Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00")),
            Course("vision", "card", 2, 8, lesson with { HandInUntil = "2026-12-24T17:00" })).FitOf(Key("vision"), Now).Sentence, StringComparison.Ordinal);
        // On the morning of the last day of the validity the deadline has nowhere to go but the same day, and what is past is no choice.
        var last = course with { Spec = course.Spec with { Validity = new() { From = "2026-11-01", Until = "2026-11-24" }, Lessons = [lesson with { HandInUntil = "2026-11-24T22:30" }] } };
        var slots = Calendar(EightCards, Templates, Course("intro-ml", "card", 1, 8, Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00")), last).FitOf(Key("vision"), Local(10, 0)).Lessons[0].Slots!;
        Assert.All(slots, slot => Assert.InRange(slot, new LocalDateTime(2026, 11, 24, 10, 10), new LocalDateTime(2026, 11, 24, 20, 0)));
    }

    private static ObjectKey Key(string name) => new($"course-{name}", name);

    private static Instant Local(int hour, int minute) => Instant.FromUtc(2026, 11, 24, hour - 1, minute);
}
