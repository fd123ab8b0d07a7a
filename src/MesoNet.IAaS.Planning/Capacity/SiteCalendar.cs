using System.Collections.Concurrent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>
/// What all courses of a site need and when, beside what its nodes have. It is made anew when one of these changes, and answers for each course
/// whether its lessons fit. What is held for workspaces that make no room comes first: that was only admitted where lessons left it free, so whatever collides
/// with it was changed since. Then courses that were asked for earlier have precedence: nobody who asks later takes from them.
/// <code>
///   nodes        | A A A A . . . .     moment by moment: A (first asked for) is placed,
///   environments | A A A A B B B B     then B beside it; C finds no room, and is told
///   templates    | A A A A B B B B     by whom, and when it would
/// </code>
/// It never changes; answers are remembered, and may be asked for from several threads.
/// </summary>
public sealed class SiteCalendar
{
    private readonly IReadOnlyList<Node> nodes;
    private readonly NodeRooms rooms;
    private readonly IReadOnlyList<Booked> inOrder;
    private readonly BookingsInTime bookings;
    private readonly Dictionary<ObjectKey, Place> courses = [];
    private readonly HashSet<ObjectKey> research;
    private readonly ConcurrentDictionary<ObjectKey, LessonFits> fits = new();
    private readonly ConcurrentDictionary<ObjectKey, (Instant From, FitAnswer Answer)> answers = new();
    private readonly ConcurrentDictionary<(ObjectKey Course, string Lesson), IReadOnlyList<string>> lessonNodes = new();

    private SiteCalendar(IEnumerable<Booked> booked, IEnumerable<Node> nodes, Instant? now, IEnumerable<ResearchWorkspace> workspaces)
    {
        this.nodes = [.. nodes.OrderBy(node => node.Metadata.Name, StringComparer.Ordinal)];
        rooms = new(this.nodes, now);
        HoldsUntil = (now is { } moment ? SchedulableNodes.ChangesAt(this.nodes, moment) : null) ?? Instant.MaxValue;
        inOrder = [.. booked.OrderBy(item => item is BookedCourse).ThenBy(item => item.Created).ThenBy(item => item.Key.ToString(), StringComparer.Ordinal)];
        research = [.. inOrder.OfType<BookedWorkspace>().Select(workspace => workspace.Key)];
        var (kept, leftOver) = (new List<Booking>(), new List<(BookedCourse Course, IGrouping<string?, Booking> Lesson)>());
        foreach (var course in inOrder)
        {
            // What even an empty site could not hold cannot be kept for anybody, and must not keep others out: a slip in a roster would.
            var most = course.Bookings.Count == 0 ? 0 : new Placement(rooms).Room(rooms.ShapeOf(course.Seat, course.Architectures));
            if (course is not BookedCourse lessons)
            {
                kept.AddRange(course.Bookings.Where(booking => booking.Seats <= most));
                continue;
            }

            courses[course.Key] = new(lessons, kept.Count);
            foreach (var lesson in course.Bookings.GroupBy(booking => booking.Lesson, StringComparer.Ordinal))
            {
                if (lesson.Sum(booking => booking.Seats) <= most) kept.AddRange(lesson);
                else leftOver.Add((lessons, lesson));
            }
        }

        Bookings = [.. kept];
        // It has what all the others leave over, one such lesson after the other.
        foreach (var (course, lesson) in leftOver)
        {
            courses[course.Key].LeftOver[lesson.Key ?? ""] = kept.Count;
            kept.AddRange(lesson);
        }

        bookings = new([.. kept]);
        Research = new(rooms, bookings, Bookings.Count, inOrder.OfType<BookedWorkspace>(), workspaces, HoldsUntil);
    }

    /// <summary>What lessons leave to research workspaces.</summary>
    internal RoomForResearch Research { get; }

    /// <summary>All bookings that the site could hold, were it empty; in the order of precedence.</summary>
    public IReadOnlyList<Booking> Bookings { get; }

    /// <summary>When it must be made anew though nothing changes: a node has not been Ready for too long then.</summary>
    public Instant HoldsUntil { get; }

    /// <summary>The calendar of a site.</summary>
    /// <param name="environments">All its courses. One whose timetable breaks a rule books by the last one that did not.</param>
    /// <param name="templates">All its templates, with their platforms' images. A course whose template is missing books nothing: nobody knows what its seats need.</param>
    /// <param name="nodes">All its nodes.</param>
    /// <param name="previous">The calendar before. What it has answered to courses before the first that changed is not computed again.</param>
    /// <param name="now">The moment; where null, nodes that are not Ready count.</param>
    /// <param name="workspaces">All its research workspaces: those that were admitted book as courses do, all others make room.</param>
    public static SiteCalendar Of(
        IEnumerable<ClassroomEnvironment> environments, IEnumerable<CourseTemplate> templates, IEnumerable<Node> nodes, SiteCalendar? previous = null, Instant? now = null,
        IEnumerable<ResearchWorkspace>? workspaces = null)
    {
        var research = (workspaces ?? []).ToList();
        var byName = new Dictionary<string, CourseTemplate>(StringComparer.Ordinal);
        foreach (var template in templates) byName[template.Metadata.Name ?? ""] = template;
        var calendar = new SiteCalendar(
            [
                .. environments.Select(environment => byName.TryGetValue(environment.Spec.Template.Name, out var template)
                    ? BookedCourse.Of(environment, template, BookedCourse.LeadOf(environment, template))
                    : null).OfType<BookedCourse>(),
                .. research.Select(BookedWorkspace.Of).OfType<BookedWorkspace>(),
            ],
            nodes, now, research);
        if (previous is not null) calendar.Remember(previous);
        return calendar;
    }

