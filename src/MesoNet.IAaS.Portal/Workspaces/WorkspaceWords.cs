using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Portal.Workspaces;

/// <summary>What a research workspace is doing, in a word or two.</summary>
internal static class WorkspaceWords
{
    /// <summary>The words for a stage; the ones for "asked for" where the operator has not answered yet.</summary>
    public static string Of(WorkspaceStage? stage, Language language) => stage switch
    {
        WorkspaceStage.Starting => language.Say("démarre", "starting"),
        WorkspaceStage.Running => language.Say("en marche", "running"),
        WorkspaceStage.Stopping => language.Say("s’arrête bientôt", "stops soon"),
        WorkspaceStage.Yielding => language.Say("laisse la place à une séance", "makes room for a lesson"),
        WorkspaceStage.Resting => language.Say("hors de ses heures", "outside its hours"),
        WorkspaceStage.Idle => language.Say("arrêté, rien n’y tournait", "stopped, nothing was done in it"),
        WorkspaceStage.Suspended => language.Say("arrêté", "stopped"),
        WorkspaceStage.Ended => language.Say("terminé", "over"),
        WorkspaceStage.Refused => language.Say("refusé", "refused"),
        WorkspaceStage.Failed => language.Say("ne peut pas démarrer", "cannot start"),
        _ => language.Say("demandé", "asked for"),
    };

    /// <summary>A time that passed: « 3 h 05 min ».</summary>
    public static string Of(Duration duration, Language language)
    {
        var minutes = (long)duration.TotalMinutes;
        if (minutes < 1) return language.Say("moins d’une minute", "less than a minute");
        return minutes < 60 ? $"{minutes}\u00a0min" : $"{minutes / 60}\u00a0h\u00a0{minutes % 60:00}\u00a0min";
    }

    /// <summary>A last day as its spec writes it: « 30 juin 2027 ».</summary>
    public static string Day(string until, Language language) => Planning.Timetable.LocalTimes.Date(until) is { } date
        ? language.Say(date.ToDateTimeUnspecified(), "d MMMM yyyy")
        : until;
}
