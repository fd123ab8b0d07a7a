using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Waiting;

/// <summary>What is promised to who hands in: no more than what the course's condition WorkTaken lets expect.</summary>
internal static class HandInSentences
{
    // A Job is at work, or is tried again soon: what is asked for now comes after it.
    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal) { "TakingWork", "SomeMissing", "Interrupted", "BackoffLimitExceeded" };

    /// <summary>Whether nothing that is handed in can be taken now, until somebody puts something right.</summary>
    public static bool IsHeldUp(ClassroomEnvironment course) => Untaken(course) is { } reason && !Passing.Contains(reason);

    /// <summary>What a student is told who has just handed in.</summary>
    /// <param name="course">The course.</param>
    /// <param name="isLate">Whether it is late.</param>
    public static Sentence Asked(ClassroomEnvironment course, bool isLate)
    {
        var (late, lateInEnglish) = isLate ? (", et compte comme rendu en retard", ", and counts as late") : ("", "");
        return IsHeldUp(course)
            ? new($"C’est demandé, et l’heure en est notée{late}. Votre travail ne peut pas être récupéré pour l’instant\u00a0: il reste dans votre dossier, et sera récupéré dès que possible. Cette page le dira.",
                $"It has been asked for, and the time of it is noted{lateInEnglish}. Your work cannot be taken now: it stays in your home, and will be taken as soon as possible. This page will say so.")
            : new($"C’est demandé\u00a0: votre travail est récupéré {When(course).French}{late}. Cette page le dira.", $"It has been asked for: your work is taken {When(course).English}{lateInEnglish}. This page will say so.");
    }

    /// <summary>What a teacher is told who has just handed in for a student.</summary>
    /// <param name="course">The course.</param>
    /// <param name="login">The student.</param>
    /// <param name="lesson">The lesson.</param>
    /// <param name="isLate">Whether it is late.</param>
    public static Sentence AskedFor(ClassroomEnvironment course, string login, string lesson, bool isLate)
    {
        var (late, lateInEnglish) = isLate ? (", comme rendu en retard", ", as late") : ("", "");
        return IsHeldUp(course)
            ? new($"C’est demandé, mais le travail de {login} pour {lesson} ne peut pas être récupéré pour l’instant\u00a0: la page de la classe dit pourquoi. Il sera récupéré dès que possible{late}.",
                $"It has been asked for, but the work of {login} for {lesson} cannot be taken now: the class page says why. It will be taken as soon as possible{lateInEnglish}.")
            : new($"Le travail de {login} pour {lesson} est récupéré {When(course).French}{late}.", $"The work of {login} for {lesson} is taken {When(course).English}{lateInEnglish}.");
    }

    /// <summary>What a student reads beside the buttons while nothing can be taken.</summary>
    public static Sentence HeldUp { get; } = new(
        "Pour l’instant, rien de ce qui est rendu ne peut être récupéré\u00a0: votre travail reste dans votre dossier. L’heure à laquelle vous rendez est notée, et votre enseignant peut voir ce qui manque.",
        "For now, nothing that is handed in can be taken: your work stays in your home. The time at which you hand in is noted, and your teacher can see what is missing.");

    private static Sentence When(ClassroomEnvironment course) => Untaken(course) is null ? new("dans les secondes qui viennent", "within seconds") : new("dans les minutes qui viennent", "within minutes");

    private static string? Untaken(ClassroomEnvironment course) =>
        course.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "WorkTaken", Status: "False" })?.Reason;
}
