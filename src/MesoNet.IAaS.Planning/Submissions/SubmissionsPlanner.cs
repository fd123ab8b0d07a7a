using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Jobs;
using MesoNet.IAaS.Planning.Retention;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Submissions;

/// <summary>What is to be done about the students' work, and what is known of it.</summary>
internal sealed record SubmissionsPlan
{
    /// <summary>What the course's status is to say.</summary>
    public SubmissionsStatus? Status { get; init; }

    /// <summary>Answers to the students who handed in for themselves, by seat: to be noted in the seats' statuses.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<HandInAnswer>> Answers { get; init; } = new Dictionary<string, IReadOnlyList<HandInAnswer>>();

    /// <summary>Until when the work of students with deadlines of their own was taken, by seat: to be noted in the seats' statuses.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<TakenWork>> Taken { get; init; } = new Dictionary<string, IReadOnlyList<TakenWork>>();

    /// <summary>The condition; null where no deadline has passed yet.</summary>
    public Finding? Finding { get; init; }

    /// <summary>Jobs to create.</summary>
    public IReadOnlyList<Job> Create { get; init; } = [];

    /// <summary>Jobs to delete.</summary>
    public IReadOnlyList<PlannedDeletion> Delete { get; init; } = [];

    /// <summary>When something is due though nothing happens.</summary>
    public DateTimeOffset? NextLookAt { get; init; }
}

/// <summary>
/// One Job at a time takes all that is due. What a finished one took stands in the Job itself: it is noted in the statuses first, then the Job goes.
/// Nothing is taken twice, since the program keeps what is there; nothing is forgotten, since only a Job that ended well moves the marks on.
/// </summary>
internal static class SubmissionsPlanner
{
    /// <summary>Whether the students' work is taken as their deadlines pass.</summary>
    public const string WorkTaken = "WorkTaken";

    private const string TakingWork = "TakingWork";

    /// <summary>How long a notebook that stops at the deadline may take: what it saves then still belongs to it.</summary>
    private static readonly Duration Grace = Duration.FromSeconds(30);

    /// <summary>More wishes wait for the next Job: what became of each must fit into one last word.</summary>
    private const int MostRequests = 20;

    private static readonly JobPauses Pauses = new(AfterWrong: TimeSpan.FromMinutes(10));

    public static SubmissionsPlan Plan(Course course, ObservedEnvironment observed, Instant now)
    {
        var moment = now.ToDateTimeOffset();
        var seats = SeatsOf(course, observed);
        var nextDeadline = DueHandIns.NextDeadline(SeatsPlanner.TimetablesOf(course, observed), now)?.ToDateTimeOffset();
        var known = course.Environment.Status?.Submissions;
        var current = CurrentOf(course, observed);
        if (current is null)
        {
            // One that is just being deleted may have its pod left; two would only do the same twice. And nothing is taken from homes that are being deleted.
            var due = observed.IsAtWork(SubmissionsJob.Component, RetentionJobs.Component) ? [] : Batch(DueHandIns.Of(course, seats, now));
            var waitsUntil = due.Count > 0 ? WaitsForNotebooksUntil(course, due, seats, observed.Pods, now) : null;
            var create = due.Count > 0 && waitsUntil is null && !HomesVolume.IsGoing(course, observed) ? SubmissionsJob.Build(course, due) : null;
            return new()
            {
                Status = known, Finding = Finding(course, known, due, Standing(course.Environment.Status, create)), Create = create is null ? [] : [create],
                NextLookAt = new[] { nextDeadline, waitsUntil?.ToDateTimeOffset() }.Min(),
            };
        }

        var outcome = SubmissionsOutcome.Of(current, observed.Pods, moment);
        var taken = SubmissionsJob.DueOf(current);
        if (current.Completion() is { } completion)
        {
            var lastWordBy = (completion.LastTransitionTime ?? moment) + JobPauses.GiveUpOnLastWordAfter;
            if (outcome is null && moment < lastWordBy) return new() { Status = known, Finding = Finding(course, known, taken, null), NextLookAt = new[] { nextDeadline, lastWordBy }.Min() };
            return Taken(course, current, taken, outcome?.Message ?? new(), seats) with { NextLookAt = nextDeadline };
        }

        var failure = current.Failure();
        var problem = outcome?.Problem ?? Standing(course.Environment.Status, current) ?? (failure is null ? null : new(failure.Reason ?? "HandInFailed", $"The students' work could not be taken: {failure.Message}"));
        var repeat = failure?.LastTransitionTime + Pauses.After(problem?.Reason, outcome?.IsTransient ?? false);
        return new()
        {
            // Who handed in for themselves and was not among those that are missing is not kept waiting.
            Answers = outcome?.Message is { Reason: SubmissionsOutcome.SomeMissing } said ? SubmissionsRecord.AnswersOf([.. taken.Where(item => !IsMissing(item, said))], said, seats) : new Dictionary<string, IReadOnlyList<HandInAnswer>>(),
            Status = failure is null ? known : (known ?? new()) with { FailedJob = current.Metadata.Name },
            Finding = Finding(course, known, taken, problem),
            Delete = current.Metadata.DeletionTimestamp is null && repeat <= moment ? [PlannedDeletion.Of(current, "it failed, and is repeated")] : [],
            NextLookAt = new[] { nextDeadline, repeat, outcome?.LookAgainAt }.Where(at => at > moment).Min(),
        };
    }

