using System.IO.Pipelines;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Portal.Work;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Cli.Courses;

/// <summary><c>mesonet course collect COURSE LESSON -o DIR</c>: the students' work for a lesson, as files on this machine.</summary>
internal sealed class CourseCollect(ClusterReader cluster, TimeProvider time)
{
    public async Task<int> RunAsync(string name, string lesson, string folder, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = await cluster.RequireAsync(cancellationToken);
        var (course, template) = await CourseOnCluster.FindAsync(client, name, cancellationToken);
        Check(course, lesson, folder);
        if (await client.FindAsync<PersistentVolumeClaim>(new(course.Metadata.Namespace!, SubmissionsVolume.ClaimName(name)), cancellationToken) is null)
            throw new UserMistakeException($"Nothing has been handed in for \"{name}\" yet.");

        Directory.CreateDirectory(folder);
        var collected = new CollectedWork(new FolderTarget(folder), course, course.Spec.Students ?? []);
        await using (var pod = await HomesPod.StartAsync(client, course, template, time, cancellationToken))
        {
            await ReceiveAsync(pod, lesson, collected, cancellationToken);
        }

        await collected.AddTableAsync(cancellationToken);
        await output.WriteLineAsync(Sentence(collected, lesson, folder));
        return 0;
    }

    private static string Sentence(CollectedWork collected, string lesson, string folder)
    {
        var (inTime, late, without) = (collected.InTime, collected.TooLate, collected.Without.Count());
        return $"{lesson}: the work of {inTime} student{(inTime == 1 ? "" : "s")} is in {folder}{(late > 0 ? $", {late} more or again in {Path.Combine(folder, "late")}" : "")}"
            + $"{(without > 0 ? $"; {without} without work" : "")}. {Path.Combine(folder, "rendus.csv")} lists them.";
    }

    private static void Check(ClassroomEnvironment course, string lesson, string folder)
    {
        var lessons = (course.Spec.Lessons ?? []).Select(known => known.Name).ToList();
        if (!lessons.Contains(lesson, StringComparer.Ordinal))
            throw new UserMistakeException($"The course \"{course.Metadata.Name}\" has no lesson \"{lesson}\". {(lessons.Count == 0 ? "It has none." : $"Its lessons are {string.Join(", ", lessons)}.")}");
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new UserMistakeException($"{folder} is there already, and not an empty folder: what was corrected there should not be overwritten. Name another with -o.");
    }

    // Unpacked as it comes: all work of a course need not fit twice.
    private static async Task ReceiveAsync(HomesPod pod, string lesson, CollectedWork collected, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        await using var source = pipe.Reader.AsStream();
        var unpacking = WorkStream.ReceiveAsync(source, collected, seats: null, cancellationToken);
        ExecResult result;
        await using (var target = pipe.Writer.AsStream()) result = await pod.RunTaskAsync("collect", [lesson], target, cancellationToken);
        try
        {
            await unpacking;
        }
        catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException && result.ExitCode != 0)
        {
            // The pod's own words say more.
        }
        catch (WorkDamagedException exception)
        {
            throw new UserMistakeException(exception.Message);
        }

        if (result.ExitCode != 0) throw new UserMistakeException($"The students' work could not be read: {result.Errors.Trim()}");
    }
}
