using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Texts;

/// <summary>How far a course is, in a word or two.</summary>
internal static class StageWords
{
    /// <summary>The words for a stage; a dash where there is none yet.</summary>
    public static string Of(Stage? stage, Language language) => stage switch
    {
        Stage.Scheduled => language.Say("à venir", "to come"),
        Stage.Warming => language.Say("ouverture", "opening"),
        Stage.Lesson => language.Say("séance en cours", "lesson on"),
        Stage.HandIn => language.Say("rendu", "hand-in"),
        Stage.Resting => language.Say("entre deux séances", "between lessons"),
        Stage.Closed => language.Say("terminé", "over"),
        _ => "–",
    };
}
