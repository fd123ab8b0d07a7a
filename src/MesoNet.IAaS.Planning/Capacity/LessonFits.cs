using MesoNet.IAaS.Planning.Timetable;
using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>Whether each lesson of one course fits: beside the courses before it, and beside its own lessons before it.</summary>
/// <param name="course">The course.</param>
/// <param name="room">What finds room beside the courses before it.</param>
/// <param name="leftOver">By name ("" for a course without lessons), what is left over for the lessons that not even the empty site could hold.</param>
/// <param name="rooms">The nodes.</param>
internal sealed class LessonFits(BookedCourse course, RoomInTime room, IReadOnlyDictionary<string, RoomInTime> leftOver, NodeRooms rooms)
{
    public FitAnswer Answer(Instant now)
    {
        List<(LessonFit Fit, Instant HoldsUntil)> found = course.Timetable.Lessons.Count == 0
            ? [.. course.Bookings.Where(booking => now < booking.Until).Select(booking => Fit(null, course.Bookings, now))]
            : [.. course.Timetable.Lessons.Where(lesson => now < lesson.End && course.SeatsOf(lesson) > 0).Select(lesson => Fit(lesson, UpTo(lesson), now))];
        var fits = found.Select(item => item.Fit).ToList();
        return new(fits, FitSentences.Of(fits), found.Select(item => item.HoldsUntil).DefaultIfEmpty(Instant.MaxValue).Min());
    }

    /// <summary>The nodes that a lesson's seats are placed on at its bell, beside all that has precedence.</summary>
    public IReadOnlyList<string> NodesOf(string name)
    {
        var nodes = new List<string>();
        if (course.Timetable.Lessons.FirstOrDefault(lesson => lesson.Name == name) is not { } lesson) return nodes;
        var (shape, beside) = (rooms.ShapeOf(course.Seat, course.Architectures), leftOver.GetValueOrDefault(name));
        var placement = (beside ?? room).Beside(lesson.Start).Placement;
        if (beside is null) placement.Place(shape, UpTo(lesson).Where(booking => booking.Lesson != name && booking.IsAt(lesson.Start)).Sum(booking => booking.Seats));
        placement.Place(shape, course.SeatsOf(lesson), nodes.Add);
        return nodes;
    }

    /// <summary>The course's bookings of a lesson and of its lessons before it: of two that lack room together, the later one is told.</summary>
    private List<Booking> UpTo(LessonTimes lesson)
    {
        var names = course.Timetable.Lessons.TakeWhile(other => !ReferenceEquals(other, lesson)).Append(lesson).Select(other => other.Name).ToHashSet(StringComparer.Ordinal);
        // What even the empty site could not hold is last of all, after all that comes later.
        names.ExceptWith(leftOver.Keys.Where(name => name != lesson.Name));
        return [.. course.Bookings.Where(booking => booking.Lesson is { } name && names.Contains(name))];
    }

    private (LessonFit Fit, Instant HoldsUntil) Fit(LessonTimes? lesson, IReadOnlyList<Booking> own, Instant now)
    {
        var mine = own.Where(booking => booking.Lesson == lesson?.Name).ToList();
        var seats = lesson is null ? mine.Sum(booking => booking.Seats) : course.SeatsOf(lesson);
        var (start, end) = (lesson?.Start ?? mine[0].From, lesson?.End ?? mine[0].Until);
        var beside = leftOver.GetValueOrDefault(lesson?.Name ?? "");
        // Its own lessons that are kept room for are among what it comes after.
        if (beside is not null) own = mine;
        if (Worst(beside ?? room, own, mine, now) is not { } worst) return (new(lesson?.Name, start, seats, null, null, ""), end);

        var shortage = Lack(beside ?? room, worst.At, worst.Missing, seats, own, mine);
        if (beside is not null) shortage = shortage with { Holders = HoldersOf(mine.SelectMany(booking => beside.Preceding(Instant.Max(booking.From, now), booking.Until))) };
        // Once the lesson is being warmed for, it is too late to move it.
        var movable = lesson is not null && shortage.EmptySite is null && now < lesson.Start - course.Timetable.Lead;
        var others = new LessonSlots(course, room, now);
        var slots = movable ? others.Nearest(lesson!) : null;
        var named = (slots ?? []).Select(slot => LocalTimes.Moment(slot, course.Timetable.Zone)).ToList();
        var holds = (movable ? named.Append(start) : named).Select(moment => moment - course.Timetable.Lead).Append(end).Append((beside ?? room).EndOfPiece(worst.At));
        var fit = new LessonFit(lesson?.Name, start, seats, shortage, slots, "") { MovesDeadline = named.Any(slot => others.MovesDeadline(lesson!, slot)) };
        return (fit with { Sentence = FitSentences.Of(course.Key, fit, course.Timetable.Zone, now) }, holds.Min());
    }

    /// <summary>The moment from now on at which most seats of some bookings lack room; null where they never do.</summary>
    internal static (Instant At, int Missing)? Worst(RoomInTime room, IReadOnlyList<Booking> own, IReadOnlyList<Booking> mine, Instant now)
    {
        (Instant At, int Missing)? worst = null;
        foreach (var booking in mine)
        {
            var from = Instant.Max(booking.From, now);
            var inside = own.SelectMany(other => new[] { other.From, other.Until }).Where(moment => from < moment && moment < booking.Until);
            foreach (var moment in room.Moments(from, booking.Until).Concat(inside).Distinct().Order())
            {
                var missing = Math.Min(
                    own.Where(other => other.IsAt(moment)).Sum(other => other.Seats) - room.At(moment), mine.Where(other => other.IsAt(moment)).Sum(other => other.Seats));
                if (missing > (worst?.Missing ?? 0)) worst = (moment, missing);
            }
        }

        return worst;
    }

    private Shortage Lack(RoomInTime beside, Instant at, int missing, int seats, IReadOnlyList<Booking> own, IReadOnlyList<Booking> mine)
    {
        var shape = rooms.ShapeOf(course.Seat, course.Architectures);
        var empty = CapacityRules.Check(course.Seat, course.Architectures, seats, rooms);
        var (placement, placed) = beside.Beside(at);
        var others = own.Except(mine).Where(booking => booking.IsAt(at)).ToList();
        placement.Place(shape, others.Sum(booking => booking.Seats));
        var scarcest = placement.Scarcest(shape);
        var there = placed.Concat(others).ToList();
        var holders = HoldersOf(there.Where(booking => rooms.ShapeOf(booking.Resources, booking.Architectures).Needs.Any(need => need.Resource == scarcest.Resource)));
        // It may lack the devices that are free, since others have the processors beside them.
        if (holders.Count == 0) holders = HoldersOf(there);
        return new(at, missing, scarcest.Resource, missing * scarcest.Amount / 1000m, seats * scarcest.Amount / 1000m, holders, empty.IsEnough ? null : empty);
    }

    private static IReadOnlyList<Holder> HoldersOf(IEnumerable<Booking> bookings) => [.. bookings.Select(booking => new Holder(booking.Environment, booking.Lesson)).Distinct()];
}
