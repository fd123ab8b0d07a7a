using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Portal.Identity;

/// <summary>What somebody is to a seat.</summary>
internal enum Part
{
    /// <summary>Nothing: it is not shown to them.</summary>
    None,

    /// <summary>The student whose seat it is.</summary>
    Student,

    /// <summary>Teaches it, or helps to.</summary>
    Teacher,

    /// <summary>Runs the site.</summary>
    Administrator,
}

/// <summary>What somebody is to a research workspace.</summary>
internal enum WorkspacePart
{
    /// <summary>Nothing: it is not shown to them, and they are not let in. An administrator is no exception.</summary>
    None,

    /// <summary>Works in it, and may start it.</summary>
    Collaborator,

    /// <summary>Is responsible for it: may stop and extend it as well.</summary>
    Owner,
}

/// <summary>
/// Who may do what. Asked anew at each request, with the course and the seat as they are now: somebody who is taken from the roster, or whose link
/// was renewed, is out at once.
/// </summary>
internal static class Rights
{
    /// <summary>What somebody is to a seat. An assistant is nothing to the seats of other groups.</summary>
    public static Part To(Seat seat, ClassroomEnvironment course, Visitor visitor)
    {
        if (visitor.IsIdentified && IsSame(seat.Spec.Login, visitor.Login)) return Part.Student;
        if (visitor.Grants.Any(grant => grant.Seat == seat.Key && grant.Uid == seat.Metadata.Uid && grant.Serial == (seat.Spec.Invitation ?? 0))) return Part.Student;
        if (visitor.IsAdministrator) return Part.Administrator;
        return TeacherOf(course, visitor) is { } teacher && IsTaughtBy(teacher, seat) ? Part.Teacher : Part.None;
    }

    /// <summary>What somebody is to a workspace. A login counts only where somebody vouched for it.</summary>
    public static WorkspacePart To(ResearchWorkspace workspace, Visitor visitor)
    {
        if (!visitor.IsIdentified) return WorkspacePart.None;
        if (IsSame(workspace.Spec.Owner, visitor.Login)) return WorkspacePart.Owner;
        return workspace.Spec.Collaborators?.Any(collaborator => IsSame(collaborator.Login, visitor.Login)) == true ? WorkspacePart.Collaborator : WorkspacePart.None;
    }

    /// <summary>The entry of somebody among a course's teachers, or null.</summary>
    public static Teacher? TeacherOf(ClassroomEnvironment course, Visitor visitor) =>
        visitor.IsIdentified ? course.Spec.Teachers?.FirstOrDefault(teacher => IsSame(teacher.Login, visitor.Login)) : null;

    /// <summary>Whether a teacher, or an assistant who is limited to groups, has a seat's student.</summary>
    public static bool IsTaughtBy(Teacher teacher, Seat seat) =>
        teacher.Groups is not { Count: > 0 } groups || (seat.Spec.Group is { } group && groups.Contains(group, StringComparer.Ordinal));

    // As the operator tells a login from another: capitals do not count.
    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
