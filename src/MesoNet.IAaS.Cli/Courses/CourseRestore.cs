using System.Globalization;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Retention;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Cli.Courses;

/// <summary><c>mesonet course restore COURSE STUDENT</c>: a Job, made with the caller's rights, brings one home back from its archive.</summary>
internal sealed class CourseRestore(ClusterReader cluster, TimeProvider time)
{
    private static readonly TimeSpan PatienceWithStart = TimeSpan.FromMinutes(5);

    public async Task<int> RunAsync(string name, string student, string? archive, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = await cluster.RequireAsync(cancellationToken);
        var (course, template) = await CourseOnCluster.FindAsync(client, name, cancellationToken);
        if (await client.FindAsync<PersistentVolumeClaim>(new(course.Metadata.Namespace!, ArchiveVolume.ClaimName(name)), cancellationToken) is null)
            throw new UserMistakeException($"The course \"{name}\" has no archives: nothing was archived yet. spec.retention.keepFor says when it is.");

        var date = time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var job = await client.CreateAsync(RetentionJobs.Restore(course, template, student, archive, Guid.NewGuid().ToString("N")[..8], date), cancellationToken);
        try
        {
            Print(course, student, await UntilEndedAsync(client, job, cancellationToken), output);
            return 0;
        }
        finally
        {
            await client.DeleteAsync<Job>(job.Key, CancellationToken.None, job.Metadata.Uid);
        }
    }

    private async Task<RetentionOutcome> UntilEndedAsync(KubernetesClient client, Job job, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var pods = await client.ListAsync<Pod>(new() { Namespace = job.Metadata.Namespace!, LabelSelector = $"job-name={job.Metadata.Name}" }, cancellationToken);
            var state = pods.Select(pod => pod.Status?.ContainerStatuses?.FirstOrDefault()?.State).FirstOrDefault(state => state is not null);
            if (state?.Terminated is { } ended)
            {
                return RetentionOutcome.TryRead(ended.Message) is not { } said ? throw new UserMistakeException($"The Job {job.Key} ended without success: {ended.Message ?? ended.Reason}")
                    : said.Reason is null ? said : throw new UserMistakeException(Sentence(said));
            }

            if (state?.Running is null && time.GetElapsedTime(start) > PatienceWithStart)
                throw new UserMistakeException($"The Job {job.Key} did not begin within five minutes. 'mesonet kubectl describe pod' tells why.");
            await Task.Delay(TimeSpan.FromMilliseconds(300), time, cancellationToken);
        }
    }

    private static string Sentence(RetentionOutcome said) => said.Reason switch
    {
        "NoArchive" => $"Nothing was restored: {said.Detail}. An archive is named by the student's seat.",
        "VolumeFull" => "Nothing was restored: there is no room left on the homes' volume. Raise storage.size, or make room.",
        "HomeFull" => $"Nothing was restored: {said.Detail}, as its file system bounds it (docs/quota.md). Have files removed there, and run this again; or raise spec.storage.homeQuota first, and let a seat of the course run for a minute, so that the bound follows.",
        _ => $"Nothing was restored: {said.Detail}.",
    };

    private static void Print(ClassroomEnvironment course, string student, RetentionOutcome said, TextWriter output)
    {
        var files = said.Restored == 1 ? "1 file" : $"{said.Restored} files";
        output.WriteLine(said.Into is { Length: > 0 } folder
            ? $"{student} has a home again, and nothing in it was written over: the {files} of the archive of {said.Made} are in its folder {folder}."
            : $"The home of {student} is back as it was: {files}, from the archive of {said.Made}.");
        if (said.Older is { Count: > 0 } older) output.WriteLine($"There are older archives: {string.Join(", ", older)}. --archive restores one of them.");
        if (course.Status?.Stage == Stage.Closed)
            output.WriteLine("The course is closed. For the student to get in, set spec.validity.until to a later day; the homes of the others are made anew then, and what they had stays in the archive.");
    }
}
