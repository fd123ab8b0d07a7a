using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.NewCourses;

/// <summary>What is allowed, but likely a slip.</summary>
internal static class NewCourseNotices
{
    /// <summary>The notices on a course.</summary>
    public static IEnumerable<Sentence> Of(ClassroomEnvironment environment, Instant now)
    {
        var (students, lessons) = (environment.Spec.Students ?? [], environment.Spec.Lessons ?? []);
        if (students.Count == 0 || lessons.Count == 0) yield break;
        var groups = students.Select(student => student.Group).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var group in lessons.SelectMany(lesson => lesson.Groups ?? []).Distinct(StringComparer.Ordinal).Where(group => !groups.Contains(group)).Take(5))
            yield return new($"Aucun étudiant n’est dans le groupe «\u00a0{group}\u00a0», que des séances nomment.", $"No student is in the group “{group}”, which lessons name.");
        var without = students.Count(student => lessons.All(lesson => lesson.Groups is { Count: > 0 } named && (student.Group is null || !named.Contains(student.Group, StringComparer.Ordinal))));
        if (without > 0)
        {
            yield return new(
                without == 1 ? "Un étudiant n’a aucune séance\u00a0: son groupe n’est nommé par aucune." : $"{without} étudiants n’ont aucune séance\u00a0: leur groupe n’est nommé par aucune.",
                without == 1 ? "One student has no lesson: no lesson names the group." : $"{without} students have no lesson: no lesson names their group.");
        }

        if (LocalTimes.Zone(environment.Spec) is not { } zone) yield break;
        var past = lessons.Count(lesson => LocalTimes.Time(lesson.End) is { } end && LocalTimes.Moment(end, zone) <= now);
        if (past > 0)
        {
            yield return new(
                past == 1 ? "Une séance est déjà passée." : $"{past} séances sont déjà passées.", past == 1 ? "One lesson is over already." : $"{past} lessons are over already.");
        }
    }
}
