using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>Where a course is in its timetable at a moment.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="NextTransition">When it changes by itself, or null where it does not.</param>
/// <param name="Why">The reason in one word where nothing runs, else empty.</param>
public sealed record TimetablePosition(Stage Stage, Instant? NextTransition, string Why = "");

/// <summary>
/// The stage of a course at a moment: a pure function of the spec and the moment. For now it knows validity and suspend; lessons are
/// checked and kept, and a course runs as if it had none (the condition TimetableFollowed says so to the teacher).
/// </summary>
public static class StageRules
{
    /// <summary>The stage at a moment. The spec must obey the rules.</summary>
    public static TimetablePosition At(ClassroomEnvironmentSpec spec, Instant now)
    {
        var zone = CalendarRules.Zone(spec)!;
        // Days begin at their first moment in the zone, which isn't midnight everywhere, and the last day belongs to the validity.
        var from = CalendarRules.Date(spec.Validity?.From)?.AtStartOfDayInZone(zone).ToInstant();
        // The calendar's last year means "for ever", and has no day after its end.
        var until = CalendarRules.Date(spec.Validity?.Until) is { Year: < 9999 } last ? last.PlusDays(1).AtStartOfDayInZone(zone).ToInstant() : (Instant?)null;
        if (from is { } begin && now < begin) return new(Stage.Scheduled, begin, "NotYetValid");
        if (until is { } end && now >= end) return new(Stage.Closed, null, "ValidityOver");
        return spec.Suspend == true ? new(Stage.Resting, until, "Suspended") : new(Stage.Lesson, until);
    }
}
