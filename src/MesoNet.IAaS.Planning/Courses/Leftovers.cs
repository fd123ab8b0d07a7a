namespace MesoNet.IAaS.Planning.Courses;

/// <summary>
/// What remains of an environment that was deleted. Most of it is owned and goes by garbage collection; volumes of data sets are
/// cluster-scoped, so nothing in a namespace can own them. The homes' claim is nobody's to delete here.
/// </summary>
internal static class Leftovers
{
    public static EnvironmentPlan Plan(ObservedEnvironment observed) => new()
    {
        Delete =
        [
            .. observed.Volumes
                .Where(volume => volume.Metadata.DeletionTimestamp is null && observed.Environment is null)
                .Select(volume => PlannedDeletion.Of(volume, "its environment is gone")),
        ],
    };
}
