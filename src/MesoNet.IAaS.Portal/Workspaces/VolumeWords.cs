using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Portal.Workspaces;

/// <summary>What a researcher reads of a volume of which little is left.</summary>
internal static class VolumeWords
{
    /// <summary>In two words, beside what the workspace is doing; null where there is room.</summary>
    public static string? Of(WorkspaceOutlook outlook, Language language) => outlook.Volume switch
    {
        null => null,
        { Reason: Readiness.VolumeFull } => language.Say("volume plein", "volume full"),
        _ => language.Say("volume presque plein", "volume nearly full"),
    };

    /// <summary>How much is left, what that means and what to do; null where there is room.</summary>
    public static string? Sentence(WorkspaceOutlook outlook, Language language)
    {
        if (outlook.Volume is not { } condition) return null;
        var isFull = condition.Reason == Readiness.VolumeFull;
        var state = isFull ? language.Say("Son volume est plein", "Its volume is full") : language.Say("Son volume est presque plein", "Its volume is nearly full");
        var left = outlook.Workspace.Status?.Volume is { } volume ? language.Say($"\u00a0: {Left(volume, language)}", $": {Left(volume, language)}") : "";
        var means = isFull
            ? language.Say(" Ce qui tourne continue, mais n’enregistre plus rien\u00a0; ce qui est déjà enregistré reste.", " What runs goes on, but saves nothing any more; what is saved already stays.")
            : "";
        return $"{state}{left}.{means} {language.Say("Supprimez des fichiers dans un terminal de JupyterLab, ou demandez à l’administrateur d’agrandir le volume.", "Remove files in a terminal of JupyterLab, or ask the administrator for a larger volume.")}";
    }

    private static string Left(VolumeStatus volume, Language language) => volume.LacksFiles == true
        ? language.Say(
            $"il ne peut contenir que {volume.Left.ToString("#,0", language.Culture)} fichiers de plus, même petits, sur {volume.Size.ToString("#,0", language.Culture)}",
            $"it can hold only {volume.Left.ToString("#,0", language.Culture)} more files, however small, of {volume.Size.ToString("#,0", language.Culture)}")
        : language.Say($"il reste {ResourceWords.Bytes(volume.Left, language)} sur {ResourceWords.Bytes(volume.Size, language)}", $"{ResourceWords.Bytes(volume.Left, language)} of {ResourceWords.Bytes(volume.Size, language)} are left");
}
