using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Reading;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Site;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>How far a course's reader is.</summary>
internal enum ReaderStep
{
    /// <summary>Nobody asked for it, or that was long ago.</summary>
    NotAsked,

    /// <summary>It is on its way.</summary>
    Starting,

    /// <summary>It answers.</summary>
    Ready,

    /// <summary>It does not start; it may still.</summary>
    Stuck,
}

/// <summary>The address of a reader that answers, and what opens it.</summary>
internal sealed record ReaderDoor(Uri Address, string Token);

/// <summary>How far a course's reader is, as the watches told.</summary>
/// <param name="Step">How far.</param>
/// <param name="Door">Where it answers; null where it does not.</param>
/// <param name="Reason">What keeps it, in a word; null where nothing is known to.</param>
/// <param name="Detail">The same in the operator's sentence.</param>
internal sealed record ReaderOutlook(ReaderStep Step, ReaderDoor? Door = null, string? Reason = null, string? Detail = null)
{
    /// <summary>The operator has no pod for the course though it should have had the time to make one.</summary>
    public const string NoPod = "NoPod";

    private static readonly TimeSpan UsualForPod = TimeSpan.FromSeconds(30);

    /// <summary>The outlook of a course's reader, to somebody who teaches it.</summary>
    public static ReaderOutlook Of(TaughtCourse taught, SiteView site, DateTimeOffset now)
    {
        var course = taught.Course;
        if (course.Spec.ReadUntil is not { } until || until <= now) return new(ReaderStep.NotAsked);
        if (site.Readers.Find(new ObjectKey(course.Metadata.Namespace!, HomesReader.Name(course.Metadata.Name!))) is not { } pod)
            return until - now < ReaderWishes.Wanted - UsualForPod ? new(ReaderStep.Stuck, null, NoPod, SentenceOf(taught)) : new(ReaderStep.Starting);
        if (pod is { IsReady: true, Status.PodIP: { } address } && site.ReaderTokenOf(course) is { } token)
            return new(ReaderStep.Ready, new(new UriBuilder(Uri.UriSchemeHttp, address, HomesReader.Port).Uri, token));
        return pod.Metadata.DeletionTimestamp is null && HomesReader.ProblemOf(pod, now) is { } problem
            ? new(ReaderStep.Stuck, null, problem.Reason, problem.Sentence)
            : new(ReaderStep.Starting);
    }

    // A course that is refused has no reader either.
    private static string? SentenceOf(TaughtCourse taught) =>
        taught.Course.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready" && ConditionWords.IsProblem(condition)) is { } refused ? taught.DetailOf(refused) : null;
}
