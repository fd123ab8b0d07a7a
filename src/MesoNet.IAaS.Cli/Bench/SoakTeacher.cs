using System.Collections.Immutable;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>
/// Somebody who cannot make up their mind: creates courses, changes, suspends and deletes them, kills notebooks, straight at the API server.
/// What is wanted is noted in <see cref="SoakWishes"/>.
/// </summary>
internal sealed class SoakTeacher
{
    private const int MostStudents = 25;
    private const string Calm = "calm";
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly string[] Groups = ["A", "B", "C"];

    // Few names, so that a deleted course's is soon taken by another; and two courses in one namespace.
    private static readonly ImmutableArray<ObjectKey> Names =
        [.. from space in Enumerable.Range(1, 5) from name in (string[])["tp-a", "tp-b"] select new ObjectKey($"course-soak-{space}", name)];

    private static readonly ImmutableArray<ObjectKey> CalmNames = [new("course-soak-1", Calm), new("course-soak-2", Calm)];

    private readonly KubernetesClient admin;
    private readonly SoakWishes wishes;
    private readonly SoakTally tally;
    private readonly SoakTemplates templates;
    private readonly Random random;
    private readonly TimeProvider time;
    private readonly Dictionary<ObjectKey, SoakCourse> courses = [];
    private readonly ImmutableArray<Habit> habits;
    private int version = 1;
    private int nextStudent;

    public SoakTeacher(KubernetesClient admin, SoakWishes wishes, SoakTally tally, Random random, TimeProvider time)
    {
        (this.admin, this.wishes, this.tally, this.random, this.time) = (admin, wishes, tally, random, time);
        templates = new(admin);
        habits =
        [
            new(4, token => CreateAsync(FreeName(), isCalm: false, token)),
            new(3, token => ChangeAsync("students added", Any(), AddStudents, token)),
            new(3, token => ChangeAsync("students removed", Uncalm(), RemoveStudents, token)),
            new(2, token => ChangeAsync("groups changed", Any(), ChangeGroups, token)),
            new(4, token => ChangeAsync("suspended or resumed", Uncalm(), course => course with { IsSuspended = !course.IsSuspended }, token)),
            new(4, token => ChangeAsync("another template", Any(), course => course with { Template = Pick(SoakTemplates.Names) }, token)),
            new(1, ChangeImageAsync),
            new(5, token => KillAsync(Any(), token)),
            new(3, token => DeleteAsync(Uncalm(), token)),
            new(1, RecreateAsync),
        ];
    }

    /// <summary>The courses as they should be now.</summary>
    public IReadOnlyCollection<SoakCourse> Courses => courses.Values;

