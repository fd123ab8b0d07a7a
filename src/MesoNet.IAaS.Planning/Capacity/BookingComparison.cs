using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>Whether a change is one for the <see cref="SiteCalendar"/>. Statuses are written often, and what is booked changes seldom.</summary>
public static class BookingComparison
{
    /// <summary>Whether two states of a course book the same.</summary>
    public static bool HaveTheSameBookings(ClassroomEnvironment before, ClassroomEnvironment after) =>
        ReferenceEquals(before, after)
        || (before.Metadata.CreationTimestamp == after.Metadata.CreationTimestamp
            && (before.Metadata.DeletionTimestamp is null) == (after.Metadata.DeletionTimestamp is null)
            && before.Status?.Warming?.LeadSeconds == after.Status?.Warming?.LeadSeconds
            && (HaveTheSameGeneration(before.Metadata, after.Metadata) || HaveTheSameNeeds(before.Spec, after.Spec))
            // The timetable in the status is only asked where the spec's breaks a rule.
            && (IsSame(before.Status?.Timetable, after.Status?.Timetable) || !CalendarRules.Check(after.Spec).Any()));

    /// <summary>Whether two states of a template make its courses book the same.</summary>
    public static bool HaveTheSameBookings(CourseTemplate before, CourseTemplate after) =>
        ReferenceEquals(before, after)
        || HaveTheSameGeneration(before.Metadata, after.Metadata)
        || (before.Spec.Timing == after.Spec.Timing && IsSame(before.Spec.Resources.Lesson, after.Spec.Resources.Lesson)
            && (before.Architectures ?? []).SequenceEqual(after.Architectures ?? [], StringComparer.Ordinal));

    // The API server counts each change of a spec, and of nothing else.
    private static bool HaveTheSameGeneration(ObjectMeta before, ObjectMeta after) =>
        before.Generation is not null && before.Generation == after.Generation && before.Uid is not null && before.Uid == after.Uid;

    private static bool HaveTheSameNeeds(ClassroomEnvironmentSpec before, ClassroomEnvironmentSpec after) =>
        before.Template.Name == after.Template.Name
        && (before.Suspend ?? false) == (after.Suspend ?? false)
        && before.TimeZone == after.TimeZone
        && before.Validity == after.Validity
        && AreSame(before.Lessons, after.Lessons)
        && Groups(before).SequenceEqual(Groups(after));

    private static IEnumerable<(string Group, int Students)> Groups(ClassroomEnvironmentSpec spec) =>
        (spec.Students ?? []).GroupBy(student => student.Group ?? "", StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => (group.Key, group.Count()));

    private static bool IsSame(AcceptedTimetable? before, AcceptedTimetable? after) =>
        ReferenceEquals(before, after)
        || (before is not null && after is not null && before.TimeZone == after.TimeZone && before.Validity == after.Validity && AreSame(before.Lessons, after.Lessons));

    private static bool AreSame(IReadOnlyList<Lesson>? before, IReadOnlyList<Lesson>? after) =>
        (before ?? []).Select(WithoutGroups).SequenceEqual((after ?? []).Select(WithoutGroups))
        && (before ?? []).Zip(after ?? []).All(pair => (pair.First.Groups ?? []).SequenceEqual(pair.Second.Groups ?? [], StringComparer.Ordinal));

    private static Lesson WithoutGroups(Lesson lesson) => lesson with { Groups = null };

    private static bool IsSame(SeatResources before, SeatResources after) =>
        before.Cpu == after.Cpu && before.Memory == after.Memory
        && (before.Devices ?? new Dictionary<string, Quantity>()).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .SequenceEqual((after.Devices ?? new Dictionary<string, Quantity>()).OrderBy(pair => pair.Key, StringComparer.Ordinal));
}
