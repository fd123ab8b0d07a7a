namespace MesoNet.IAaS.Planning.Seats;

/// <summary>
/// The PriorityClasses of the installation's manifest, by which kube-scheduler preempts: a lesson's seats make everything else give way, seats on
/// demand make research give way.
/// </summary>
public static class PriorityClasses
{
    /// <summary>Seats of a lesson, and of its warming.</summary>
    public const string Lesson = "mesonet-lesson";

    /// <summary>Seats on demand.</summary>
    public const string HandIn = "mesonet-hand-in";

    /// <summary>Research workspaces that make room for lessons.</summary>
    public const string Research = "mesonet-research";

    /// <summary>Research workspaces whose room is held in the calendar of lessons: nobody preempts them, and they nobody.</summary>
    public const string Reserved = "mesonet-reserved";
}
