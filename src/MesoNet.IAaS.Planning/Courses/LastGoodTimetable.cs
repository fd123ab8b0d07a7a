using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>The timetable that obeyed the rules, kept in the status: a slip of the pen in the next one must not cost anybody a lesson.</summary>
internal static class LastGoodTimetable
{
    /// <summary>What to keep of a spec that obeys the rules; of one without lessons and dates too, which is always on.</summary>
    public static AcceptedTimetable Keep(ClassroomEnvironmentSpec spec) => new() { TimeZone = spec.TimeZone, Validity = spec.Validity, Lessons = spec.Lessons };

    /// <summary>The environment with the timetable that was kept, where its own breaks the rules; null where none was, or it breaks them by now.</summary>
    public static ClassroomEnvironment? Of(ClassroomEnvironment environment)
    {
        if (environment.Status?.Timetable is not { } kept || !CalendarRules.Check(environment.Spec).Any()) return null;
        var spec = environment.Spec with { TimeZone = kept.TimeZone, Validity = kept.Validity, Lessons = kept.Lessons };
        return CalendarRules.Check(spec).Any() ? null : environment with { Spec = spec };
    }
}
