using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Warming;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Cli.Simulation;

/// <summary>
/// A site's courses played through on a virtual clock, event by event, with the operator's own decisions: stages and leads (<see cref="StartSchedule"/>,
/// <see cref="SeatTimetable"/>), the moment each seat is started, and how many seats of a lesson fit (<see cref="SiteCalendar"/>). Only the world is
/// a model: a seat goes where most is free, waits where nothing is, fetches its image where the node has not had it, and takes the longer to
/// answer the more seats start beside it. Students come to every lesson, nodes do not fail, nothing runs in hand-in, and no image is fetched
/// ahead. Nothing is random: the same input gives the same output.
/// </summary>
internal sealed class SiteSimulation
{
    /// <summary>The same, in one line, for whoever reads the figures.</summary>
    public const string Assumptions =
        "Model: every student comes to every lesson and uses nothing in hand-in; nodes do not fail; a node fetches an image once, when the first seat needs it, at the site's rate; "
        + "a start takes the site's seconds plus some for each seat starting on the node at once; of a lesson that does not fit, the seats that do are started.";

    private readonly SiteFolder site;
    private readonly Instant until;
    private readonly PriorityQueue<Action, (Instant At, Order Order, long Number)> events = new();
    private readonly List<SimulatedSeat> waiting = [];
    private readonly Dictionary<string, SimulatedNode> nodes;
    private readonly Placement placement;
    private readonly Dictionary<(SimulatedCourse Course, string? Lesson), LessonRun> runs = [];
    private long numbered;
    private Instant now;

    private SiteSimulation(SiteFolder site, Instant from, Instant until)
    {
        (this.site, this.until, now) = (site, until, from);
        nodes = site.Objects.Nodes.ToDictionary(node => node.Metadata.Name!, node => new SimulatedNode(node.Metadata.Name!), StringComparer.Ordinal);
        placement = new(site.Objects.Nodes);
        Calendar = SiteCalendar.Of(site.Objects.Environments, site.Objects.Templates, site.Objects.Nodes);
        From = from;
    }

    // At one moment, first all that ends, then what begins.
    private enum Order
    {
        Look,
        Start,
        Answer,
    }

    /// <summary>Where it begins.</summary>
    public Instant From { get; }

    /// <summary>What the courses booked, as their teachers could have read it before the first lesson.</summary>
    public SiteCalendar Calendar { get; }

    /// <summary>All lessons, in the order in which their first seats were wanted.</summary>
    public IReadOnlyList<LessonRun> Runs => [.. runs.Values];

    /// <summary>What was booked and used of each device.</summary>
    public DeviceLedger Ledger { get; } = new();

    /// <summary>Plays a site from one moment to another.</summary>
    public static SiteSimulation Run(SiteFolder site, Instant from, Instant until)
    {
        var simulation = new SiteSimulation(site, from, until);
        simulation.Play();
        return simulation;
    }

    private void Play()
    {
        var templates = site.Objects.Templates.ToDictionary(template => template.Metadata.Name!, StringComparer.Ordinal);
        var order = site.Objects.Environments.OrderBy(environment => environment.Metadata.CreationTimestamp ?? DateTimeOffset.MaxValue).ThenBy(environment => environment.Key.ToString(), StringComparer.Ordinal);
        foreach (var (precedence, environment) in order.Index()) PlanLook(new(environment, templates[environment.Spec.Template.Name], precedence), From);
        while (events.TryDequeue(out var act, out var key) && key.At < until)
        {
            now = key.At;
            act();
        }

        now = until;
        foreach (var seat in runs.Keys.Select(key => key.Course).Distinct().SelectMany(course => course.Seats)) Stop(seat);
    }

    private void At(Instant moment, Order order, Action act) => events.Enqueue(act, (Instant.Max(moment, now), order, numbered++));

    private void PlanLook(SimulatedCourse course, Instant at)
    {
        var look = ++course.Look;
        At(at, Order.Look, () =>
        {
            if (course.Look == look) LookAt(course);
        });
    }

    /// <summary>One pass of the operator over a course: who is wanted now and is not, and who is no longer.</summary>
    private void LookAt(SimulatedCourse course)
    {
        var timetable = StartSchedule.TimetableOf(course.Environment, course.Timing, now);
        Note(course, warming => warming with { LeadSeconds = (int)timetable.Lead.TotalSeconds });
        var released = false;
        Instant? next = null;
        var wanted = new List<(SimulatedSeat Seat, StagePeriod Period)>();
        foreach (var group in course.Seats.GroupBy(seat => seat.Group, StringComparer.Ordinal))
        {
            var period = timetable.ForSeat(group.Key).At(now);
            if (period.Until is { } end && !(end >= next)) next = end;
            foreach (var seat in group)
            {
                if (period.HasLessonResources) wanted.Add((seat, period));
                else if (seat.Run is not null) released |= Stop(seat);
            }
        }

        foreach (var lesson in wanted.GroupBy(item => item.Period.Lesson, StringComparer.Ordinal)) Want(course, timetable, lesson.Key, [.. lesson.Select(item => item.Seat)]);
        if (released) At(now, Order.Start, PlaceWaiting);
        if (next is { } at) PlanLook(course, at);
    }