    /// <summary>Whether a course's lessons that have not ended fit. Nearly free when it is asked again.</summary>
    public FitAnswer FitOf(ObjectKey environment, Instant now)
    {
        if (answers.TryGetValue(environment, out var known) && known.From <= now && now < known.Answer.HoldsUntil) return known.Answer;
        if (!courses.TryGetValue(environment, out var booked)) return FitAnswer.NothingBooked;
        var answer = FitsOf(environment, booked).Answer(now);
        if (now < HoldsUntil && HoldsUntil < answer.HoldsUntil) answer = answer with { HoldsUntil = HoldsUntil };
        answers[environment] = (now, answer);
        return answer;
    }

    /// <summary>The nodes that a lesson will run on, as far as can be known ahead: where the calendar itself finds room for it. Nearly free when it is asked again.</summary>
    public IReadOnlyList<string> NodesOf(ObjectKey environment, string lesson)
    {
        if (!courses.TryGetValue(environment, out var booked)) return [];
        return lessonNodes.GetOrAdd((environment, lesson), static (key, about) => about.Site.FitsOf(key.Course, about.Place).NodesOf(key.Lesson), (Site: this, Place: booked));
    }

    /// <summary>What of a resource is booked at a moment, how much of that is held for research workspaces that make no room, and by whom all of it is.</summary>
    /// <param name="resource">cpu, memory or an extended resource.</param>
    /// <param name="moment">The moment.</param>
    public (decimal Amount, decimal Held, IReadOnlyList<Holder> Holders) BookedAt(string resource, Instant moment)
    {
        var booked = bookings.At(moment, Bookings.Count).Select(booking => (booking, Amount: booking.Seats * AmountOf(booking.Resources, resource)))
            .Where(pair => pair.Amount > 0).ToList();
        return (
            booked.Sum(pair => pair.Amount),
            booked.Where(pair => research.Contains(pair.booking.Environment)).Sum(pair => pair.Amount),
            [.. booked.Select(pair => new Holder(pair.booking.Environment, pair.booking.Lesson)).Distinct()]);
    }

    /// <summary>What the nodes have of a resource.</summary>
    public decimal Capacity(string resource) => new Placement(rooms).Free(resource);

    /// <summary>The extended resources of the nodes, and those that are booked.</summary>
    public IReadOnlyList<string> Devices =>
    [
        .. rooms.Resources.Keys.Concat(Bookings.SelectMany(booking => booking.Resources.Devices?.Keys ?? [])).Where(ExtendedResources.IsName)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    // Two threads may both make it, and find the same.
    private LessonFits FitsOf(ObjectKey environment, Place booked) => fits.GetOrAdd(
        environment,
        static (_, about) => new(
            about.Place.Course, about.Site.RoomAfter(about.Place.Before, about.Place.Course),
            about.Place.LeftOver.ToDictionary(lesson => lesson.Key, lesson => about.Site.RoomAfter(lesson.Value, about.Place.Course), StringComparer.Ordinal), about.Site.rooms),
        (Site: this, Place: booked));

    private RoomInTime RoomAfter(int before, BookedCourse course) => new(rooms, bookings, before, rooms.ShapeOf(course.Seat, course.Architectures));

    /// <summary>Takes over the answers that cannot have changed: nobody who asks later changes those before.</summary>
    private void Remember(SiteCalendar previous)
    {
        var haveTheSameNodes = nodes.Count == previous.nodes.Count && rooms.Names.SequenceEqual(previous.rooms.Names, StringComparer.Ordinal)
            && nodes.Zip(previous.nodes).All(pair => pair.First.Metadata.Name == pair.Second.Metadata.Name && CapacityRules.HaveTheSameRoom(pair.First, pair.Second));
        if (!haveTheSameNodes) return;
        foreach (var (course, before) in inOrder.Zip(previous.inOrder).TakeWhile(pair => pair.First.IsSameAs(pair.Second)))
        {
            // What is left over is another matter: all who ask later count.
            if (course is BookedCourse && courses[course.Key].LeftOver.Count == 0 && previous.answers.TryGetValue(before.Key, out var known)) answers[course.Key] = known;
        }
    }

    private static decimal AmountOf(SeatResources seat, string resource) => resource switch
    {
        "cpu" => seat.Cpu.Value,
        "memory" => seat.Memory.Value,
        _ => seat.Devices?.GetValueOrDefault(resource).Value ?? 0,
    };

    /// <summary>Where a course stands among the bookings.</summary>
    /// <param name="Course">The course.</param>
    /// <param name="Before">How many bookings are before its own.</param>
    private sealed record Place(BookedCourse Course, int Before)
    {
        /// <summary>The same for each of its lessons that not even the empty site could hold, by name.</summary>
        public Dictionary<string, int> LeftOver { get; } = new(StringComparer.Ordinal);
    }
}
