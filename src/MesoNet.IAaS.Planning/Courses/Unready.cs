namespace MesoNet.IAaS.Planning.Courses;

/// <summary>What a status says where it is not the spec's fault: in the same words of a course, a research workspace and a data set.</summary>
internal static class Unready
{
    /// <summary>Planning itself failed, which is our fault: nothing else changes.</summary>
    /// <param name="thing">What could not be planned: course or workspace.</param>
    /// <param name="fault">What the fault is.</param>
    public static Finding Unexpected(string thing, string fault) => new(
        Readiness.Ready, false, "InternalError", $"This {thing} cannot be planned, by a fault of MesoNet's own: {fault} Please report it with the {thing}'s YAML. What runs goes on as it was.");

    /// <summary>The API server refused some of the plan's writes: who waits for it should hear that, not the log alone.</summary>
    /// <param name="thing">What they were for: course, workspace or data set.</param>
    /// <param name="refusals">What the API server said, each once.</param>
    /// <param name="type">The condition that says it.</param>
    public static Finding Refused(string thing, IReadOnlyList<string> refusals, string type = Readiness.Ready) =>
        new(type, false, "Refused", $"The cluster refused what this {thing} needs: {string.Join("; ", refusals)}");
}
