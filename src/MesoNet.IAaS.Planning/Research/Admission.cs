using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>Whether a workspace may run in the company of lessons, and what is held for it.</summary>
/// <param name="Finding">The condition Admitted.</param>
/// <param name="Held">What is held for it in the calendar; null for nothing.</param>
/// <param name="Hours">When it may run: those of its spec or, where these are refused and something is held for it already, those of that, and its last day where that is sooner.</param>
/// <param name="MayStart">Whether it may be started: it is admitted, or what is held for it already is what it asks for, but for a later last day.</param>
internal sealed record Admission(Finding Finding, AdmittedStatus? Held, WorkspaceHours Hours, bool MayStart)
{
    /// <summary>The condition's type.</summary>
    public const string Admitted = "Admitted";

    private const int MostNamed = 3;

    private static readonly LocalDateTimePattern Pattern = LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd HH':'mm");

    /// <summary>
    /// One that makes room always may. One that does not is admitted once, where the calendar leaves its room free in its hours until its end, and from then on
    /// that is held for it as for a course: who asks later does not take it. Nothing is held that its project may not have.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="observed">The site, and the project's grants.</param>
    /// <param name="grant">Whether what it asks for is within the grants.</param>
    /// <param name="now">The moment.</param>
    public static Admission Of(Workspace workspace, ObservedWorkspace observed, Finding grant, Instant now)
    {
        var spec = workspace.Asked.Spec;
        if (spec.YieldsToLessons != false) return Holds(workspace, new(Admitted, true, "MakesRoom", "It makes room when lessons need what it holds, and comes back by itself."), null);

        var held = BookedWorkspace.IsHeldFor(workspace.Asked) ? workspace.Asked.Status!.Admitted : null;
        var wanted = new AdmittedStatus { At = held?.At ?? now.ToDateTimeOffset(), Until = spec.Until, Resources = spec.Resources, Architectures = workspace.Architectures, Running = spec.Running, TimeZone = spec.TimeZone };
        if (WorkspaceComparison.IsSame(held, wanted)) return Holds(workspace, Reserved(workspace), held);
        if (WhyNot(workspace, observed, grant, now) is not { } refusal) return Holds(workspace, Reserved(workspace), wanted);
        if (held is null || HoursOf(held, workspace) is not { } hours) return new(refusal, held, workspace.Hours, MayStart: false);
        return new(
            refusal with { Sentence = $"{refusal.Sentence} What was held for it before still is." }, held, hours,
            MayStart: now < hours.End && WorkspaceComparison.IsSame(held, wanted with { Until = held.Until }));
    }

    private static Admission Holds(Workspace workspace, Finding finding, AdmittedStatus? held) => new(finding, held, workspace.Hours, MayStart: true);

    /// <summary>Why what it asks for is not held for it; null where it can be.</summary>
    private static Finding? WhyNot(Workspace workspace, ObservedWorkspace observed, Finding grant, Instant now)
    {
        var room = observed.Calendar.Research;
        if (!grant.Holds) return new(Admitted, false, grant.Reason, grant.Sentence);
        if (Grant.ProblemBesideHeld(workspace, room.Held, observed.Quotas, now) is { } beyond) return new(Admitted, false, Grant.HeldByOthers, beyond);
        if (!room.CouldHold(workspace.Resources, workspace.Architectures))
        {
            if (room.WrongNodesFor(workspace.Resources, workspace.Architectures) is { } wrong) return new(Admitted, false, WorkspaceHealth.NoNodeForImage, WorkspaceHealth.SentenceFor(wrong));
            return new(Admitted, false, "NotEnoughCapacity", $"No node could hold it even if all were empty: {Amounts(workspace)}. Ask for less in spec.resources, or ask the administrator for more.");
        }

        var collisions = room.CollisionsWith(workspace.Resources, workspace.Architectures, workspace.Hours.Windows(now), workspace.Asked.Key);
        return collisions.Count == 0 ? null : Colliding(workspace, collisions);
    }

    // Beyond what is held it would take from lessons without ever making room.
    private static WorkspaceHours? HoursOf(AdmittedStatus held, Workspace workspace)
    {
        var hours = WorkspaceHours.Of(held.Until, held.Running, held.TimeZone);
        return hours?.End <= workspace.Hours.End ? hours : WorkspaceHours.Of(workspace.Asked.Spec.Until, held.Running, workspace.Asked.Spec.TimeZone);
    }

    private static Finding Reserved(Workspace workspace) =>
        new(Admitted, true, "Reserved", $"The calendar of lessons holds {Amounts(workspace)} for it until {workspace.Asked.Spec.Until}; no lesson takes it.");

    private static Finding Colliding(Workspace workspace, IReadOnlyList<Collision> collisions)
    {
        var named = collisions.Take(MostNamed).Select(collision => $"{NameOf(collision.Holder)} ({Pattern.Format(collision.At.InZone(workspace.Zone).LocalDateTime)})").ToList();
        if (collisions.Count > MostNamed) named.Add(collisions.Count - MostNamed == 1 ? "1 other" : $"{collisions.Count - MostNamed} others");
        return new(Admitted, false, "CollidesWithLessons",
            $"It does not make room for lessons (yieldsToLessons is false), and would hold {Amounts(workspace)} that lessons need: {string.Join(", ", named)}. Set yieldsToLessons to true, end it sooner, choose other hours, or ask for less.");
    }

    /// <summary>A lesson with its course, as course/lesson.</summary>
    public static string NameOf(Holder holder) => holder.Lesson is { } lesson ? $"{holder.Environment.Name}/{lesson}" : holder.Environment.Name;

    private static string Amounts(Workspace workspace) => workspace.Resources.Devices is { } devices
        ? string.Join(" and ", devices.Select(device => $"{device.Value} {device.Key}"))
        : $"{workspace.Resources.Cpu} cpu and {workspace.Resources.Memory} of memory";
}