    /// <summary>Whether any work is still to be taken from the homes.</summary>
    public static bool IsAnythingDue(Course course, ObservedEnvironment observed, Instant now) =>
        CurrentOf(course, observed) is not null || DueHandIns.Of(course, SeatsOf(course, observed), now).Count > 0;

    private static Dictionary<string, Seat> SeatsOf(Course course, ObservedEnvironment observed) =>
        observed.Seats.Where(seat => !course.IsOfPredecessor(seat)).ToDictionary(seat => seat.Metadata.Name!, StringComparer.Ordinal);

    private static Job? CurrentOf(Course course, ObservedEnvironment observed) =>
        observed.Jobs.FirstOrDefault(job => job.Metadata.Label(Labels.Component) == SubmissionsJob.Component && !course.IsOfPredecessor(job));

    // Noted, as far as it is not yet; the Job that did it goes once all of it is.
    private static SubmissionsPlan Taken(Course course, Job job, IReadOnlyList<DueHandIn> taken, SubmissionsMessage message, IReadOnlyDictionary<string, Seat> seats)
    {
        var known = course.Environment.Status?.Submissions;
        var isMarked = known?.Job == job.Metadata.Name;
        // Before the marks move: what a seat has to say is not known from them any more then.
        var own = isMarked ? new Dictionary<string, IReadOnlyList<TakenWork>>() : OwnDeadlines.After(course, taken, seats);
        var status = isMarked || own.Count > 0 ? known : SubmissionsRecord.After(course, known, job.Metadata.Name!, taken, message);
        var answers = SubmissionsRecord.AnswersOf(taken, message, seats);
        var isNoted = isMarked && answers.Count == 0;
        return new()
        {
            Status = status,
            Answers = answers,
            Taken = own,
            Finding = Finding(course, status, [], null),
            Delete = isNoted && job.Metadata.DeletionTimestamp is null ? [PlannedDeletion.Of(job, "what it took is noted")] : [],
        };
    }

    private static bool IsMissing(DueHandIn item, SubmissionsMessage message) => message.Failures?.Any(failure => failure.Again && failure.Lesson == item.Lesson && failure.Seat == item.SeatName) == true;

    private static IReadOnlyList<DueHandIn> Batch(IReadOnlyList<DueHandIn> due) =>
        [.. due.Where(item => item.RequestedAt is not null).Take(MostRequests), .. due.Where(item => item.RequestedAt is null)];

    /// <summary>Until when to wait for notebooks that stop at a deadline that has just passed; null where none does.</summary>
    private static Instant? WaitsForNotebooksUntil(
        Course course, IReadOnlyList<DueHandIn> due, IReadOnlyDictionary<string, Seat> seats, IReadOnlyList<ObservedPod> pods, Instant now)
    {
        var stopping = due.Where(item => item.RequestedAt is null && now < item.Deadline + Grace).Where(item =>
            pods.FirstOrDefault(pod => pod.Metadata.Name == item.SeatName && !PodDiagnosis.HasEnded(pod)) is { } pod
            && (pod.Metadata.DeletionTimestamp is not null || !GoesOn(course, seats.GetValueOrDefault(item.SeatName), now))).ToList();
        return stopping.Count == 0 ? null : stopping.Max(item => item.Deadline) + Grace;
    }

    private static bool GoesOn(Course course, Seat? seat, Instant now)
    {
        var period = course.Timetable.ForSeat(seat?.Spec.Group, seat?.Spec.HandInUntil).At(now);
        return period.HasLessonResources || period.Stage == Stage.HandIn || (period.Stage == Stage.Resting && course.Timing.RestingOnDemand);
    }

    private static Finding? Finding(Course course, SubmissionsStatus? status, IReadOnlyList<DueHandIn> due, SpecificationProblem? problem)
    {
        if (problem is not null) return new(WorkTaken, false, problem.Reason, problem.Sentence);
        // A student who hands in early is told by their seat; the course's condition speaks of deadlines.
        var lessons = due.Where(item => item.RequestedAt is null).Select(item => item.Lesson).Distinct(StringComparer.Ordinal).ToList();
        if (lessons.Count > 0) return new(WorkTaken, false, TakingWork, $"The deadline of {string.Join(" and ", lessons)} has passed; the students' work is being taken.");
        var last = status?.Lessons?.Where(lesson => lesson.Summary is not null).MaxBy(lesson => lesson.LastDeadline ?? lesson.TakenUntil);
        return last is null ? null : new(WorkTaken, true, "Taken", $"{last.Summary} 'mesonet course collect {course.Name} {last.Name}' fetches it.");
    }

    // While a failed Job is repeated, or when its pod is gone, what it said still stands; it would come and go in the status otherwise.
    private static SpecificationProblem? Standing(ClassroomEnvironmentStatus? status, Job? wanted) =>
        wanted is not null && status?.Submissions?.FailedJob == wanted.Metadata.Name && Conditions.Standing(status?.Conditions, WorkTaken, except: TakingWork) is { Reason: not WorkMeanwhile.NotTaken } told ? told : null;
}
