using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Warming;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>What a site must hold free for a course, and when: its timetable with the number of students in each group.</summary>
public sealed class BookedCourse : Booked
{
    private readonly IReadOnlyList<(string? Group, int Students)> groups;

    private readonly (ClassroomEnvironment Environment, CourseTemplate Template) source;
    private readonly HashSet<string> withDeadline;

    private BookedCourse(ClassroomEnvironment environment, ClassroomEnvironmentSpec followed, CourseTemplate template, Duration lead)
        // One that is only in a file has not been asked for yet: all others come first.
        : base(environment.Key, environment.Metadata.CreationTimestamp is { } created ? Instant.FromDateTimeOffset(created) : Instant.MaxValue, template.Spec.Resources.Lesson, template.Architectures)
    {
        source = (environment, template);
        Timetable = new(followed, lead);
        withDeadline = (followed.Lessons ?? []).Where(lesson => lesson.HandInUntil is not null).Select(lesson => lesson.Name).ToHashSet(StringComparer.Ordinal);
        groups = [.. (environment.Spec.Students ?? []).GroupBy(student => student.Group ?? "", StringComparer.Ordinal)
            .Select(group => (group.Key.Length == 0 ? null : group.Key, group.Count()))];
        Bookings = BookingsOf(Timetable.Lessons);
    }

    /// <summary>Its timetable.</summary>
    public CourseTimetable Timetable { get; }

    /// <summary>How long before a lesson a course's seats are started: as measured, or by default.</summary>
    public static Duration LeadOf(ClassroomEnvironment environment, CourseTemplate template) => StartSchedule.LeadOf(environment, Timing.Of(template.Spec.Timing));

    /// <summary>
    /// What a course books; null where that is nothing: it is suspended, or goes, or its timetable breaks rules and none was accepted before.
    /// </summary>
    public static BookedCourse? Of(ClassroomEnvironment environment, CourseTemplate template, Duration lead)
    {
        if (environment.Spec.Suspend == true || environment.Metadata.DeletionTimestamp is not null || Followed(environment) is not { } followed) return null;
        return new(environment, followed, template, lead);
    }

    internal override bool IsSameAs(Booked other) =>
        other is BookedCourse course && Key == course.Key && Timetable.Lead == course.Timetable.Lead
        && BookingComparison.HaveTheSameBookings(course.source.Environment, source.Environment)
        && BookingComparison.HaveTheSameBookings(course.source.Template, source.Template);

    /// <summary>Whether a lesson's deadline is written, and not just its end.</summary>
    internal bool HasDeadline(LessonTimes lesson) => withDeadline.Contains(lesson.Name);

    /// <summary>How many students have a lesson.</summary>
    internal int SeatsOf(LessonTimes lesson) => groups.Where(group => lesson.IsFor(group.Group)).Sum(group => group.Students);

    /// <summary>
    /// What these lessons book. A student has one seat: where a lesson's lead reaches into their lesson before, the seat is there already.
    /// </summary>
    internal IReadOnlyList<Booking> BookingsOf(IReadOnlyList<LessonTimes> lessons)
    {
        if (Timetable.Lessons.Count == 0)
        {
            var students = groups.Sum(group => group.Students);
            return students == 0 ? [] : [new(Key, Created, null, Timetable.ValidFrom ?? Instant.MinValue, Timetable.ValidUntil ?? Instant.MaxValue, students, Seat, Architectures)];
        }

        var parts = new List<(LessonTimes Lesson, Instant From, int Seats)>();
        foreach (var (group, students) in groups)
        {
            var free = Instant.MinValue;
            foreach (var lesson in lessons.Where(lesson => lesson.IsFor(group)).OrderBy(lesson => lesson.Start))
            {
                parts.Add((lesson, Instant.Max(lesson.Start - Timetable.Lead, Instant.Min(free, lesson.Start)), students));
                free = Instant.Max(free, lesson.End);
            }
        }

        return
        [
            .. parts.GroupBy(part => (part.Lesson, part.From))
                .Select(same => new Booking(Key, Created, same.Key.Lesson.Name, same.Key.From, same.Key.Lesson.End, same.Sum(part => part.Seats), Seat, Architectures))
                .OrderBy(booking => booking.Until).ThenBy(booking => booking.Lesson, StringComparer.Ordinal).ThenBy(booking => booking.From),
        ];
    }

    /// <summary>The timetable that the operator follows: the spec's, or, where that breaks a rule, the last that did not.</summary>
    private static ClassroomEnvironmentSpec? Followed(ClassroomEnvironment environment) =>
        CalendarRules.Check(environment.Spec).Any() ? LastGoodTimetable.Of(environment)?.Spec : environment.Spec;
}
