using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Quota;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>
/// What is said of a workspace's volume. Nobody but its pod can measure it, so that is asked while it runs; what it said last stands while it does not run or
/// does not answer. The notice in JupyterLab follows the same rule by itself (volume.py).
/// </summary>
/// <param name="Findings">The condition; none as long as nothing is known.</param>
/// <param name="Told">What is left, as it was told; null where there is room.</param>
internal sealed record WorkspaceVolume(IReadOnlyList<Finding> Findings, VolumeStatus? Told)
{
    private const string Advice = "Remove files in JupyterLab's terminal ('du -xsh ~/* ~/.[!.]* | sort -h' shows what takes room), or have spec.storage.size raised if the storage class can expand volumes.";

    // Where little is left, somebody makes room just now, or it is full soon.
    private static readonly Duration BetweenQuestions = Duration.FromMinutes(5);
    private static readonly Duration BetweenQuestionsWhileTold = Duration.FromMinutes(1);

    // What hovers about a border does not cross it each time.
    private static readonly Bounds Enter = new(0.1, 0.01, 16 << 20);
    private static readonly Bounds Leave = new(0.12, 0.02, 32 << 20);

    private sealed record Bounds(double NearlyFull, double Full, long FullBytes);

    /// <summary>When its pod is to be asked next; null where there is none that could answer.</summary>
    public static Instant? AskAt(WorkspaceSituation situation)
    {
        if (situation.Pod?.ReadySince is null) return null;
        if (situation.Answer is not { } answer) return Instant.MinValue;
        // One that was made before pods spoke of it never will.
        if (answer.Activity is { Volume: null }) return null;
        return answer.AskedAt + (situation.Asked.Status?.Volume is null ? BetweenQuestions : BetweenQuestionsWhileTold);
    }

    /// <summary>What is said of it now.</summary>
    public static WorkspaceVolume Of(Workspace workspace, SeatActivity? activity)
    {
        var status = workspace.Asked.Status;
        var known = status?.Conditions?.FirstOrDefault(condition => condition.Type == Readiness.VolumeHasRoom);
        if (activity?.Volume is not { IsKnown: true } answer)
            return new(known is null ? [] : [new(Readiness.VolumeHasRoom, known.Status == "True", known.Reason, known.Message ?? "")], status?.Volume);

        // A file system that others use too is larger than what was asked for.
        var size = (long)Math.Clamp(workspace.HomesSize.Value, 1, answer.Whole);
        var share = answer.Available / (double)size;
        // As for courses: 5 % of the files are as little as a tenth of the room.
        var filesShare = answer.Files > 0 ? 2 * (answer.FilesAvailable / (double)answer.Files) : 1;
        var scarcer = Math.Min(share, filesShare);
        var fullBounds = known?.Reason == Readiness.VolumeFull ? Leave : Enter;
        var isFull = scarcer < fullBounds.Full || answer.Available < fullBounds.FullBytes;
        if (!isFull && scarcer >= (status?.Volume is null ? Enter : Leave).NearlyFull)
            return new([new(Readiness.VolumeHasRoom, true, "HasRoom", "Its volume has room: more than a tenth of it is left.")], null);

        var found = filesShare < share ? new VolumeStatus { Left = answer.FilesAvailable, Size = answer.Files, LacksFiles = true } : new VolumeStatus { Left = answer.Available, Size = size };
        var reason = isFull ? Readiness.VolumeFull : Readiness.VolumeNearlyFull;
        var told = status?.Volume is { } before && known?.Reason == reason && SaysTheSame(before, found) ? before : found;
        return new([new(Readiness.VolumeHasRoom, false, reason, Sentence(told, isFull))], told);
    }

    // Told anew where clearly less or more is left, not with each byte.
    private static bool SaysTheSame(VolumeStatus before, VolumeStatus now) =>
        before.LacksFiles == now.LacksFiles && Math.Abs(now.Left - before.Left) <= (before.Left / 2) + (now.Size / 200) && Math.Abs(now.Size - before.Size) <= now.Size / 20;

    private static string Sentence(VolumeStatus told, bool isFull)
    {
        var left = told.LacksFiles == true ? $"it can hold only {told.Left} more files, however small, of {told.Size}" : $"{ByteSize.Text(told.Left)} of {ByteSize.Text(told.Size)} are left";
        return $"Its volume is {(isFull ? "full" : "nearly full")}: {left}. {(isFull ? "What runs goes on, and saves nothing any more. " : "")}{Advice}";
    }
}
