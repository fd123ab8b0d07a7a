using MesoNet.IAaS.Kubernetes.Objects;
using NodaTime;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>Conditions from findings: each keeps the time of its last change.</summary>
internal static class Conditions
{
    /// <summary>The conditions that findings make.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="known">The conditions as they were.</param>
    /// <param name="generation">The generation of the spec that the findings are about.</param>
    /// <param name="now">The moment.</param>
    public static List<Condition> Of(IEnumerable<Finding> findings, IReadOnlyList<Condition>? known, long? generation, Instant now) =>
    [
        .. findings.Select(finding =>
        {
            var status = finding.Holds ? "True" : "False";
            var before = known?.FirstOrDefault(condition => condition.Type == finding.Type);
            return new Condition
            {
                Type = finding.Type,
                Status = status,
                Reason = finding.Reason,
                Message = finding.Sentence,
                LastTransitionTime = before?.Status == status ? before.LastTransitionTime : now.ToDateTimeOffset(),
                ObservedGeneration = generation,
            };
        }),
    ];

    /// <summary>The conditions of a status of which one is another.</summary>
    /// <param name="finding">That one.</param>
    /// <param name="others">The status's conditions.</param>
    /// <param name="known">The conditions as they were.</param>
    /// <param name="generation">The generation of the spec that the finding is about.</param>
    /// <param name="now">The moment.</param>
    public static List<Condition> With(Finding finding, IReadOnlyList<Condition>? others, IReadOnlyList<Condition>? known, long? generation, Instant now) =>
        [.. Of([finding], known, generation, now), .. (others ?? []).Where(condition => condition.Type != finding.Type)];

    /// <summary>What a condition that is False tells; null where it is not. While something is tried again that still stands, or it would come and go in the status.</summary>
    /// <param name="known">The conditions as they are.</param>
    /// <param name="type">The condition's type.</param>
    /// <param name="except">The reason with which it tells of no failure.</param>
    public static SpecificationProblem? Standing(IReadOnlyList<Condition>? known, string type, string except) =>
        known?.FirstOrDefault(condition => condition.Type == type && condition.Status == "False") is { } told && told.Reason != except ? new(told.Reason, told.Message ?? "") : null;
}
