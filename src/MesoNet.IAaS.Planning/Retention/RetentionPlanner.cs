using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Submissions;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Retention;

/// <summary>
/// The way of the students' work after the validity. Each step stands in the status before its Job is made, and time or a Job's last word leads to
/// the next. What lengthens the validity leads back from anywhere, and what lengthens keepFor from anywhere before Deleting.
/// <code>
///   Kept --keepFor--> Archiving --Job--> Archived --deleteAfter--> Deleting --Job--> Deleted
///                         ^                                           | a home was changed meanwhile |  some are left, a day later
///                         +-------------------------------------------+------------------------------+
/// </code>
/// </summary>
internal static class RetentionPlanner
{
    /// <summary>Between two attempts at homes that failed: somebody has to put something right in them.</summary>
    public static TimeSpan BetweenAttempts { get; } = TimeSpan.FromHours(6);

    /// <summary>How long homes that could not be deleted are left before they are archived and deleted again.</summary>
    public static TimeSpan BeforeLeftOnes { get; } = TimeSpan.FromDays(1);

    public static RetentionPlan Plan(Course course, ObservedEnvironment observed, Instant now)
    {
        var known = course.Environment.Status?.Retention;
        var moment = now.ToDateTimeOffset();
        if (course.Timetable.ValidUntil is not { } end || now < end) return Stopped(course, observed, status: null);

        var archiveAt = RetentionTimes.ArchiveAt(course);
        if (known?.Step == RetentionStep.Deleted && (archiveAt is null || now < archiveAt)) return Stopped(course, observed, known with { NextAt = null });
        if (archiveAt is null || now < archiveAt)
        {
            var isWorthAWord = archiveAt is not null || known?.Deleted is not null;
            return Stopped(course, observed, isWorthAWord ? new() { Step = RetentionStep.Kept, NextAt = archiveAt?.ToDateTimeOffset(), Deleted = known?.Deleted } : null);
        }

        // A timetable that breaks a rule may be a validity that is being lengthened: it deletes nothing.
        var mayDelete = ReferenceEquals(observed.Environment, course.Environment);
        return Steps(course, observed, known is null or { Step: null or RetentionStep.Kept } ? Begin(known, moment) : known, mayDelete, moment);
    }

    private static RetentionPlan Steps(Course course, ObservedEnvironment observed, RetentionStatus status, bool mayDelete, DateTimeOffset now)
    {
        if (status is { Step: RetentionStep.Deleted, Failed: > 0 } && status.Since + BeforeLeftOnes <= now) status = Begin(status, now);
        // The time a step takes to be written, another pass may take for the same; its Job is named after what stands there.
        var known = course.Environment.Status?.Retention;
        var isWritten = known?.Step == status.Step && known?.Begun == status.Begun;
        RetentionRun? run = null;
        Job? wanted = null;
        if (status.Step == RetentionStep.Archiving || status is { Step: RetentionStep.Archived, Failed: > 0 })
        {
            wanted = RetentionJobs.Archive(course, observed, status.Begun!.Value);
            run = RetentionRun.Of(wanted, observed, isWritten && MayStart(course, observed, now), said => said.Failed > 0 ? BetweenAttempts : null, now);
            status = Archived(course, status, run) with { Job = wanted.Metadata.Name };
        }

        if (status.Step == RetentionStep.Archived)
        {
            var deleteAt = RetentionTimes.DeleteAt(course, status);
            status = status with { NextAt = deleteAt };
            if (mayDelete && deleteAt <= now)
            {
                status = status with { Step = RetentionStep.Deleting, Since = now, NextAt = null, Deleted = status.Deleted ?? 0, Failed = null, Reason = null, Message = null, Job = null };
                (run, wanted, isWritten) = (null, null, false);
            }
        }

        if (status.Step == RetentionStep.Deleting)
        {
            wanted = RetentionJobs.Delete(course, observed, status.Begun!.Value);
            var mayStart = isWritten && mayDelete && MayStart(course, observed, now) && !observed.Jobs.Any(IsMaterials);
            run = RetentionRun.Of(wanted, observed, mayStart, _ => null, now);
            if (!mayDelete && run.Done is null) wanted = null;
            status = Deleted(course, status, run, now) with { Job = wanted?.Metadata.Name };
        }

        return Planned(course, observed, status, run, wanted);
    }

    private static RetentionPlan Planned(Course course, ObservedEnvironment observed, RetentionStatus status, RetentionRun? run, Job? wanted) => new()
    {
        Status = status,
        Wanted = [ArchiveVolume.Build(course)],
        Create = run?.Create is { } create && wanted is not null ? [create] : [],
        Delete = [.. Obsolete(course, observed, status.Job), .. run?.Delete is { } repeat ? [repeat] : (PlannedDeletion[])[], .. status.Deleted is null ? [] : MaterialsJobs(observed)],
        NextLookAt = new[] { status.NextAt, run?.NextLookAt }.Min(),
        Findings = [.. RetentionSentences.Of(course, status)],
        AreHomesHeld = true,
    };