    /// <summary>Puts what the courses need, and the first of them.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await templates.PutDatasetAsync(cancellationToken);
        foreach (var name in SoakTemplates.Names) await templates.PutAsync(name, version, cancellationToken);
        foreach (var name in Names.Concat(CalmNames).Select(key => key.Namespace).Distinct(StringComparer.Ordinal))
            await admin.CreateAsync(new Namespace { Metadata = new() { Name = name } }, cancellationToken);
        foreach (var key in CalmNames) await CreateAsync(key, isCalm: true, cancellationToken);
        for (var i = 0; i < 3; i++) await CreateAsync(FreeName(), isCalm: false, cancellationToken);
    }

    /// <summary>Acts until <paramref name="ending"/>, and returns after the last act.</summary>
    public async Task RunAsync(CancellationToken ending, CancellationToken cancellationToken)
    {
        var weight = habits.Sum(habit => habit.Weight);
        while (true)
        {
            await Task.Delay(LongestPause * random.NextDouble(), time, cancellationToken);
            if (ending.IsCancellationRequested) return;
            var drawn = random.Next(weight);
            await habits.First(habit => (drawn -= habit.Weight) < 0).Act(cancellationToken);
        }
    }

    private async Task CreateAsync(ObjectKey? name, bool isCalm, CancellationToken cancellationToken)
    {
        if (name is not { } key) return;
        var course = AddStudents(new()
        {
            Key = key, Template = Pick(SoakTemplates.Names), Students = [], IsCalm = isCalm,
            IsSuspended = !isCalm && random.Next(5) == 0, DeletesData = !isCalm && random.Next(2) == 0,
        });
        tally.Add("courses created", $"{key}, {course.Students.Count} students of {course.Template}{(course.DeletesData ? ", deletes its data" : "")}");
        await PutAsync(course, cancellationToken);
    }

    private async Task ChangeAsync(string kind, SoakCourse? course, Func<SoakCourse, SoakCourse> change, CancellationToken cancellationToken)
    {
        if (course is null) return;
        var changed = change(course);
        tally.Add(kind, $"{course.Key}, now {changed.Students.Count} students of {changed.Template}{(changed.IsSuspended ? ", suspended" : "")}");
        await PutAsync(changed, cancellationToken);
    }

    // What is no longer wanted is noted before, what is wanted from now on afterwards.
    private async Task PutAsync(SoakCourse course, CancellationToken cancellationToken)
    {
        if (courses.TryGetValue(course.Key, out var before))
            wishes.Note(course.Key, time.GetUtcNow(), before.Seats.Intersect(course.Seats, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal), !before.IsSuspended && !course.IsSuspended);
        await admin.ApplyAsync(course.ToEnvironment(), SoakTemplates.FieldManager, force: true, cancellationToken);
        courses[course.Key] = course;
        wishes.Note(course.Key, time.GetUtcNow(), course.Seats, !course.IsSuspended);
    }

    private async Task DeleteAsync(SoakCourse? course, CancellationToken cancellationToken)
    {
        if (course is null) return;
        tally.Add("courses deleted", $"{course.Key}{(course.DeletesData ? ", with its data" : "")}");
        wishes.Note(course.Key, time.GetUtcNow(), new HashSet<string>(StringComparer.Ordinal), running: false);
        if (course.DeletesData) wishes.NoteDataDeleted(course.Key, time.GetUtcNow());
        await admin.DeleteAsync<ClassroomEnvironment>(course.Key, cancellationToken);
        courses.Remove(course.Key);
    }

    private async Task RecreateAsync(CancellationToken cancellationToken)
    {
        if (Uncalm() is not { } course) return;
        await DeleteAsync(course, cancellationToken);
        tally.Add("courses recreated at once", $"{course.Key}");
        await PutAsync(course with { DeletesData = random.Next(2) == 0, IsSuspended = false }, cancellationToken);
    }

    private async Task ChangeImageAsync(CancellationToken cancellationToken)
    {
        var name = Pick(SoakTemplates.Names);
        tally.Add("templates changed", $"{name}, version {++version}");
        await templates.PutAsync(name, version, cancellationToken);
    }

    private async Task KillAsync(SoakCourse? course, CancellationToken cancellationToken)
    {
        if (course is null) return;
        var pods = await admin.ListAsync<ObservedPod>(
            new() { Namespace = course.Key.Namespace, LabelSelector = $"{Labels.Environment}={course.Key.Name},{Labels.Component}=seat" }, cancellationToken);
        if (pods.Count == 0) return;
        var pod = Pick(pods);
        tally.Add("notebooks killed", $"{pod.Key}");
        wishes.NoteKilled(pod.Metadata.Uid!);
        try
        {
            await admin.DeleteAsync<Pod>(pod.Key, cancellationToken, pod.Metadata.Uid);
        }
        catch (KubernetesApiException exception) when (exception.IsConflict)
        {
            // It ended meanwhile, and another has its name.
        }
    }

    private SoakCourse AddStudents(SoakCourse course)
    {
        var room = MostStudents - course.Students.Count;
        var added = Enumerable.Range(0, room == 0 ? 0 : random.Next(1, room + 1)).Select(_ => new Student { Login = $"student{++nextStudent:00000}", Group = Pick(Groups) });
        return course with { Students = course.Students.AddRange(added.ToList()) };
    }

    private SoakCourse RemoveStudents(SoakCourse course) => course with { Students = course.Students.RemoveAll(_ => random.Next(3) == 0) };

    private SoakCourse ChangeGroups(SoakCourse course) =>
        course with { Students = [.. course.Students.Select(student => random.Next(2) == 0 ? student with { Group = Pick(Groups) } : student)] };

    private ObjectKey? FreeName() => Names.Where(name => !courses.ContainsKey(name)).ToList() is { Count: > 0 } free ? Pick(free) : null;

    private SoakCourse? Any() => Pick([.. courses.Values]);

    private SoakCourse? Uncalm() => courses.Values.Where(course => !course.IsCalm).ToList() is { Count: > 0 } all ? Pick(all) : null;

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private sealed record Habit(int Weight, Func<CancellationToken, Task> Act);
}
