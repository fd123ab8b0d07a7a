using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Quota;

/// <summary>What to do about the watch of a course's homes.</summary>
/// <param name="Create">The watch, where it is missing.</param>
/// <param name="Delete">The watch, where it is needed no longer or is another's.</param>
/// <param name="Ask">The watch, where it is to be asked.</param>
/// <param name="NextLookAt">When something changes though nothing happens.</param>
internal sealed record HomesWatchPlan(IReadOnlyList<Pod> Create, IReadOnlyList<PlannedDeletion> Delete, ObservedPod? Ask, DateTimeOffset? NextLookAt);

/// <summary>
/// One small pod per course measures what each home takes while seats run. It may not talk to the API server: that it has something to tell is its not
/// being Ready, which the kubelet writes and the operator's watch of pods shows; then it is asked by exec.
/// </summary>
public static class HomesWatch
{
    /// <summary>The name of its container.</summary>
    public const string ContainerName = "watch";

    internal const string Component = "homes-watch";
    private const string StatePath = "/run/mesonet";
    private const int Port = 8080;

    // It is Ready once the homes have been measured, which takes longer where there is much in them.
    private static readonly TimeSpan UsualFirstMeasure = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan AgainAfterSilence = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AgainWhileNotReady = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The command that, run in its container, prints a line of JSON for <see cref="HomesUse.Parse"/>. What comes between its two halves is news again.
    /// </summary>
    public static IReadOnlyList<string> AskCommand { get; } = ["sh", "-c", $"rm -f {StatePath}/news; cat {StatePath}/state"];

    /// <summary>The name of a course's watch.</summary>
    public static string Name(string environment) => HomesPod.NameOf(environment, Component);

    /// <summary>The watch that is there and has not ended, or null.</summary>
    public static ObservedPod? Of(IEnumerable<ObservedPod> pods) =>
        pods.FirstOrDefault(pod => pod.Metadata.Label(Labels.Component) == Component && pod.Metadata.DeletionTimestamp is null && !PodDiagnosis.HasEnded(pod));

    internal static HomesWatchPlan Plan(Course course, ObservedEnvironment observed, SeatsPlan plan, Instant now)
    {
        var moment = now.ToDateTimeOffset();
        var present = HomesPod.Find(observed.Pods, Component);
        var seats = observed.Pods.Where(pod => pod.Metadata.Label(Labels.Component) == SeatPod.Component).ToList();
        var isNeeded = seats.Count > 0 || plan.Seats.Values.Any(seat => seat.Demand.Purpose != SeatPurpose.None);
        var settlesAt = isNeeded ? null : observed.Seats.Select(seat => HomeRule.SettlesAt(seat, moment)).Max();
        if (!isNeeded && settlesAt is null)
            return new([], present is { Metadata.DeletionTimestamp: null } ? [PlannedDeletion.Of(present, "no seat runs, so no home grows")] : [], null, null);
        // A volume that is about to go stays as long as a pod has it: this one would keep it, and all that waits for the next one, for ever.
        if (HomesVolume.IsGoing(course, observed))
            return new([], present is { Metadata.DeletionTimestamp: null } && !course.IsOfPredecessor(present) ? [PlannedDeletion.Of(present, "the homes' volume is going")] : [], null, settlesAt);
        // At the bell all go before it; before a seat is ready nobody writes.
        var isWorkedIn = seats.Any(pod => pod.IsReady && plan.Seats.GetValueOrDefault(pod.Metadata.Name!).Demand is { Purpose: not SeatPurpose.None });
        if (present is null) return new(isWorkedIn ? [PodOf(course).For(course)] : [], [], null, settlesAt);
        if (present.Metadata.DeletionTimestamp is not null) return new([], [], null, settlesAt);
        if (course.IsOfPredecessor(present)) return new([], [], null, settlesAt);
        if (PodDiagnosis.HasEnded(present) || !PodOf(course).IsOf(course, present))
        {
            var at = PodDiagnosis.HasEnded(present) ? PodStop.MakesWayAt(present) : null;
            return at > moment ? new([], [], null, Earliest(at, settlesAt)) : new([], [PlannedDeletion.Of(present, "it has ended, or was made for another quota")], null, settlesAt);
        }

        var askAt = AskAt(present, observed.Homes);
        return new([], [], askAt <= moment ? present : null, Earliest(askAt > moment ? askAt : null, settlesAt));
    }

    /// <summary>When it is to be asked; null where it says that there is nothing new.</summary>
    internal static DateTimeOffset? AskAt(ObservedPod pod, HomesAnswer? answer)
    {
        if (!PodDiagnosis.IsRunning(pod)) return null;
        if (answer is null) return pod.IsReady ? DateTimeOffset.MinValue : StartOf(pod) + UsualFirstMeasure;
        var asked = answer.AskedAt.ToDateTimeOffset();
        if (answer.IsSilence) return asked + (pod.IsReady ? AgainAfterSilence : AgainWhileNotReady);
        if (pod.IsReady) return null;
        // The cluster tells whole seconds.
        var notReadySince = pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready")?.LastTransitionTime;
        return asked + (notReadySince > asked - TimeSpan.FromSeconds(1) ? BetweenQuestions : AgainWhileNotReady);
    }

    private static DateTimeOffset? StartOf(ObservedPod pod) => pod.Status?.ContainerStatuses?.FirstOrDefault()?.State?.Running?.StartedAt;

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private static HomesPod PodOf(Course course)
    {
        var quota = HomeQuota.Of(course.Environment.Spec);
        return new()
        {
            Component = Component,
            ContainerName = ContainerName,
            Program = "watch",
            Env =
            [
                Variable("QUOTA_BYTES", quota.Bytes), Variable("QUOTA_FILES", quota.Files),
                // Half of what a home may grow: so growth is seen when it is between one and one and a half of that.
                Variable("STEP_BYTES", quota.Growth / 2), Variable("STEP_FILES", quota.FileGrowth / 2),
                Variable("WALL_BYTES", quota.WallBytes), Variable("WALL_FILES", quota.WallFiles),
                Variable("VOLUME_BYTES", HomeQuota.BytesOfVolume(course)), Variable("PORT", Port),
                new() { Name = "STATE", Value = StatePath },
            ],
            Readiness = new() { HttpGet = new() { Path = "/", Port = Port }, PeriodSeconds = 1, TimeoutSeconds = 3, FailureThreshold = 1 },
            Memory = "32Mi",
            MostMemory = "64Mi",
            // .mesonet/use.json is written, and a folder that its owner has closed is opened to look into it where the volume is nearly full.
            WritesToHomes = true,
            Others = [(new() { Name = "state", EmptyDir = new() }, new() { Name = "state", MountPath = StatePath })],
        };
    }

    private static EnvVar Variable(string name, long value) => new() { Name = name, Value = $"{value}" };
}
