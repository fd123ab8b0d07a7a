using System.Globalization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Retention;

/// <summary>The Jobs that archive, delete and restore homes.</summary>
public static class RetentionJobs
{
    /// <summary>What the Jobs that archive and delete are labelled as.</summary>
    internal const string Component = "archive";

    /// <summary>The same of those that bring a home back.</summary>
    internal const string RestoreComponent = "restore";

    private const string ArchivePath = "/archive";
    private const string SubmissionsPath = "/submissions";

    /// <summary>The Job that archives: the homes are only read.</summary>
    internal static Job Archive(Course course, ObservedEnvironment observed, DateTimeOffset begun) => Build(course, observed, "archive", begun);

    /// <summary>The Job that deletes what is archived: the archives are only read.</summary>
    internal static Job Delete(Course course, ObservedEnvironment observed, DateTimeOffset begun) => Build(course, observed, "delete", begun);

    /// <summary>The Job that brings one home back; who may create it in the course's namespace may restore.</summary>
    /// <param name="environment">The course.</param>
    /// <param name="template">Its template.</param>
    /// <param name="login">The student, on the roster or not any more.</param>
    /// <param name="archive">The name of an older archive; null for the newest.</param>
    /// <param name="id">What tells this Job from others.</param>
    /// <param name="date">What the folder is named after, where there is a home again.</param>
    public static Job Restore(ClassroomEnvironment environment, CourseTemplate template, string login, string? archive, string id, string date)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var course = Course.Bare(environment, template);
        var seat = ObjectNames.Seat(course.Name, login);
        return HomesJob.Build(course, $"{ObjectNames.Slug(course.Name)}-restore-{id}", new(RestoreComponent, "restore")
        {
            Arguments = archive is null ? [seat] : [seat, archive],
            Environment = [new() { Name = "COURSE", Value = environment.Metadata.Uid }, new() { Name = "DATE", Value = date }],
            Volumes = [ClaimVolume(ArchivePath, ArchiveVolume.ClaimName(course.Name), readsOnly: true)],
            Deadline = TimeSpan.FromHours(6),
        });
    }

    /// <summary>The claim of what was handed in.</summary>
    internal static string SubmissionsClaim(string environment) => $"{environment}-submissions";

    private static Job Build(Course course, ObservedEnvironment observed, string task, DateTimeOffset begun)
    {
        var isArchive = task == "archive";
        var submissions = observed.Claims.Any(claim => claim.Metadata is { DeletionTimestamp: null } found && found.Name == SubmissionsClaim(course.Name));
        // Each an argument of its own: together they may be longer than one setting can be.
        var students = course.Students.OrderBy(student => student.SeatName, StringComparer.Ordinal).Select(student => $"{student.SeatName} {student.Login}").ToList();
        var name = ObjectNames.WithHash(
            $"{ObjectNames.Slug(course.Name)}-{task}",
            [course.Environment.Metadata.Uid!, course.Image, submissions ? "submissions" : "", begun.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), .. students]);
        return HomesJob.Build(course, name, new(Component, task)
        {
            Arguments = students,
            Environment =
            [
                new() { Name = "COURSE", Value = course.Environment.Metadata.Uid },
                .. submissions ? [new() { Name = "SUBMISSIONS", Value = SubmissionsPath }] : (EnvVar[])[],
            ],
            ReadsOnly = isArchive,
            Volumes =
            [
                ClaimVolume(ArchivePath, ArchiveVolume.ClaimName(course.Name), readsOnly: !isArchive),
                .. submissions ? [ClaimVolume(SubmissionsPath, SubmissionsClaim(course.Name), readsOnly: isArchive)] : ((Volume, VolumeMount)[])[],
            ],
            // What is done by then is done: the next one goes on with the others.
            Deadline = TimeSpan.FromHours(24),
        });
    }

    private static (Volume Volume, VolumeMount Mount) ClaimVolume(string path, string claim, bool readsOnly) =>
        (new() { Name = path[1..], PersistentVolumeClaim = new() { ClaimName = claim } }, new() { Name = path[1..], MountPath = path, ReadOnly = readsOnly ? true : null });
}