    private void Want(SimulatedCourse course, CourseTimetable timetable, string? name, IReadOnlyList<SimulatedSeat> seats)
    {
        var times = timetable.Lessons.FirstOrDefault(lesson => lesson.Name == name);
        if (!runs.TryGetValue((course, name), out var run)) runs[(course, name)] = run = new(course, times);
        var end = Instant.Min(times?.End ?? timetable.ValidUntil ?? until, until);
        var allowed = Calendar.FitOf(course.Environment.Key, From).SeatsThatFit(name) ?? seats.Count;
        foreach (var (rank, seat) in seats.Index())
        {
            if (seat.Run == run) continue;
            seat.Run = run;
            run.Asked++;
            foreach (var (resource, count) in Devices(course)) Ledger.Book(resource, count, now, end);
            if (seat.Phase == SeatPhase.Ready) run.ReadyAtBell++;
            if (seat.Phase != SeatPhase.Stopped || rank >= allowed) continue;
            seat.Phase = SeatPhase.Planned;
            var start = ++seat.Starts;
            At(times is null ? now : StartSchedule.StartOf(times.Start, timetable.Lead, rank, seats.Count), Order.Start, () =>
            {
                if (seat.Starts == start) Start(seat);
            });
        }
    }

    private void Start(SimulatedSeat seat)
    {
        seat.Created = now;
        if (Place(seat)) return;
        seat.Phase = SeatPhase.Waiting;
        seat.Run!.Waited++;
        waiting.Add(seat);
    }

    /// <summary>Somebody has left: those who wait are tried again, the courses first that were asked for first.</summary>
    private void PlaceWaiting()
    {
        var full = new HashSet<SeatResources>(ReferenceEqualityComparer.Instance);
        foreach (var seat in waiting.OrderBy(seat => seat.Course.Precedence).ThenBy(seat => seat.Created).ToList())
        {
            if (full.Contains(seat.Course.Template.Spec.Resources.Lesson)) continue;
            if (Place(seat)) waiting.Remove(seat);
            else full.Add(seat.Course.Template.Spec.Resources.Lesson);
        }
    }

    private bool Place(SimulatedSeat seat)
    {
        if (placement.PlaceWhereMostIsFree(seat.Course.Template.Spec.Resources.Lesson, seat.Course.Template.Architectures) is not { } name) return false;
        var node = seat.Node = nodes[name];
        seat.Phase = SeatPhase.Starting;
        seat.Placed = now;
        node.Starting++;
        var image = seat.Course.Template.Image!;
        var size = site.Model.Images.TryGetValue(image, out var known) ? known : site.Model.ImageMegabytes;
        var present = node.HasImageAt(image, Seconds(size / site.Model.PullMegabytesPerSecond), now);
        var start = seat.Starts;
        At(present + Seconds(site.Model.StartSeconds + site.Model.StartSecondsPerSeat * node.Starting), Order.Answer, () =>
        {
            if (seat.Starts == start) Answer(seat);
        });
        return true;
    }

    /// <summary>The seat's notebook answers. When it is the last of its lesson, the next lead is made from the slowest, as the operator does.</summary>
    private void Answer(SimulatedSeat seat)
    {
        var run = seat.Run!;
        seat.Phase = SeatPhase.Ready;
        seat.Node!.Starting--;
        run.Slowest = Duration.Max(run.Slowest, now - seat.Created);
        if (run.Lesson is null || now <= run.Lesson.Start) run.ReadyAtBell++;
        else run.ReadyLate++;
        if (run.Lesson is null || run.ReadyAtBell + run.ReadyLate < run.Asked) return;
        Note(seat.Course, warming => StartSchedule.Remember(warming with { Lesson = run.Lesson.Name }, (int)Math.Ceiling(run.Slowest.TotalSeconds)));
        PlanLook(seat.Course, now);
    }

    /// <returns>Whether a node got something back.</returns>
    private bool Stop(SimulatedSeat seat)
    {
        var wasPlaced = seat.Node is not null;
        if (seat.Node is { } node)
        {
            if (seat.Phase == SeatPhase.Starting) node.Starting--;
            placement.Release(node.Name, seat.Course.Template.Spec.Resources.Lesson);
            foreach (var (resource, count) in Devices(seat.Course)) Ledger.Use(resource, count, seat.Placed, now);
        }

        if (seat.Phase == SeatPhase.Waiting) waiting.Remove(seat);
        seat.Starts++;
        (seat.Node, seat.Run, seat.Phase) = (null, null, SeatPhase.Stopped);
        return wasPlaced;
    }

    private static void Note(SimulatedCourse course, Func<WarmingStatus, WarmingStatus> change)
    {
        var status = course.Environment.Status ?? new();
        course.Environment = course.Environment with { Status = status with { Warming = change(status.Warming ?? new()) } };
    }

    private static IEnumerable<(string Resource, decimal Count)> Devices(SimulatedCourse course) =>
        (course.Template.Spec.Resources.Lesson.Devices ?? new Dictionary<string, MesoNet.IAaS.Kubernetes.Objects.Quantity>()).Where(device => device.Value.Value > 0).Select(device => (device.Key, device.Value.Value));

    private static Duration Seconds(decimal seconds) => Duration.FromTicks((long)(seconds * NodaConstants.TicksPerSecond));
}
