using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.UnitTests.Planning.Research;
using NodaTime;
using static MesoNet.IAaS.UnitTests.Planning.Capacity.Site;

namespace MesoNet.IAaS.UnitTests.Planning.Capacity;

/// <summary>What holds of any calendar.</summary>
public sealed class SiteCalendarLawTests
{
    private static readonly string[] Devices = ["nvidia.com/gpu", "nvidia.com/mig-1g.10gb", "amd.com/gpu"];
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(150);

    [Fact]
    public void Never_is_more_placed_than_a_node_has() =>
        Prop.ForAll(Worlds(), world =>
        {
            foreach (var moment in SiteCalendar.Of(world.Courses, world.Templates, world.Nodes).Bookings.Select(booking => booking.From))
            {
                var placement = new Placement(world.Nodes);
                var calendar = SiteCalendar.Of(world.Courses, world.Templates, world.Nodes);
                var used = new Dictionary<string, decimal>(StringComparer.Ordinal);
                foreach (var booking in calendar.Bookings.Where(booking => booking.IsAt(moment)))
                {
                    var (room, placed) = (placement.Room(booking.Resources), placement.Place(booking.Resources, booking.Seats));
                    if (placed != Math.Min(room, booking.Seats)) return false;
                    foreach (var (resource, amount) in Needs(booking.Resources)) used[resource] = used.GetValueOrDefault(resource) + amount * placed;
                }

                if (used.Any(pair => calendar.Capacity(pair.Key) - pair.Value != placement.Free(pair.Key) || placement.Free(pair.Key) < 0)) return false;
            }

            return true;
        }).Check(Runs);

    [Fact]
    public void One_node_by_itself_never_takes_more_than_it_has() =>
        Prop.ForAll(Worlds(), world =>
        {
            foreach (var node in world.Nodes)
            {
                var placement = new Placement([node]);
                foreach (var course in world.Courses) placement.Place(world.Templates.Single(template => template.Metadata.Name == course.Spec.Template.Name).Spec.Resources.Lesson, 50);
                if (node.Status!.Allocatable!.Keys.Any(resource => placement.Free(resource) < 0)) return false;
            }

            return true;
        }).Check(Runs);

    [Fact]
    public void A_course_that_asks_later_changes_nothing_for_those_before_it() =>
        Prop.ForAll(Worlds(), world =>
        {
            var all = SiteCalendar.Of(world.Courses, world.Templates, world.Nodes);
            var without = SiteCalendar.Of(world.Courses.SkipLast(1), world.Templates, world.Nodes);
            return world.Courses.SkipLast(1).All(course => Same(all.FitOf(course.Key, Now), without.FitOf(course.Key, Now)));
        }).Check(Runs);

    [Fact]
    public void A_time_that_is_named_fits_when_it_is_taken() =>
        Prop.ForAll(Worlds(), Gen.Choose(0, 6 * 24).ToArbitrary(), (world, hours) =>
        {
            // From the Friday before to the Thursday of the lessons' week.
            var now = Now + Duration.FromHours(hours);
            var calendar = SiteCalendar.Of(world.Courses, world.Templates, world.Nodes);
            foreach (var course in world.Courses)
            {
                foreach (var fit in calendar.FitOf(course.Key, now).Lessons.Where(fit => fit.Slots is not null))
                {
                    foreach (var slot in fit.Slots!)
                    {
                        if (LocalTimes.Moment(slot, LocalTimes.Zone(course.Spec)!) <= now) return false;
                        var moved = Moved(course, fit.Lesson!, slot);
                        if (CalendarRules.Check(moved.Spec).Any()) return false;
                        var again = SiteCalendar.Of(world.Courses.Select(other => other.Key == course.Key ? moved : other), world.Templates, world.Nodes);
                        if (!again.FitOf(course.Key, now).Lessons.Single(lesson => lesson.Lesson == fit.Lesson).Fits) return false;
                    }
                }
            }

            return true;
        }).Check(Runs);

