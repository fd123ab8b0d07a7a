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

    /// <summary>What a start takes longer where the image has to be fetched first: some gigabytes over a shared network.</summary>
    private static readonly Duration Pull = Duration.FromMinutes(5);

    /// <summary>Of how many lessons the starts are remembered: one that went well says little of the next after two that did not.</summary>
    private const int Remembered = 3;

    /// <summary>Between two starts of a course, at least; the lead is not made longer than allowed for it.</summary>
    private static readonly Duration BetweenStarts = Duration.FromMilliseconds(250);

    /// <summary>The lead of a course: from what its last lessons measured, or by default; never more than its template allows.</summary>
    /// <param name="timing">The template's timing.</param>
    /// <param name="slowestStart">How long the slowest start of the last lessons took, or null where nothing is known.</param>
    /// <param name="seats">How many seats the largest lesson has.</param>
    /// <param name="isImageLacking">Whether some of the nodes that will run the next lesson lack its image.</param>
    public static Duration LeadOf(Timing timing, Duration? slowestStart, int seats, bool isImageLacking = false)
    {
        // Twice what was seen, for a seat that comes up only on its second try.
        var lead = slowestStart is { } slowest ? (2 * slowest + Margin) / (1 - SpreadPart) : timing.DefaultLead;
        var spread = seats * BetweenStarts / SpreadPart;
        // Whole seconds: it is written so, and what is read again must be the same.
        return Duration.Min(Duration.FromSeconds(Math.Ceiling((Duration.Max(lead, spread) + (isImageLacking ? Pull : Duration.Zero)).TotalSeconds)), timing.MaxLead);
    }

    /// <summary>The lead of a course as it is known: that of its status, else the one it begins with.</summary>
    public static Duration LeadOf(ClassroomEnvironment environment, Timing timing) =>
        environment.Status?.Warming?.LeadSeconds is { } seconds ? Duration.Min(Duration.FromSeconds(seconds), timing.MaxLead) : ComputedLead(environment, timing);

    /// <summary>
    /// The timetable of a course with the lead it follows: that of its status, or a better one by now. While a lesson is being warmed for, the lead
    /// stays what it is: seats that were started must not be stopped again because they came up sooner than last time.
    /// </summary>
    /// <param name="environment">The course.</param>
    /// <param name="timing">The template's timing.</param>
    /// <param name="now">The moment.</param>
    /// <param name="isImageLacking">Whether some of the nodes that will run a lesson lack its image; asked of the next one.</param>
    public static CourseTimetable TimetableOf(ClassroomEnvironment environment, Timing timing, Instant now, Func<LessonTimes, bool>? isImageLacking = null)
    {
        var present = new CourseTimetable(environment.Spec, LeadOf(environment, timing));
        var groups = (environment.Spec.Students ?? []).Select(student => student.Group).Distinct(StringComparer.Ordinal);
        if (groups.Any(group => present.ForSeat(group).At(now).Stage == Stage.Warming)) return present;
        var next = isImageLacking is null ? null : present.Lessons.FirstOrDefault(lesson => lesson.Start > now);
        var lead = ComputedLead(environment, timing, next is not null && isImageLacking!(next));
        return lead == present.Lead ? present : new(environment.Spec, lead);
    }

    private static Duration ComputedLead(ClassroomEnvironment environment, Timing timing, bool isImageLacking = false)
    {
        var students = environment.Spec.Students ?? [];
        var warming = environment.Status?.Warming;
        int? measured = warming?.RecentStartSeconds is { Count: > 0 } recent ? recent.Max() : warming?.SlowestStartSeconds;
        Duration? slowest = measured is { } seconds ? Duration.FromSeconds(seconds) : null;
        var largest = (environment.Spec.Lessons ?? []).Select(lesson => lesson.Groups is { Count: > 0 } groups ? students.Count(student => groups.Contains(student.Group)) : students.Count)
            .DefaultIfEmpty(0).Max();
        return LeadOf(timing, slowest, largest, isImageLacking);
    }

    /// <summary>The record with one more lesson's slowest start in it.</summary>
    public static WarmingStatus Remember(WarmingStatus record, int seconds) =>
        record with { SlowestStartSeconds = seconds, RecentStartSeconds = [seconds, .. (record.RecentStartSeconds ?? []).Take(Remembered - 1)] };

    /// <summary>When a seat is started for a lesson.</summary>
    /// <param name="bell">The lesson's start.</param>
    /// <param name="lead">The course's lead.</param>
    /// <param name="rank">Which of the lesson's seats it is, from 0.</param>
    /// <param name="seats">How many they are.</param>
    public static Instant StartOf(Instant bell, Duration lead, int rank, int seats) => bell - lead + lead * SpreadPart * rank / Math.Max(seats, 1);
}
