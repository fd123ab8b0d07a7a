using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>What the report of a home says.</summary>
internal static class HomeReportWords
{
    /// <summary>What the last update did, in one phrase.</summary>
    public static string Of(HomeReport home, Language language)
    {
        if (home.Error is not null) return language.Say("Le code n’a pas pu être copié", "The code could not be copied");
        if (home.IsFirstCopy) return language.Say("Première copie", "First copy");
        List<string> parts = [];
        if (home.Updated > 0) parts.Add(language.Say($"{home.Updated} remplacé{(home.Updated < 2 ? "" : "s")}", $"{home.Updated} replaced"));
        if (home.Added > 0) parts.Add(language.Say($"{home.Added} nouveau{(home.Added < 2 ? "" : "x")}", $"{home.Added} new"));
        if (home.Removed > 0) parts.Add(language.Say($"{home.Removed} retiré{(home.Removed < 2 ? "" : "s")}", $"{home.Removed} removed"));
        if (home.Kept.Count > 0) parts.Add(language.Say($"{home.Kept.Count} gardé{(home.Kept.Count < 2 ? "" : "s")}", $"{home.Kept.Count} kept"));
        return parts.Count > 0 ? string.Join(", ", parts) : home.Commit is null ? language.Say("Pas encore de copie", "No copy yet") : language.Say("Rien à changer", "Nothing to change");
    }

    /// <summary>Why a file was left alone.</summary>
    public static string Of(KeptFile kept, Language language) => kept switch
    {
        { Why: "changed", Beside: { } beside } => language.Say($"{kept.File}\u00a0: l’étudiant l’a changé\u00a0; le nouveau est {beside}", $"{kept.File}: the student changed it; the new one is {beside}"),
        { Why: "changed" } => language.Say($"{kept.File}\u00a0: l’étudiant l’a changé, il reste", $"{kept.File}: the student changed it, so it stays"),
        { Why: "removed" } => language.Say($"{kept.File}\u00a0: le cours ne l’a plus\u00a0; l’étudiant l’a changé, il reste", $"{kept.File}: the course has it no more; the student changed it, so it stays"),
        _ => language.Say($"{kept.File}\u00a0: autre chose est à sa place", $"{kept.File}: something else is in its place"),
    };

    /// <summary>How full a home is.</summary>
    public static string Fullness(HomeReport home, Language language) => home.Percent is { } percent ? language.Say($"{percent}\u00a0%", $"{percent}%") : "–";
}