    [Fact]
    public void A_calendar_that_remembers_the_one_before_answers_as_one_that_does_not() =>
        Prop.ForAll(Worlds(), Gen.Choose(0, 4).SelectMany(place => Gen.Choose(0, 3).Select(change => (place, change))).ToArbitrary(), (world, what) =>
        {
            var before = SiteCalendar.Of(world.Courses, world.Templates, world.Nodes);
            foreach (var course in world.Courses) before.FitOf(course.Key, Now);
            var changed = world.Courses.ToArray();
            var course2 = changed[what.place];
            changed[what.place] = what.change switch
            {
                0 => course2 with { Spec = course2.Spec with { Suspend = true } },
                1 => course2 with { Spec = course2.Spec with { Students = [.. course2.Spec.Students!.Skip(1)] } },
                2 => course2 with { Metadata = course2.Metadata with { CreationTimestamp = course2.Metadata.CreationTimestamp!.Value.AddDays(1) } },
                _ => course2 with { Status = new() { Warming = new() { LeadSeconds = 1800 } } },
            };
            var (with, without) = (SiteCalendar.Of(changed, world.Templates, world.Nodes, before), SiteCalendar.Of(changed, world.Templates, world.Nodes));
            var fewer = world.Nodes.Skip(1).ToArray();
            return changed.All(item => Same(with.FitOf(item.Key, Now), without.FitOf(item.Key, Now))
                && Same(SiteCalendar.Of(changed, world.Templates, fewer, before).FitOf(item.Key, Now), SiteCalendar.Of(changed, world.Templates, fewer).FitOf(item.Key, Now)));
        }).Check(Runs);

    [Fact]
    public void What_was_answered_to_earlier_courses_is_remembered()
    {
        var lesson = Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00");
        var (first, second) = (Course("first", "t", 1, 4, lesson), Course("second", "t", 2, 4, lesson));
        Node[] nodes = [Node("node", ("nvidia.com/gpu", "8"))];
        CourseTemplate[] templates = [Template("t", "nvidia.com/gpu")];
        var before = SiteCalendar.Of([first], templates, nodes);
        var answer = before.FitOf(first.Key, Now);
        Assert.Same(answer, SiteCalendar.Of([first, second], templates, nodes, before).FitOf(first.Key, Now));
        Assert.NotSame(answer, SiteCalendar.Of([first, second], templates, [.. nodes, Node("more")], before).FitOf(first.Key, Now));
    }

    [Fact]
    public void The_order_of_the_input_does_not_matter() =>
        Prop.ForAll(Worlds(), world =>
        {
            var one = SiteCalendar.Of(world.Courses, world.Templates, world.Nodes);
            var other = SiteCalendar.Of(world.Courses.Reverse(), world.Templates.Reverse(), world.Nodes.Reverse());
            return world.Courses.All(course => Same(one.FitOf(course.Key, Now), other.FitOf(course.Key, Now)));
        }).Check(Runs);

    [Fact]
    public void What_is_held_for_a_workspace_comes_before_all_courses_and_takes_no_seat_from_those_that_were_there() =>
        Prop.ForAll(Worlds(), Gen.Choose(-1, 2).SelectMany(device => Gen.Choose(1, 6).SelectMany(count => Gen.Choose(1, 60).Select(cpu => (device, count, cpu)))).ToArbitrary(), (world, asked) =>
        {
            var resources = new Dictionary<string, Quantity> { ["cpu"] = $"{asked.cpu}", ["memory"] = "8Gi" };
            if (asked.device >= 0) resources[Devices[asked.device]] = $"{asked.count}";
            var workspace = ResearchSite.Of(yields: false, change: spec => spec with { Resources = resources });
            workspace = workspace with { Metadata = workspace.Metadata with { Uid = "uid-1" } };
            var before = SiteCalendar.Of(world.Courses, world.Templates, world.Nodes);
            var status = ResearchWorkspacePlanner.Plan(new() { Key = workspace.Key, Workspace = workspace, Calendar = before }, Now).Status!;
            if (status.Admitted is null) return true;
            var after = SiteCalendar.Of(world.Courses, world.Templates, world.Nodes, workspaces: [workspace with { Status = status }]);
            return world.Courses.All(course => SeatsThatFit(before.FitOf(course.Key, Now)).Zip(SeatsThatFit(after.FitOf(course.Key, Now))).All(pair => pair.First <= pair.Second));
        }).Check(Runs);

    // What even the empty site cannot hold has what all others leave. (Seats may be gained: what is placed first may move others out of somebody's way.)
    private static IEnumerable<int> SeatsThatFit(FitAnswer answer) =>
        answer.Lessons.Where(lesson => lesson.Shortage?.EmptySite is null).Select(lesson => lesson.Seats - (lesson.Shortage?.Seats ?? 0));

    private static bool Same(FitAnswer a, FitAnswer b) =>
        a.Sentence == b.Sentence && a.Reason == b.Reason && a.Lessons.Select(lesson => lesson.Fits).SequenceEqual(b.Lessons.Select(lesson => lesson.Fits));

    private static IEnumerable<(string Resource, decimal Amount)> Needs(SeatResources seat) =>
        (seat.Devices ?? new Dictionary<string, Quantity>()).Select(device => (device.Key, device.Value.Value)).Append(("cpu", seat.Cpu.Value)).Append(("memory", seat.Memory.Value)).Append(("pods", 1));

