using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Quota;

/// <summary>What is said of homes that are near their quota or over it: to the student, in the seat's status, and to the teacher.</summary>
internal static class HomeSentences
{
    private const int NamedAtMost = 3;
    private const string WallsBegin = " The file system bounds";

    /// <summary>The value of <see cref="Resources.Naming.Labels.HomeUse"/>.</summary>
    public static string ForNotebook(SeatHome home, HomeQuota quota) =>
        quota.IsAboutFiles(home) ? $"{home.Files}/{quota.Files} files" : $"{home.Bytes}/{quota.Bytes} bytes";

    /// <summary>A seat's health with a word about its home, where that is worth one and nothing else is said.</summary>
    public static SeatHealth In(SeatHealth health, SeatDemand demand, SeatHome? home, HomeQuota quota)
    {
        if (home is null) return health;
        // Told at once, before its pod is gone: the student sees the notebook go away now.
        if (demand.Why == HomeRule.OverQuota)
            return health with { Reason = HomeRule.OverQuota, WriteAt = DateTimeOffset.MinValue, Sentence = $"Its home {Takes(home, quota)}, so it was stopped before it could fill the volume of all. Start it again to remove files: it goes on as long as the home does not grow. Everything is as before once the home is within its quota. The teacher can give more (spec.storage.homeQuota)." };
        if (health.State != SeatState.Ready || health.Sentence is not null) return health;
        return health with
        {
            Sentence = quota.IsExceededBy(home)
                ? $"Its home {Takes(home, quota)}: remove files. The seat stops if the home grows."
                : $"Its home is nearly full: it {Takes(home, quota)}. Beyond that the seat is stopped. Remove what is not needed.",
        };
    }

    /// <summary>The condition of all homes; none as long as they have not been measured.</summary>
    public static IEnumerable<Finding> Finding(Course course, IReadOnlyDictionary<EnrolledStudent, SeatHome> homes, HomesUse? use)
    {
        var known = course.Environment.Status?.Conditions?.FirstOrDefault(condition => condition.Type == Readiness.HomesWithinQuota);
        if (use is null && known is null && homes.Count == 0) yield break;
        var quota = HomeQuota.Of(course.Environment.Spec);
        var over = homes.Where(home => quota.IsExceededBy(home.Value)).ToList();
        var near = homes.Where(home => !quota.IsExceededBy(home.Value)).ToList();
        var overSentence = over.Count == 0 ? "" :
            $"{(over.Count == 1 ? "1 home is" : $"{over.Count} homes are")} over the quota of {ByteSize.Text(quota.Bytes)}: {Names(over, quota)}. {(over.Count == 1 ? "That seat is" : "Those seats are")} stopped, and {(over.Count == 1 ? "starts" : "start")} again to remove files; the others go on.";
        var walls = WallSentence(use, known?.Message);
        if (use is null && known is { Reason: Readiness.VolumeNearlyFull, Status: "False", Message: { } said })
            yield return new(Readiness.HomesWithinQuota, false, Readiness.VolumeNearlyFull, said);
        else if (use?.NearlyFull is { } volume)
            yield return new(Readiness.HomesWithinQuota, false, Readiness.VolumeNearlyFull, $"{FullSentence(course, volume)} {overSentence}".TrimEnd() + walls);
        else if (over.Count > 0)
            yield return new(Readiness.HomesWithinQuota, false, "HomesOverQuota", overSentence + walls);
        else if (near.Count > 0)
            yield return new(Readiness.HomesWithinQuota, true, "HomesNearlyFull", $"{(near.Count == 1 ? "1 home is" : $"{near.Count} homes are")} above 80 % of the quota of {ByteSize.Text(quota.Bytes)}: {Names(near, quota)}.{walls}");
        else
            yield return new(Readiness.HomesWithinQuota, true, "WithinQuota", $"Each home is below 80 % of its quota of {ByteSize.Text(quota.Bytes)}.{walls}");
    }

    // Where there is none, MesoNet's watch holds, as it does everywhere. What was seen during a lesson holds after it as well, and until a new watch has looked everywhere.
    private static string WallSentence(HomesUse? use, string? said) => use switch
    {
        null or { Walls: null, IsComplete: false } => said?.IndexOf(WallsBegin, StringComparison.Ordinal) is { } at and >= 0 ? said[at..] : "",
        { Walls: null } => "",
        { Walls: { } walls } when walls.Bounded == walls.Of => $"{WallsBegin} each of them as well (project quotas).",
        { Walls: { } walls } => $"{WallsBegin} {walls.Bounded} of {walls.Of} as well (project quotas).",
    };

    private static string FullSentence(Course course, VolumeRoom volume)
    {
        var largest = volume.Largest.Select(home => $"{Login(course, home.Seat)} ({(volume.LacksFiles ? $"{home.Files} files" : ByteSize.Text(home.Bytes))})");
        var left = volume.LacksFiles ? "it can hold hardly any more files, however small" : $"{ByteSize.Text(volume.Available)} are left";
        return $"The homes' volume is nearly full: {left}. {(volume.Largest.Count > 0 ? $"The largest homes: {string.Join(", ", largest)}. " : "")}Have files removed, or enlarge spec.storage.size.";
    }

    private static string Login(Course course, string seat) => course.Students.FirstOrDefault(student => student.SeatName == seat)?.Login ?? $"{seat} (no longer on the roster)";

    private static string Names(List<KeyValuePair<EnrolledStudent, SeatHome>> homes, HomeQuota quota)
    {
        var first = homes.OrderByDescending(home => home.Value.Bytes).ThenBy(home => home.Key.Login, StringComparer.Ordinal).Take(NamedAtMost)
            .Select(home => $"{home.Key.Login} ({(quota.IsAboutFiles(home.Value) ? $"{home.Value.Files} files" : ByteSize.Text(home.Value.Bytes))})");
        return string.Join(", ", first) + (homes.Count > NamedAtMost ? $" and {homes.Count - NamedAtMost} more" : "");
    }

    private static string Takes(SeatHome home, HomeQuota quota) => quota.IsAboutFiles(home)
        ? $"holds {home.Files} files of at most {quota.Files}, or its folders are nested too deeply"
        : $"takes {ByteSize.Text(home.Bytes)} of at most {ByteSize.Text(quota.Bytes)}";
}
