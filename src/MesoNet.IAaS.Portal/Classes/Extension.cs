using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>What an extension for one student would mean.</summary>
internal static class Extension
{
    /// <summary>The lesson that it would be for, or why it would be for none.</summary>
    /// <param name="seat">The student's seat.</param>
    /// <param name="timetable">The course's timetable.</param>
    /// <param name="localTime">Until when, in the course's zone, as a form writes it.</param>
    public static (string? Lesson, Sentence? Problem) Of(Seat seat, FollowedTimetable timetable, string localTime)
    {
        if (LocalTimes.Time(localTime) is not { } local)
            return (null, new("Écrivez le délai comme 2026-11-29T12:00.", "Write the extension as 2026-11-29T12:00."));
        var until = LocalTimes.Deadline(local, timetable.Zone);
        if (until <= timetable.Now) return (null, new("Ce délai est déjà passé\u00a0: choisissez-en un plus tard.", "This time is over already: choose a later one."));
        // As the operator reads it: for the lesson whose own deadline is the last one not after it.
        var lesson = timetable.Of(seat with { Spec = seat.Spec with { HandInUntil = null } }).Lessons
            .Where(item => item.HandInUntil <= until).MaxBy(item => (item.HandInUntil, item.Start));
        return lesson is null
            ? (null, new("Aucune séance n’a sa date limite avant ce moment\u00a0: il n’y a rien à prolonger.", "No lesson has its deadline before that moment: there is nothing to extend."))
            : (lesson.Name, null);
    }
}
