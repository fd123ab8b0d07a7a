using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Submissions;

/// <summary>The Job that takes students' work: from the homes, which it only reads, into the submissions' volume.</summary>
internal static class SubmissionsJob
{
    public const string Component = "hand-in";

    /// <summary>The Job that takes all of these.</summary>
    public static Job Build(Course course, IReadOnlyList<DueHandIn> due)
    {
        IReadOnlyList<string> lines = [.. due.Select(item => item.Write())];
        var directory = course.Template.Spec.Code is null ? "" : course.CodeDirectory;
        var name = ObjectNames.WithHash($"{ObjectNames.Slug(course.Name)}-{Component}", [course.Environment.Metadata.Uid!, course.Image, directory, .. lines]);
        return HomesJob.Build(course, name, new(Component, "hand-in")
        {
            Arguments = lines,
            Environment = [new() { Name = "COURSE", Value = course.Name }, new() { Name = "DIRECTORY", Value = directory }],
            ReadsOnly = true,
            Volumes =
            [
                (new() { Name = "submissions", PersistentVolumeClaim = new() { ClaimName = SubmissionsVolume.ClaimName(course.Name) } },
                    new() { Name = "submissions", MountPath = SubmissionsVolume.Path }),
            ],
            // Thousands of homes, one after the other on a slow file server.
            Deadline = TimeSpan.FromHours(2),
        });
    }

    /// <summary>What a Job takes, read from the Job itself.</summary>
    public static IReadOnlyList<DueHandIn> DueOf(Job job) => [.. HomesJob.ArgumentsOf(job).Select(DueHandIn.Read).OfType<DueHandIn>()];
}
