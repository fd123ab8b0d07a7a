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
}
