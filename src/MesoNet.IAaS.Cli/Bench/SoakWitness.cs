using System.Collections.Concurrent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>
/// Sees everything that ends during a soak, and asks for the reason. What must not happen:
/// <list type="bullet">
/// <item>a notebook that was Ready ends, though its seat was wanted and running all the time and nobody killed it;</item>
/// <item>a seat ends though its student was on the roster all the time;</item>
/// <item>the claim of a course's homes ends, unless the course was deleted together with its data;</item>
/// <item>the token of a running notebook becomes another, which would lock its student out.</item>
/// </list>
/// A pod of the same name cannot be there twice at once; what a second one would look like is a Ready pod ended and made again, the first rule.
/// </summary>
internal sealed class SoakWitness
{
    private const string SeatComponent = "seat";

    private readonly SoakWishes wishes;
    private readonly TimeProvider time;
    private readonly ConcurrentQueue<string> violations = new();
    private readonly ConcurrentDictionary<string, string> tokensAtStart = new(StringComparer.Ordinal);
    private readonly SoakFollower<ObservedPod> pods;
    private readonly SoakFollower<Seat> seats;
    private readonly SoakFollower<PersistentVolumeClaim> claims;
    private readonly SoakFollower<Secret> secrets;

    public SoakWitness(KubernetesClient admin, SoakWishes wishes, TimeProvider time)
    {
        (this.wishes, this.time) = (wishes, time);
        pods = new(admin, Component(SeatComponent), PodEnded, time) { Changed = NoteReady };
        seats = new(admin, ListQuery.All, SeatEnded, time);
        claims = new(admin, Component("homes"), ClaimEnded, time);
        secrets = new(admin, Component("tokens"), _ => { }, time);
    }

    /// <summary>What should not have happened, each as a sentence.</summary>
    public IReadOnlyList<string> Violations => [.. violations];

    /// <summary>How many Ready pods have ended, for whatever reason.</summary>
    public int EndedPods { get; private set; }

    /// <summary>Watches until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        pods.RunAsync(cancellationToken), seats.RunAsync(cancellationToken), claims.RunAsync(cancellationToken), secrets.RunAsync(cancellationToken));

    /// <summary>The notebooks that hold another token than the one their seat has now, each as a sentence.</summary>
    public IEnumerable<string> LockedOut() =>
        from pod in pods.Objects
        where tokensAtStart.TryGetValue(pod.Metadata.Uid!, out var atStart) && TokenOf(pod) is { } now && now != atStart
        select $"The pod {pod.Key} was started with another token than its seat has now: its student is locked out.";

    private static ListQuery Component(string component) =>
        ListQuery.All with { LabelSelector = $"{Labels.ManagedBy}={Labels.Operator},{Labels.Component}={component}" };

    private static ObjectKey EnvironmentOf(KubernetesObject item) => new(item.Metadata.Namespace!, item.Metadata.Label(Labels.Environment) ?? "");

    private string? TokenOf(ObservedPod pod)
    {
        var environment = EnvironmentOf(pod);
        var tokens = secrets.Find(new(environment.Namespace, $"{environment.Name}-tokens"));
        return tokens?.Data?.GetValueOrDefault(pod.Metadata.Name!) is { } token ? Convert.ToBase64String(token) : null;
    }

    private void NoteReady(ObservedPod pod)
    {
        if (!pod.IsReady) return;
        if (TokenOf(pod) is { } token) tokensAtStart.TryAdd(pod.Metadata.Uid!, token);
    }

    private void PodEnded(ObservedPod pod)
    {
        tokensAtStart.TryRemove(pod.Metadata.Uid!, out _);
        if (!pod.IsReady) return;
        EndedPods++;
        if (wishes.WasKilled(pod.Metadata.Uid!) || wishes.WasTakenBack(EnvironmentOf(pod), pod.Metadata.Name!, MadeAt(pod), running: true)) return;
        Tell($"The Ready pod {pod.Key} of {MadeAt(pod):HH:mm:ss} ended, though its seat was wanted all the time.");
    }

    private void SeatEnded(Seat seat)
    {
        if (wishes.WasTakenBack(new(seat.Metadata.Namespace!, seat.Spec.Environment), seat.Metadata.Name!, MadeAt(seat), running: false)) return;
        Tell($"The Seat {seat.Key} of {MadeAt(seat):HH:mm:ss} ended, though its student was on the roster all the time.");
    }

    private void ClaimEnded(PersistentVolumeClaim claim)
    {
        if (wishes.MayHomesGo(EnvironmentOf(claim), MadeAt(claim))) return;
        Tell($"The homes' claim {claim.Key} of {MadeAt(claim):HH:mm:ss} was deleted, though nobody said that its data may go.");
    }

    private static DateTimeOffset MadeAt(KubernetesObject item) => item.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue;

    private void Tell(string violation) => violations.Enqueue($"{time.GetUtcNow():HH:mm:ss.fff} {violation}");
}