    /// <summary>Nothing is done, and what was begun is stopped.</summary>
    private static RetentionPlan Stopped(Course course, ObservedEnvironment observed, RetentionStatus? status) => new()
    {
        Status = status,
        // Where there is one, it stays what it is.
        Wanted = observed.Claims.Any(claim => claim.Metadata.Name == ArchiveVolume.ClaimName(course.Name)) && course.Environment.Spec.Retention?.KeepFor is not null ? [ArchiveVolume.Build(course)] : [],
        Delete = [.. Obsolete(course, observed, except: null), .. status?.Deleted is null ? [] : MaterialsJobs(observed)],
        NextLookAt = status?.Step == RetentionStep.Kept ? status.NextAt : null,
        Findings = status is null ? [] : [.. RetentionSentences.Of(course, status)],
        AreHomesHeld = status?.Deleted is not null || observed.IsAtWork(RetentionJobs.Component),
    };

    private static RetentionStatus Begin(RetentionStatus? known, DateTimeOffset now)
    {
        // As the status will say it: its Job is named after it.
        var begun = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        return new() { Step = RetentionStep.Archiving, Since = begun, Begun = begun, Archived = known?.Archived, Deleted = known?.Deleted };
    }

    private static RetentionStatus Archived(Course course, RetentionStatus status, RetentionRun run)
    {
        if (run.Done is not { } done) return Told(status, run);
        return status with
        {
            Step = RetentionStep.Archived,
            // The second attempt at some homes gives the others no longer time.
            Since = status.Step == RetentionStep.Archived ? status.Since : run.DoneAt,
            Archived = done.Archived,
            Failed = done.Failed,
            Reason = done.Failed > 0 ? "HomesNotArchived" : null,
            Message = done.Sentence(course, "archived"),
        };
    }

    private static RetentionStatus Deleted(Course course, RetentionStatus status, RetentionRun run, DateTimeOffset now)
    {
        if (run.Done is not { } done) return Told(status, run);
        // It counts those of earlier runs too, but for students who have left.
        var deleted = Math.Max(status.Deleted ?? 0, done.Deleted);
        // What somebody changed meanwhile (a home that was brought back) is archived anew.
        if (done.Changed > 0) return Begin(status, now) with { Deleted = deleted };
        return status with
        {
            Step = RetentionStep.Deleted,
            Since = run.DoneAt,
            NextAt = done.Failed > 0 ? run.DoneAt + BeforeLeftOnes : null,
            Deleted = deleted,
            Failed = done.Failed,
            Reason = done.Failed > 0 ? "HomesLeft" : null,
            Message = done.Sentence(course, "deleted"),
        };
    }

    // While a Job is repeated, what the last one said still stands.
    private static RetentionStatus Told(RetentionStatus status, RetentionRun run)
    {
        var problem = run.Problem ?? (status.Reason is null ? run.Otherwise : null);
        return problem is null ? status : status with { Reason = problem.Reason, Message = problem.Sentence };
    }

    // Not while anybody or anything else is at work in the homes, or work that is handed in is still to be taken from them.
    private static bool MayStart(Course course, ObservedEnvironment observed, DateTimeOffset now) =>
        !observed.Pods.Any(pod => pod.Metadata.Label(Labels.Component) == SeatPod.Component)
        && !observed.IsAtWork(MaterialsJob.Component, RetentionJobs.Component, RetentionJobs.RestoreComponent)
        && !SubmissionsPlanner.IsAnythingDue(course, observed, Instant.FromDateTimeOffset(now))
        && !HomesVolume.IsGoing(course, observed);

    private static IEnumerable<PlannedDeletion> Obsolete(Course course, ObservedEnvironment observed, string? except) =>
        from job in observed.Jobs
        where job.Metadata.Label(Labels.Component) == RetentionJobs.Component && job.Metadata.DeletionTimestamp is null && job.Metadata.Name != except && !course.IsOfPredecessor(job)
        select PlannedDeletion.Of(job, "its step of retention is over");

    // They say that homes are prepared, which are deleted: with the next validity they are prepared anew.
    private static IEnumerable<PlannedDeletion> MaterialsJobs(ObservedEnvironment observed) =>
        observed.Jobs.Where(job => IsMaterials(job) && job.Metadata.DeletionTimestamp is null).Select(job => PlannedDeletion.Of(job, "the homes it prepared are deleted"));

    private static bool IsMaterials(Job job) => job.Metadata.Label(Labels.Component) == MaterialsJob.Component;
}
