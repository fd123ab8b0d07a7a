using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Retention;

/// <summary>What a teacher reads of the students' work after the validity: what will happen when, and how to stop it.</summary>
internal static class RetentionSentences
{
    /// <summary>Whether the homes are there as the students left them.</summary>
    public const string WorkKept = "WorkKept";

    /// <summary>Whether each home is in the archive, verified.</summary>
    public const string WorkArchived = "WorkArchived";

    private const string HowToStop = "To keep it as it is, lengthen spec.validity.until or spec.retention.keepFor.";

    /// <summary>The conditions of a status.</summary>
    public static IEnumerable<Finding> Of(Course course, RetentionStatus status)
    {
        yield return Kept(course, status);
        if (status.Step is null or RetentionStep.Kept) yield break;
        yield return Archived(status);
    }

    private static Finding Kept(Course course, RetentionStatus status) => status.Step switch
    {
        RetentionStep.Archiving => new(WorkKept, true, "Archiving", $"The students' work is being archived; the homes stay as they are for {After(course)} after that. {HowToStop}"),
        RetentionStep.Archived => new(WorkKept, true, "Archived", $"The students' work is archived, and is deleted from the homes at {Time(course, status.NextAt)}. {HowToStop}"),
        RetentionStep.Deleting when status.Reason is { } reason => new(WorkKept, false, reason, $"The homes are being deleted. {status.Message}"),
        RetentionStep.Deleting => new(WorkKept, false, "Deleting", "The homes are being deleted; the archives stay. A later spec.validity.until stops it."),
        RetentionStep.Deleted when status.Reason is { } reason => new(WorkKept, false, reason, $"{status.Message} They are tried again at {Time(course, status.NextAt)}. {HowToRestore(course)}"),
        RetentionStep.Deleted => new(WorkKept, false, "Deleted", $"The homes were deleted at {Time(course, status.Since)}; the archives stay. {HowToRestore(course)}"),
        _ when status.Deleted is not null => new(WorkKept, false, "Stopped", $"Deletion was stopped after it had begun; homes that were deleted are in the archive. {HowToRestore(course)}"),
        _ => new(WorkKept, true, "Kept", $"The course's validity is over. The students' work is kept until {Time(course, status.NextAt)}; then it is archived, and deleted from the homes {After(course)} after that. {HowToStop}"),
    };

    private static Finding Archived(RetentionStatus status) => status switch
    {
        { Step: RetentionStep.Archiving, Reason: { } reason } => new(WorkArchived, false, reason, $"The homes are being archived. {status.Message}"),
        { Step: RetentionStep.Archiving } => new(WorkArchived, false, "Archiving", "An archive of each student's work is being made and verified."),
        { Step: RetentionStep.Archived, Reason: { } reason } => new(WorkArchived, false, reason, $"{status.Message} These homes are tried again every six hours, and not deleted."),
        _ => new(WorkArchived, true, "Archived", status.Archived == 1 ? "The work of one student is in the archive, and was read back." : $"The work of {status.Archived ?? 0} students is in the archive, and was read back."),
    };

    private static string HowToRestore(Course course) => $"'mesonet course restore {course.Name} STUDENT' brings one back.";

    private static string After(Course course) => course.Environment.Spec.Retention?.DeleteAfter ?? "14d";

    private static string Time(Course course, DateTimeOffset? moment) =>
        moment is { } at ? LocalTimes.Write(Instant.FromDateTimeOffset(at).InZone(course.Timetable.Zone).LocalDateTime).Replace('T', ' ') : "a time that is not known";
}
