using System.Net;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>Lengthens a lesson that is on, or ends it, whatever others write at the same time.</summary>
internal sealed class LessonEnds(KubernetesClient client, SiteView site, TimeProvider time)
{
    private const int Attempts = 5;

    /// <summary>The lesson goes on for some minutes more.</summary>
    /// <param name="taught">The course, with what of it is the teacher's.</param>
    /// <param name="lesson">The lesson's name.</param>
    /// <param name="shownEnd">Its end as the teacher saw it.</param>
    /// <param name="minutes">How many minutes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What happened.</returns>
    public async Task<Sentence> LengthenAsync(TaughtCourse taught, string lesson, string shownEnd, int minutes, CancellationToken cancellationToken)
    {
        var (changed, said) = await WriteAsync(taught, lesson, (course, now) => LessonChange.Lengthen(course, lesson, shownEnd, minutes, now), cancellationToken);
        if (changed is not { } course) return said;
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var unfit = SiteCalendar.Of([.. site.Environments.All.Where(other => other.Key != course.Key), course], site.Templates.All, site.Nodes.All, now: now, workspaces: site.ResolvedWorkspaces)
            .FitOf(course.Key, now).Lessons.FirstOrDefault(fit => fit.Lesson == lesson && !fit.Fits);
        var end = ClockOf(course, lesson);
        var done = new Sentence(
            $"La séance {lesson} dure maintenant jusqu’à {end}. Les étudiants le voient dans JupyterLab d’ici une minute ou deux.",
            $"The lesson {lesson} now goes on until {end}. The students see it in JupyterLab within a minute or two.");
        if (unfit is null) return done;
        var lacks = FitWords.Of(course.Key, unfit, LocalTimes.Zone(course.Spec)!, now);
        return new($"{done.French} Attention\u00a0: {lacks.French}", $"{done.English} Take care: {lacks.English}");
    }

    /// <summary>The lesson ends now.</summary>
    public async Task<Sentence> StopAsync(TaughtCourse taught, string lesson, string shownEnd, CancellationToken cancellationToken)
    {
        var (changed, said) = await WriteAsync(taught, lesson, (course, now) => LessonChange.Stop(course, lesson, shownEnd, now), cancellationToken);
        if (changed is not { } course) return said;
        var end = ClockOf(course, lesson);
        return new(
            $"La séance {lesson} finit à {end}. Les environnements s’arrêtent\u00a0; le travail des étudiants est conservé.",
            $"The lesson {lesson} ends at {end}. The environments stop; the students’ work is kept.");
    }

    private async Task<(ClassroomEnvironment? Changed, Sentence Said)> WriteAsync(
        TaughtCourse taught, string lesson, Func<ClassroomEnvironment, Instant, (LessonChange? Change, Sentence? Problem)> decide, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            // Read where it is written: the watch may be behind.
            var course = await client.GetAsync<ClassroomEnvironment>(taught.Course.Key, cancellationToken);
            if (course.Spec.Lessons?.FirstOrDefault(item => item.Name == lesson) is { } found && !taught.MayChange(found.Groups))
                return (null, new("Cette séance n’est pas celle de vos groupes.", "This lesson is not of your groups."));
            var (change, problem) = decide(course, Instant.FromDateTimeOffset(time.GetUtcNow()));
            if (change is null) return (null, problem!);
            try
            {
                return (await client.JsonPatchAsync<ClassroomEnvironment>(course.Key, change.ToPatch(course.Metadata.Uid!), cancellationToken), new("", ""));
            }
            catch (KubernetesApiException exception) when (exception.StatusCode == HttpStatusCode.UnprocessableEntity && attempt < Attempts)
            {
                // The course was changed in between, or the change is refused: only the first is worth another look.
                if ((await client.GetAsync<ClassroomEnvironment>(course.Key, cancellationToken)).Metadata.Generation == course.Metadata.Generation) throw;
            }
        }
    }

    private static string ClockOf(ClassroomEnvironment course, string lesson) => course.Spec.Lessons!.First(item => item.Name == lesson).End.Split('T')[1];
}
