using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Warming;

/// <summary>
/// How early a course's seats are started, and each of them when. A lead has two parts: over the first, starts are spread, so that API server,
/// registry, scheduler and nodes breathe; the rest is left for the last one to come up, and for one that has to be started twice.
/// </summary>
public static class StartSchedule
{
    private const double SpreadPart = 0.6;

    /// <summary>What a start needs beyond what was measured: a scheduler that is busy, a notebook that is restarted.</summary>
    private static readonly Duration Margin = Duration.FromSeconds(60);

    /// <summary>Between two starts of a course, at least; the lead is not made longer than allowed for it.</summary>
    private static readonly Duration BetweenStarts = Duration.FromMilliseconds(250);

    /// <summary>The lead of a course: from what its last lesson measured, or by default; never more than its template allows.</summary>
    /// <param name="timing">The template's timing.</param>
    /// <param name="slowestStart">How long the slowest start took last time, or null where nothing is known.</param>
    /// <param name="seats">How many seats the largest lesson has.</param>
    public static Duration LeadOf(Timing timing, Duration? slowestStart, int seats)
    {
        // Twice what was seen, for a seat that comes up only on its second try.
        var lead = slowestStart is { } slowest ? (2 * slowest + Margin) / (1 - SpreadPart) : timing.DefaultLead;
        var spread = seats * BetweenStarts / SpreadPart;
        // Whole seconds: it is written so, and what is read again must be the same.
        return Duration.Min(Duration.FromSeconds(Math.Ceiling(Duration.Max(lead, spread).TotalSeconds)), timing.MaxLead);
    }

    /// <summary>The lead of a course as it is known: that of its status, else the one it begins with.</summary>
    public static Duration LeadOf(ClassroomEnvironment environment, Timing timing) =>
        environment.Status?.Warming?.LeadSeconds is { } seconds ? Duration.Min(Duration.FromSeconds(seconds), timing.MaxLead) : ComputedLead(environment, timing);

    /// <summary>
    /// The timetable of a course with the lead it follows: that of its status, or a better one by now. While a lesson is being warmed for, the lead
    /// stays what it is: seats that were started must not be stopped again because they came up sooner than last time.
    /// </summary>
    public static CourseTimetable TimetableOf(ClassroomEnvironment environment, Timing timing, Instant now)
    {
        var present = new CourseTimetable(environment.Spec, LeadOf(environment, timing));
        var groups = (environment.Spec.Students ?? []).Select(student => student.Group).Distinct(StringComparer.Ordinal);
        if (groups.Any(group => present.ForSeat(group).At(now).Stage == Stage.Warming)) return present;
        var lead = ComputedLead(environment, timing);
        return lead == present.Lead ? present : new(environment.Spec, lead);
    }

    private static Duration ComputedLead(ClassroomEnvironment environment, Timing timing)
    {
        var students = environment.Spec.Students ?? [];
        Duration? slowest = environment.Status?.Warming?.SlowestStartSeconds is { } measured ? Duration.FromSeconds(measured) : null;
        var largest = (environment.Spec.Lessons ?? []).Select(lesson => lesson.Groups is { Count: > 0 } groups ? students.Count(student => groups.Contains(student.Group)) : students.Count)
            .DefaultIfEmpty(0).Max();
        return LeadOf(timing, slowest, largest);
    }

    /// <summary>When a seat is started for a lesson.</summary>
    /// <param name="bell">The lesson's start.</param>
    /// <param name="lead">The course's lead.</param>
    /// <param name="rank">Which of the lesson's seats it is, from 0.</param>
    /// <param name="seats">How many they are.</param>
    public static Instant StartOf(Instant bell, Duration lead, int rank, int seats) => bell - lead + lead * SpreadPart * rank / Math.Max(seats, 1);
}
