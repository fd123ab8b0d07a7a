using System.Collections.Concurrent;
using System.Threading.Channels;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Seats;
using NodaTime;

namespace MesoNet.IAaS.Operator.Courses;

/// <summary>
/// Asks seats' pods whether somebody works in them, some at a time and beside the passes, and keeps what they answered. Kept in memory only: an
/// operator that is started anew asks again.
/// </summary>
/// <param name="ask">Asks one pod; null where it did not answer.</param>
/// <param name="answered">Told of the environment whose pod was asked.</param>
/// <param name="time">The clock.</param>
internal sealed class SeatAnswers(Func<ObjectKey, CancellationToken, Task<SeatActivity?>> ask, Action<ObjectKey> answered, TimeProvider time)
{
    private const int Workers = 16;
    private const int ManyAnswers = 10_000;

    // Of pods that are long gone, mostly; one that is still there is asked again when its answer matters.
    private static readonly Duration KeptFor = Duration.FromDays(2);

    private readonly Channel<(ObjectKey Environment, ObservedPod Pod)> questions = Channel.CreateUnbounded<(ObjectKey, ObservedPod)>();
    private readonly ConcurrentDictionary<string, bool> asking = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SeatAnswer> answers = new(StringComparer.Ordinal);

    /// <summary>Has a pod asked, unless it is being asked already.</summary>
    public void Ask(ObjectKey environment, ObservedPod pod)
    {
        if (asking.TryAdd(pod.Metadata.Uid!, true)) questions.Writer.TryWrite((environment, pod));
    }

    /// <summary>What these pods answered, by uid.</summary>
    public IReadOnlyDictionary<string, SeatAnswer> Of(IReadOnlyList<ObservedPod> pods)
    {
        if (answers.IsEmpty) return new Dictionary<string, SeatAnswer>();
        return pods.Where(pod => answers.ContainsKey(pod.Metadata.Uid!)).ToDictionary(pod => pod.Metadata.Uid!, pod => answers[pod.Metadata.Uid!], StringComparer.Ordinal);
    }

    /// <summary>Asks until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(cancellationToken)));

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        await foreach (var (environment, pod) in questions.Reader.ReadAllAsync(cancellationToken))
        {
            var uid = pod.Metadata.Uid!;
            try
            {
                var activity = await ask(pod.Key, cancellationToken);
                var at = activity?.AskedAt ?? Instant.FromDateTimeOffset(time.GetUtcNow());
                answers[uid] = new(at, activity ?? answers.GetValueOrDefault(uid)?.Activity);
                if (answers.Count > ManyAnswers) ForgetThoseBefore(at - KeptFor);
            }
            finally
            {
                asking.TryRemove(uid, out _);
            }

            answered(environment);
        }
    }

    private void ForgetThoseBefore(Instant moment)
    {
        foreach (var (uid, _) in answers.Where(pair => pair.Value.AskedAt < moment).ToList()) answers.TryRemove(uid, out _);
    }
}
