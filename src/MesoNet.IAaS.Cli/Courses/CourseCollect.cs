using System.Formats.Tar;
using System.IO.Pipelines;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Volumes;
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
        var collected = new CollectedWork(folder, course, lesson);
        await using (var pod = await HomesPod.StartAsync(client, course, template, time, cancellationToken))
        {
            await ReceiveAsync(pod, lesson, collected, cancellationToken);
        }

        collected.WriteTable();
        await output.WriteLineAsync(collected.Sentence);
        return 0;
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
        var unpacking = UnpackAsync(source, collected, cancellationToken);
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

        if (result.ExitCode != 0) throw new UserMistakeException($"The students' work could not be read: {result.Errors.Trim()}");
    }

    private static async Task UnpackAsync(Stream source, CollectedWork collected, CancellationToken cancellationToken)
    {
        await using var reader = new TarReader(source, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            var (kind, seat, file) = entry.Name.Split('/') is [var a, var b, var c] ? (a, b, c) : ("", "", "");
            var content = entry.DataStream ?? Stream.Null;
            switch (file)
            {
                case "manifest.json":
                    collected.Begin(kind == "late", seat, (await JsonNode.ParseAsync(content, cancellationToken: cancellationToken))!);
                    break;
                case "work.tar.gz":
                    await collected.UnpackAsync(content, cancellationToken);
                    break;
                case "changes.diff":
                    await collected.WriteDiffAsync(content, cancellationToken);
                    break;
            }
        }

        // To its end, so that who writes is never left waiting.
        await source.CopyToAsync(Stream.Null, cancellationToken);
    }
}
