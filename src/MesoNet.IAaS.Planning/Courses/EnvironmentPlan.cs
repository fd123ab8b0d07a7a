using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>What to do about one environment.</summary>
public sealed record EnvironmentPlan : WorkplacePlan
{
    /// <summary>Pods of seats to ask whether somebody works in them; the answer is part of a later observation.</summary>
    public IReadOnlyList<ObservedPod> Ask { get; init; } = [];

    /// <summary>The watch of the homes, where it is to be asked what they take; the answer is part of a later observation.</summary>
    public ObservedPod? AskHomes { get; init; }

    /// <summary>New statuses of seats; only those that change.</summary>
    public IReadOnlyList<PlannedSeatStatus> SeatStatuses { get; init; } = [];

    /// <summary>The environment's status, changed or not; null where the environment is gone.</summary>
    public ClassroomEnvironmentStatus? Status { get; init; }
}

/// <summary>An object to delete, if it is still the one that was seen.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Key">Its name.</param>
/// <param name="Uid">The uid it must still have.</param>
/// <param name="Why">The reason, for the log.</param>
/// <param name="ResourceVersion">The version it must still be at, where the reason is its state as it was seen; null where any will do.</param>
public sealed record PlannedDeletion(ResourceType Type, ObjectKey Key, string Uid, string Why, string? ResourceVersion = null)
{
    /// <summary>How long what runs in it may take to end, where that is not as it says itself.</summary>
    public int? GracePeriodSeconds { get; init; }

    /// <summary>The deletion of an object that was read.</summary>
    public static PlannedDeletion Of<T>(T item, string why) where T : KubernetesObject => new(ResourceType.Of<T>(), item.Key, item.Metadata.Uid!, why);

    /// <summary>The deletion of an object for its state, which may be another by now: then it stays.</summary>
    public static PlannedDeletion OfAsSeen<T>(T item, string why) where T : KubernetesObject => Of(item, why) with { ResourceVersion = item.Metadata.ResourceVersion };
}

/// <summary>A seat and its new status.</summary>
public sealed record PlannedSeatStatus(Seat Seat, SeatStatus Status);
