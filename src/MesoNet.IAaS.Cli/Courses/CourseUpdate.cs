using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Work;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Cli.Courses;

/// <summary><c>mesonet course update COURSE [--ref REF]</c>: asks for the newest of the course's ref, or for another one, and waits until everybody has it.</summary>
internal sealed class CourseUpdate(ClusterReader cluster, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task<int> RunAsync(string name, string? reference, TextWriter output, CancellationToken cancellationToken)
    {
        if (reference is { Length: > 0 } && !GitRef.IsValid(reference)) throw new UserMistakeException($"\"{reference}\" is no branch, tag or commit. --ref takes one, such as main, v2 or a full commit.");
        using var client = await cluster.RequireAsync(cancellationToken);
        var (course, template) = await CourseOnCluster.FindAsync(client, name, cancellationToken);
        if (template.Spec.Code is not { } code) throw new UserMistakeException($"The template \"{template.Metadata.Name}\" of \"{name}\" has no code.");

        var wanted = reference is null ? course.Spec.Code?.Ref : reference.Length == 0 ? null : reference;
        var asked = await new CodeWishes(client, time).LookAsync(course.Key, wanted, cancellationToken);
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < Patience)
        {
            var now = await client.GetAsync<ClassroomEnvironment>(course.Key, cancellationToken);
            var told = now.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "MaterialsReady");
            if (told is not null && told.ObservedGeneration >= asked.Metadata.Generation)
            {
                if (ConditionWords.IsProblem(told)) throw new UserMistakeException($"{name} has the code it had: {told.Message}");
                if (told.Status == "True" && !AskedLook.IsPending(now))
                {
                    var materials = now.Status!.Materials;
                    await output.WriteLineAsync($"{name} has commit {materials?.Commit} of {wanted ?? code.Ref}. {materials?.Summary ?? "All homes have it."}");
                    return 0;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(300), time, cancellationToken);
        }

        throw new UserMistakeException($"{name} has been asked for the new version, and it is not there within five minutes. The condition MaterialsReady tells why: 'mesonet kubectl describe ce -n {course.Metadata.Namespace} {name}'.");
    }
}
