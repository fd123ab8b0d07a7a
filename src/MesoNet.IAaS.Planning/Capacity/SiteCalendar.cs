using System.Collections.Concurrent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>
/// What all courses of a site need and when, beside what its nodes have. It is made anew when one of these changes, and answers for each course
/// whether its lessons fit. Courses that were asked for earlier have precedence: nobody who asks later takes from them.
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
    private readonly Dictionary<ObjectKey, (BookedCourse Course, int Before)> courses = [];
    private readonly ConcurrentDictionary<ObjectKey, LessonFits> fits = new();
    private readonly ConcurrentDictionary<ObjectKey, (Instant From, FitAnswer Answer)> answers = new();

    private SiteCalendar(IEnumerable<Booked> booked, IEnumerable<Node> nodes, IEnumerable<ResearchWorkspace> workspaces)
    {
        this.nodes = [.. nodes.OrderBy(node => node.Metadata.Name, StringComparer.Ordinal)];
        rooms = new(this.nodes);
        inOrder = [.. booked.OrderBy(course => course.Created).ThenBy(course => course.Key.ToString(), StringComparer.Ordinal)];
        var all = new List<Booking>();
        foreach (var course in inOrder)
        {
            if (course is BookedCourse lessons) courses[course.Key] = (lessons, all.Count);
            // What even an empty site could not hold cannot be kept for anybody, and must not keep others out: a slip in a roster would.
            var most = course.Bookings.Count == 0 ? 0 : new Placement(rooms).Room(rooms.ShapeOf(course.Seat));
            all.AddRange(course.Bookings.Where(booking => booking.Seats <= most));
        }

        bookings = new([.. all]);
        Research = new(rooms, bookings, workspaces);
    }

    /// <summary>What lessons leave to research workspaces.</summary>
    internal RoomForResearch Research { get; }

    /// <summary>All bookings that the site could hold, were it empty; in the order of precedence.</summary>
    public IReadOnlyList<Booking> Bookings => bookings.All;

    /// <summary>The calendar of a site.</summary>
    /// <param name="environments">All its courses. One whose timetable breaks a rule books by the last one that did not.</param>
    /// <param name="templates">All its templates. A course whose template is missing books nothing: nobody knows what its seats need.</param>
    /// <param name="nodes">All its nodes.</param>
    /// <param name="previous">The calendar before. What it has answered to courses before the first that changed is not computed again.</param>
    /// <param name="workspaces">All its research workspaces: those that were admitted book as courses do, all others make room.</param>
    public static SiteCalendar Of(
        IEnumerable<ClassroomEnvironment> environments, IEnumerable<CourseTemplate> templates, IEnumerable<Node> nodes, SiteCalendar? previous = null,
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
            nodes, research);
        if (previous is not null) calendar.Remember(previous);
        return calendar;
    }

    /// <summary>Whether a course's lessons that have not ended fit. Nearly free when it is asked again.</summary>
    public FitAnswer FitOf(ObjectKey environment, Instant now)
    {
        if (answers.TryGetValue(environment, out var known) && known.From <= now && now < known.Answer.HoldsUntil) return known.Answer;
        if (!courses.TryGetValue(environment, out var booked)) return FitAnswer.NothingBooked;
        // Two threads may both compute it, and find the same.
        var answer = fits.GetOrAdd(
            environment,
            static (_, found) => new(found.Course, new(found.Site.rooms, found.Site.bookings, found.Before, found.Course.Seat), found.Site.rooms),
            (Site: this, booked.Course, booked.Before)).Answer(now);
        answers[environment] = (now, answer);
        return answer;
    }

    /// <summary>What of a resource is booked at a moment, and by whom.</summary>
    /// <param name="resource">cpu, memory or an extended resource.</param>
    /// <param name="moment">The moment.</param>
    public (decimal Amount, IReadOnlyList<Holder> Holders) BookedAt(string resource, Instant moment)
    {
        var held = bookings.At(moment, int.MaxValue).Select(booking => (booking, Amount: booking.Seats * AmountOf(booking.Resources, resource)))
            .Where(pair => pair.Amount > 0).ToList();
        return (held.Sum(pair => pair.Amount), [.. held.Select(pair => new Holder(pair.booking.Environment, pair.booking.Lesson)).Distinct()]);
    }

    /// <summary>What the nodes have of a resource.</summary>
    public decimal Capacity(string resource) => new Placement(rooms).Free(resource);

    /// <summary>The extended resources of the nodes, and those that are booked.</summary>
    public IReadOnlyList<string> Devices =>
    [
        .. rooms.Resources.Keys.Concat(Bookings.SelectMany(booking => booking.Resources.Devices?.Keys ?? [])).Where(name => name.Contains('/', StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>Takes over the answers that cannot have changed: nobody who asks later changes those before.</summary>
    private void Remember(SiteCalendar previous)
    {
        var haveTheSameNodes = nodes.Count == previous.nodes.Count
            && nodes.Zip(previous.nodes).All(pair => pair.First.Metadata.Name == pair.Second.Metadata.Name && CapacityRules.HaveTheSameRoom(pair.First, pair.Second));
        if (!haveTheSameNodes) return;
        foreach (var (course, before) in inOrder.Zip(previous.inOrder).TakeWhile(pair => pair.First.IsSameAs(pair.Second)))
        {
            if (previous.answers.TryGetValue(before.Key, out var known)) answers[course.Key] = known;
        }
    }

    private static decimal AmountOf(SeatResources seat, string resource) => resource switch
    {
        "cpu" => seat.Cpu.Value,
        "memory" => seat.Memory.Value,
        _ => seat.Devices?.GetValueOrDefault(resource).Value ?? 0,
    };
}
