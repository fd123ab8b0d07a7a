using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>
/// Whether the world is as the teacher wants it. Asked of the plan first, then again in the teacher's words and without the planner, which
/// could be wrong itself.
/// </summary>
internal static class SoakVerdict
{
    /// <summary>What is not as it should be, each as a sentence.</summary>
    public static IReadOnlyList<string> Of(SiteWorld world, IReadOnlyCollection<SoakCourse> courses, Instant now) =>
        [.. world.LeftToDo(now), .. Missing(world, courses), .. courses.SelectMany(course => SeatProblems(world, course)), .. Orphans(world)];

    private static IEnumerable<string> Missing(SiteWorld world, IReadOnlyCollection<SoakCourse> courses)
    {
        var wanted = courses.Select(course => course.Key).ToHashSet();
        var present = world.Environments.Select(environment => environment.Key).ToHashSet();
        if (!wanted.SetEquals(present))
            yield return $"There should be the courses {string.Join(", ", wanted)}, and there are {string.Join(", ", present)}.";
    }

    private static IEnumerable<string> SeatProblems(SiteWorld world, SoakCourse course)
    {
        var logins = world.Seats.Where(seat => SiteWorld.EnvironmentOf(seat) == course.Key).Select(seat => seat.Spec.Login).ToList();
        foreach (var student in course.Students.Where(student => logins.Count(login => login == student.Login) != 1))
            yield return $"{course.Key}: {student.Login} has {logins.Count(login => login == student.Login)} Seats.";
        if (logins.Count > course.Students.Count) yield return $"{course.Key}: there are {logins.Count} Seats for {course.Students.Count} students.";

        var pods = world.Pods.Where(pod => SiteWorld.EnvironmentOf(pod) == course.Key && pod.Metadata.Label(Labels.Component) == "seat").ToList();
        if (course.IsSuspended)
        {
            foreach (var pod in pods) yield return $"{course.Key}: it is suspended, and the pod {pod.Key} is there.";
            yield break;
        }

        foreach (var seat in course.Seats)
        {
            var own = pods.Where(pod => pod.Metadata.Label(Labels.Seat) == seat).ToList();
            if (own.Count != 1) yield return $"{course.Key}: the seat {seat} has {own.Count} pods.";
            else if (!own[0].IsReady) yield return $"{course.Key}: the pod {seat} is not Ready ({own[0].Status?.Phase}, {Waiting(own[0])}).";
        }

        if (pods.Count > course.Seats.Count) yield return $"{course.Key}: there are {pods.Count} pods for {course.Seats.Count} seats.";
    }

    /// <summary>What belongs to no environment that there is. A claim that nobody owns is kept on purpose: the homes of a course that was deleted without its data.</summary>
    private static IEnumerable<string> Orphans(SiteWorld world)
    {
        var environments = world.Environments.Select(environment => environment.Key).ToHashSet();
        var uids = world.Environments.Concat(world.Objects).Select(item => item.Metadata.Uid!).ToHashSet(StringComparer.Ordinal);
        foreach (var item in world.Objects)
        {
            var owners = item.Metadata.OwnerReferences ?? [];
            if (!environments.Contains(SiteWorld.EnvironmentOf(item)) && !(item is PersistentVolumeClaim && owners.Count == 0))
                yield return $"{item.GetType().Name} {item.Key} is left of the course {SiteWorld.EnvironmentOf(item)}, which is gone.";
            else if (owners.FirstOrDefault(owner => !uids.Contains(owner.Uid)) is { } lost)
                yield return $"{item.GetType().Name} {item.Key} is owned by the {lost.Kind} {lost.Name}, which is gone.";
        }
    }

    private static string Waiting(ObservedPod pod) =>
        pod.Metadata.DeletionTimestamp is not null ? "ending"
        : pod.Status?.Conditions?.FirstOrDefault(condition => condition.Status == "False")?.Message ?? "no reason given";
}
