using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using static MesoNet.IAaS.UnitTests.Planning.Capacity.Site;
using static MesoNet.IAaS.UnitTests.Planning.Research.ResearchSite;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>What holds whatever the lessons: on eight cards, with a workspace of one to eight, lessons of one to eight students on some days of three weeks.</summary>
public sealed class ResearchLawTests
{
    private const string Gpu = "nvidia.com/gpu";
    private const int Cards = 8;

    [Fact]
    public void A_workspace_never_holds_what_a_lesson_needs_is_told_once_before_each_leaving_and_always_comes_back() =>
        Prop.ForAll<PositiveInt, NonEmptyArray<byte>>((seed, _) =>
        {
            var random = new Random(seed.Get);
            var gpus = random.Next(1, Cards + 1);
            var site = new ResearchSite(Of(gpus: $"{gpus}"), [Node("node", (Gpu, $"{Cards}")), Template("gpu", Gpu), .. RandomCourses(random)]);
            var bookings = site.Calendar.Bookings;
            var end = bookings.Select(booking => booking.Until).DefaultIfEmpty(Now).Max() + Duration.FromHours(2);

            var before = WorkspaceStage.Starting;
            Instant? toldSince = null;
            // Of its volume nothing is said, and nobody asks: three weeks have too many five minutes.
            site.Answer = at => new(true, null, at, true, at);
            foreach (var at in site.Follow(Now, end))
            {
                if (site.CurrentPod is not null) Check(bookings.Where(booking => booking.IsAt(at)).Sum(booking => booking.Seats) + gpus <= Cards, $"it holds {gpus} at {at}");
                if (site.Stage == WorkspaceStage.Stopping && before != WorkspaceStage.Stopping) toldSince = at;
                if (site.Stage == WorkspaceStage.Yielding && before is WorkspaceStage.Running or WorkspaceStage.Stopping && site.Stage != before)
                {
                    Check(before == WorkspaceStage.Stopping && toldSince is { } since && at - since == Duration.FromMinutes(10), $"it was not told ten minutes before {at}, but at {toldSince}");
                    toldSince = null;
                }

                before = site.Stage;
            }

            Check(site.Stage == WorkspaceStage.Running, $"it does not come back: {site.Condition("Ready").Message}");
            Check(site.Workspace.Status!.LostSince is null, "it still counts what it loses");
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Where_a_workspace_is_away_lessons_need_its_room_or_come_back_soon() =>
        Prop.ForAll<PositiveInt, PositiveInt>((seed, minutes) =>
        {
            var random = new Random(seed.Get);
            var gpus = random.Next(1, Cards + 1);
            var site = new ResearchSite(Of(gpus: $"{gpus}"), [Node("node", (Gpu, $"{Cards}")), Template("gpu", Gpu), .. RandomCourses(random)]);
            var at = Now + Duration.FromMinutes(minutes.Get % 30_000);
            var (absence, holdsUntil) = site.Calendar.Research.NextAbsence(site.Key, at);
            Check(holdsUntil > at, "the answer does not hold");
            if (absence is null) return;
            Check(absence.Until > at && absence.From < absence.Until && absence.Holders.Count > 0, "it is over, or nobody's");
            foreach (var moment in new[] { Instant.Max(at, absence.From), absence.Until - Duration.FromSeconds(1) })
                Check(Needed(moment) + gpus > Cards, $"nobody needs its room at {moment}");
            Check(Needed(absence.Until) + gpus <= Cards, $"its room is still needed at {absence.Until}");

            int Needed(Instant moment) => site.Calendar.Bookings.Where(booking => booking.IsAt(moment)).Sum(booking => booking.Seats);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_admitted_without_making_room_collides_with_no_lesson_and_what_is_not_does() =>
        Prop.ForAll<PositiveInt, PositiveInt>((seed, _) =>
        {
            var random = new Random(seed.Get);
            var gpus = random.Next(1, Cards + 1);
            var site = new ResearchSite(Of(gpus: $"{gpus}", yields: false), [Node("node", (Gpu, $"{Cards}")), Template("gpu", Gpu), .. RandomCourses(random)]);
            var most = site.Calendar.Bookings.SelectMany(booking => new[] { booking.From, booking.Until }).Where(moment => moment >= Now).Append(Now)
                .Max(moment => site.Calendar.Bookings.Where(booking => booking.Environment != site.Key && booking.IsAt(moment)).Sum(booking => booking.Seats));
            site.Settle(Now);
            Check(site.Condition("Admitted").Status == (most + gpus <= Cards ? "True" : "False"), $"{most} are booked at once and it asks for {gpus}: {site.Condition("Admitted").Message}");
            Check((site.CurrentPod is not null) == (most + gpus <= Cards), "it runs, or does not");
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Windows_are_in_order_apart_and_within_the_last_day() =>
        Prop.ForAll<PositiveInt, NonNegativeInt>((seed, hours) =>
        {
            var random = new Random(seed.Get);
            var running = random.Next(3) switch
            {
                0 => new RunningTime { Hours = RunningHours.Always },
                1 => new RunningTime { Hours = RunningHours.NightsAndWeekends },
                _ => new RunningTime
                {
                    Hours = RunningHours.Timetable,
                    Weekly = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new WeeklyHours { Days = [(Weekday)random.Next(7), (Weekday)random.Next(7)], From = Time(random), Until = Time(random) })],
                },
            };
            var from = Now + Duration.FromHours(hours.Get % 2000);
            // Over the night on which the clocks go forward.
            var known = WorkspaceHours.Of("2027-04-15", running, "Europe/Paris")!;
            var windows = known.Windows(from).ToList();
            Check(windows.All(window => window.From < window.Until && window.Until > from && window.Until <= known.End), "one is empty, or over, or too late");
            Check(windows.Zip(windows.Skip(1)).All(pair => pair.First.Until < pair.Second.From), "two touch or overlap");
            // The same from any moment within: what is to come does not depend on when one asks.
            if (windows.Count > 1) Check(known.Windows(windows[1].From).First() == windows[1], "it depends on when one asks");
        }).QuickCheckThrowOnFailure();

    private static string Time(Random random) => $"{random.Next(24):00}:{random.Next(4) * 15:00}";

    private static void Check(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }

    /// <summary>Courses of one to four students each, so that two at once always fit: what lessons lack themselves is another law's.</summary>
    private static IEnumerable<ClassroomEnvironment> RandomCourses(Random random) => Enumerable.Range(1, random.Next(1, 3)).Select(course => Course(
        $"course{course}", "gpu", course, random.Next(1, 5),
        [.. Enumerable.Range(0, random.Next(0, 8)).Select(_ => random.Next(21)).Distinct().Order().Select(day =>
        {
            var start = new LocalDateTime(2026, 11, 23, 8, 0).PlusDays(day).PlusMinutes(15 * random.Next(32));
            return Lesson($"tp{day}", LocalTimes.Write(start), LocalTimes.Write(start.PlusMinutes(15 * random.Next(1, 16))));
        })]));
}
