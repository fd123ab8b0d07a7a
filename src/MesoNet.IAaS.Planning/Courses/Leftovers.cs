using MesoNet.IAaS.Planning.Workplaces;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>
/// What remains of an environment that was deleted. Most of it is owned and goes by garbage collection; volumes of data sets are
/// cluster-scoped, so nothing in a namespace can own them. The homes' claim is nobody's to delete here.
/// </summary>
internal static class Leftovers
{
    public static EnvironmentPlan Plan(ObservedEnvironment observed) => new() { Delete = VolumesOf(observed, observed.Environment is null, "its environment is gone") };

    /// <summary>The volumes that were made for something that is gone.</summary>
    public static IReadOnlyList<PlannedDeletion> VolumesOf(ObservedWorkplace observed, bool isGone, string why) =>
    [
        .. observed.Volumes.Where(volume => volume.Metadata.DeletionTimestamp is null && isGone).Select(volume => PlannedDeletion.Of(volume, why)),
    ];
}
