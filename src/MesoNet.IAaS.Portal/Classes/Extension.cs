using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>What an extension for one student means.</summary>
/// <param name="Lesson">The lesson that it is for.</param>
/// <param name="Until">The student's deadline by it.</param>
internal sealed record Extension(string Lesson, Instant Until)
{
    // Nobody corrects a year later: it is a year that was mistyped, and the work would not be taken until then.
    private const int MostYears = 1;

    /// <summary>Reads one; or says why there can be none.</summary>
    /// <param name="seat">The student's seat.</param>
    /// <param name="timetable">The course's timetable.</param>
    /// <param name="localTime">Until when, in the course's zone, as a form writes it.</param>
    public static (Extension? Extension, Sentence? Problem) Of(Seat seat, FollowedTimetable timetable, string localTime)
    {
        if (LocalTimes.Time(localTime) is not { } local)
            return (null, new("Écrivez le délai comme 2026-11-29T12:00.", "Write the extension as 2026-11-29T12:00."));
        var here = timetable.Now.InZone(timetable.Zone).LocalDateTime;
        if (local > here.PlusYears(MostYears))
            return (null, new("Ce délai est dans plus d’un an\u00a0: vérifiez l’année.", "This time is more than a year away: check the year."));
        // The first years of the calendar are moments in few zones.
        if (local < here.PlusDays(-1) || LocalTimes.Deadline(local, timetable.Zone) is var until && until <= timetable.Now)
            return (null, new("Ce délai est déjà passé\u00a0: choisissez-en un plus tard.", "This time is over already: choose a later one."));
        if (timetable.ValidUntil is { } end && until > end)
            return (null, new(
                $"Le cours se termine avant ce moment, {WaitingSentences.Moment(end, timetable.Zone, timetable.Now, Language.French)}\u00a0: choisissez un délai plus tôt.",
                $"The course is over before that moment, on {WaitingSentences.Moment(end, timetable.Zone, timetable.Now, Language.English)}: choose an earlier one."));
        // As the operator reads it: for the lesson whose own deadline is the last one not after it.
        var lesson = timetable.Of(seat with { Spec = seat.Spec with { HandInUntil = null } }).Lessons
            .Where(item => item.HandInUntil <= until).MaxBy(item => (item.HandInUntil, item.Start));
        return lesson is null
            ? (null, new("Aucune séance n’a sa date limite avant ce moment\u00a0: il n’y a rien à prolonger.", "No lesson has its deadline before that moment: there is nothing to extend."))
            : (new(lesson.Name, until), null);
    }
}