    private static ClassroomEnvironment Moved(ClassroomEnvironment course, string name, LocalDateTime start) => course with
    {
        Spec = course.Spec with
        {
            Lessons =
            [
                .. course.Spec.Lessons!.Select(lesson => lesson.Name != name ? lesson : lesson with
                {
                    Start = LocalTimes.Write(start), End = Moved(start, lesson, lesson.End), HandInUntil = lesson.HandInUntil is { } deadline && LocalTimes.Time(deadline) < LocalTimes.Time(Moved(start, lesson, lesson.End)) ? Moved(start, lesson, deadline) : lesson.HandInUntil,
                }),
            ],
        },
    };

    private static string Moved(LocalDateTime start, Lesson lesson, string time) => LocalTimes.Write(start + (LocalTimes.Time(time)!.Value - LocalTimes.Time(lesson.Start)!.Value));

    // Few nodes and many courses in one week, so that much does not fit.
    private static Arbitrary<World> Worlds()
    {
        var node = Gen.Choose(0, 2).SelectMany(device => Gen.Choose(0, 8).Select(count => (Devices[device], $"{count}"))).ArrayOf(2);
        var nodes = node.ArrayOf(3).Select(all => all.Select((devices, number) => Node($"node{number}", [.. devices.DistinctBy(device => device.Item1)])).ToArray());
        var templates = Gen.Choose(-1, 2).SelectMany(device => Gen.Choose(1, 2).SelectMany(count => Gen.Choose(1, 20).Select(cpu =>
            (Func<string, CourseTemplate>)(name => Template(name, device < 0 ? null : Devices[device], count, $"{cpu}"))))).ArrayOf(5);
        var lesson = Gen.Choose(0, 4).SelectMany(day => Gen.Choose(8, 17).SelectMany(hour => Gen.Choose(1, 4).SelectMany(hours => Gen.Choose(0, 2).Select(group => (day, hour, hours, group)))));
        var course = Gen.Choose(0, 20).SelectMany(students => lesson.ArrayOf(4).SelectMany(lessons => Gen.Choose(0, 9).Select(always => (students, Lessons: always == 0 ? [] : lessons))));
        return nodes.SelectMany(n => templates.SelectMany(t => course.ArrayOf(5).Select(c => new World(
            n,
            [.. t.Select((make, number) => make($"template{number}"))],
            [.. c.Select((item, number) => Course($"course{number}", $"template{number}", number, item.students, Obeying(item.Lessons)))])))).ToArbitrary();
    }

    private static Lesson[] Obeying((int Day, int Hour, int Hours, int Group)[] wanted)
    {
        var lessons = new List<Lesson>();
        foreach (var (day, hour, hours, group) in wanted)
        {
            var start = new LocalDateTime(2026, 11, 23, hour, 0).PlusDays(day);
            var lesson = Lesson($"tp{lessons.Count}", LocalTimes.Write(start), LocalTimes.Write(start.PlusHours(hours)), group switch { 0 => [], 1 => ["A"], _ => ["B"] });
            // Some are handed in at once, some the next day, and some never end.
            lesson = lesson with { HandInUntil = ((day + hour) % 4) switch { 0 => lesson.End, 1 => LocalTimes.Write(start.PlusHours(hours).PlusDays(1)), 2 => "2027-01-31T23:59", _ => null } };
            var spec = Course("c", "t", 0, 1, [.. lessons, lesson]).Spec;
            if (!CalendarRules.Check(spec).Any()) lessons.Add(lesson);
        }

        return [.. lessons];
    }

    internal sealed record World(Node[] Nodes, CourseTemplate[] Templates, ClassroomEnvironment[] Courses)
    {
        public override string ToString() =>
            string.Join('\n', Nodes.Select(node => string.Join(' ', node.Status!.Allocatable!.Select(pair => $"{pair.Key}={pair.Value}")))
                .Concat(Templates.Select(template => $"{template.Metadata.Name}: {template.Spec.Resources.Lesson.Cpu} {string.Join(' ', (template.Spec.Resources.Lesson.Devices ?? new Dictionary<string, Quantity>()).Select(pair => $"{pair.Key}={pair.Value}"))}"))
                .Concat(Courses.Select(course => $"{course.Metadata.Name}: {course.Spec.Students!.Count} {string.Join(' ', course.Spec.Lessons!.Select(lesson => $"{lesson.Start}-{lesson.End}{string.Concat(lesson.Groups ?? [])}"))}")));
    }
}
