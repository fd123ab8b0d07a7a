using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Jobs;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>
/// Homes that no Job has prepared yet while a newer version of the code cannot be had: they are given the last one, as all others have it. That lies on the
/// volume, so neither a ref that does not exist nor a git server that is away keeps anybody out who joins late.
/// </summary>
/// <param name="Job">The Job that gives it; null where nobody needs it.</param>
/// <param name="Create">Whether it is to be created.</param>
/// <param name="Delete">Its deletion, where it failed and is repeated.</param>
/// <param name="IsComing">Whether it is at work, or about to be.</param>
/// <param name="NextLookAt">When it is repeated.</param>
internal sealed record LateJoiners(Job? Job = null, bool Create = false, PlannedDeletion? Delete = null, bool IsComing = false, DateTimeOffset? NextLookAt = null)
{
    private static readonly JobPauses Pauses = new(AfterWrong: TimeSpan.FromMinutes(10));

    /// <param name="workplace">The workplace.</param>
    /// <param name="given">What the homes have; null where they have nothing yet.</param>
    /// <param name="failing">The Job of a newer version, where it failed and has not succeeded since; null where it is not so.</param>
    /// <param name="mayStart">Whether no Job but one that failed is wanted now.</param>
    /// <param name="prepared">The homes that have been prepared.</param>
    /// <param name="observed">The world.</param>
    /// <param name="now">The moment.</param>
    public static LateJoiners Of(
        Workplace workplace, GivenMaterials? given, Job? failing, bool mayStart, IReadOnlySet<string> prepared, ObservedWorkplace observed, DateTimeOffset now)
    {
        // Other documents than the last version had are not in it; and one that failed to give that one is repeated itself.
        if (failing is null || given?.Commit is not { } commit || MaterialsJob.AskedOf(failing) == commit || (workplace.DocumentsOfCode is { } documents && given.DocumentsPath != documents) || workplace.SeatNames.All(prepared.Contains)) return new();
        // Named after the commit as well: the Job that failed asks for the same ref.
        var wanted = MaterialsJob.Build(workplace, commit, look: null, repeat: commit);
        if (observed.Jobs.FirstOrDefault(job => job.Metadata.Name == wanted.Metadata.Name) is not { } present)
        {
            var create = mayStart && !observed.IsAtWork(MaterialsJob.Component);
            return new(wanted, create, IsComing: create);
        }

        if (present.Failure() is not { } failure) return new(present, IsComing: present.Completion() is null);
        var outcome = MaterialsOutcome.Of(present, observed.Pods, now, workplace.Blueprint);
        var repeat = (failure.LastTransitionTime ?? now) + Pauses.After(outcome?.Reason ?? failure.Reason, outcome?.IsTransient == true);
        return repeat > now || present.Metadata.DeletionTimestamp is not null
            ? new(present, NextLookAt: repeat)
            : new(present, Delete: PlannedDeletion.Of(present, "it failed, and is repeated"));
    }
}
