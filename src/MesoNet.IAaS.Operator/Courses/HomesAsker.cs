using System.Collections.Concurrent;
using System.Threading.Channels;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Quota;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace MesoNet.IAaS.Operator.Courses;

/// <summary>
/// Asks courses' watches what their homes take, beside the passes, and keeps what they answered. Kept in memory only: an operator that is started anew
/// asks again.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="answered">Told of the environment whose watch was asked.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is told why there was no answer.</param>
internal sealed class HomesAsker(KubernetesClient client, Action<ObjectKey> answered, TimeProvider time, ILogger logger)
{
    private const int Workers = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<ObjectKey, bool> asking = new();
    private readonly Channel<(ObjectKey Environment, ObservedPod Watch)> questions = Channel.CreateUnbounded<(ObjectKey, ObservedPod)>();

    // One per course, by the environment, with the pod that it is of.
    private readonly ConcurrentDictionary<ObjectKey, (string Pod, HomesAnswer Answer)> answers = new();

    /// <summary>What a course's watch answered; null where this very pod has not been asked.</summary>
    public HomesAnswer? Of(ObjectKey environment, IReadOnlyList<ObservedPod> pods) =>
        answers.TryGetValue(environment, out var known) && HomesWatch.Of(pods)?.Metadata.Uid == known.Pod ? known.Answer : null;

    /// <summary>Has a watch asked, unless it is being asked already.</summary>
    public void Ask(ObjectKey environment, ObservedPod watch)
    {
        if (asking.TryAdd(watch.Key, true)) questions.Writer.TryWrite((environment, watch));
    }

    /// <summary>Asks until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(Enumerable.Range(0, Workers).Select(async _ =>
    {
        await foreach (var (environment, watch) in questions.Reader.ReadAllAsync(cancellationToken)) await AskAsync(environment, watch, cancellationToken);
    }));

    private async Task AskAsync(ObjectKey environment, ObservedPod watch, CancellationToken cancellationToken)
    {
        var uid = watch.Metadata.Uid!;
        try
        {
            var use = await AnswerOfAsync(watch.Key, cancellationToken);
            var last = answers.TryGetValue(environment, out var known) && known.Pod == uid ? known.Answer.Use : null;
            answers[environment] = (uid, new(Instant.FromDateTimeOffset(time.GetUtcNow()), use ?? last, IsSilence: use is null));
        }
        finally
        {
            asking.TryRemove(watch.Key, out _);
        }

        answered(environment);
    }

    private async Task<HomesUse?> AnswerOfAsync(ObjectKey watch, CancellationToken cancellationToken)
    {
        try
        {
            var result = await client.ExecAsync(watch, HomesWatch.ContainerName, HomesWatch.AskCommand, Patience, cancellationToken);
            if (result.ExitCode == 0 && HomesUse.Parse(result.Output) is { } use) return use;
            logger.LogWarning("The watch of homes {Pod} could not say what they take: exit code {ExitCode}, {Errors}", watch, result.ExitCode, result.Errors.Trim());
        }
        catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException)
        {
            logger.LogWarning("The watch of homes {Pod} could not be asked what they take: {Reason}", watch, exception.Message);
        }

        return null;
    }
}
