using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Waiting;

/// <summary>What a pod waits for, in one plain sentence that student and teacher read alike.</summary>
internal static class WaitSentences
{
    /// <summary>The sentence of a seat that is on its way.</summary>
    public static string Of(SeatOutlook outlook, Language language) => (outlook.Step, outlook.Wait) switch
    {
        (SeatStep.Queued, { Kind: PodWaitKind.RoomBeingMade }) => language.Say("Une machine lui fait de la place\u00a0; cela prend une à deux minutes.", "A machine is making room for it; this takes one or two minutes."),
        (SeatStep.Queued, { Kind: PodWaitKind.Room } wait) => language.Say(
            $"Aucune machine n’a de place {(wait.Lasting < OneMinute ? "pour l’instant" : Since(wait, language))}\u00a0; il {InQueue(outlook.Place, language)}.",
            $"No machine {(wait.Lasting < OneMinute ? "has room for now" : $"has had room {Since(wait, language)}")}; it {InQueue(outlook.Place, language)}."),
        (SeatStep.Queued, _) => language.Say($"Il {InQueue(outlook.Place, language)}.", $"It {InQueue(outlook.Place, language)}."),
        (SeatStep.Preparing, { Kind: PodWaitKind.Image } wait) => language.Say(
            $"L’image du cours est en cours de téléchargement {Since(wait, language)}.", $"The course’s image has been downloading {Since(wait, language)}."),
        (SeatStep.Preparing, { Kind: PodWaitKind.ImageAgain }) => language.Say(
            "L’image du cours n’a pas pu être téléchargée\u00a0; la machine réessaie d’elle-même.", "The course’s image could not be downloaded; the machine tries again by itself."),
        (SeatStep.Preparing, { Kind: PodWaitKind.Container }) => language.Say(
            "L’image du cours est sur la machine\u00a0; JupyterLab va démarrer.", "The course’s image is on the machine; JupyterLab is about to start."),
        (SeatStep.Preparing, { Kind: PodWaitKind.Volume } wait) => language.Say(
            $"La machine ne peut pas encore accéder aux fichiers, {Since(wait, language)}\u00a0; elle réessaie d’elle-même.",
            $"The machine has not been able to reach the files {Since(wait, language)}; it tries again by itself."),
        (SeatStep.Preparing, _) => language.Say("Une machine lui est attribuée\u00a0: elle prépare l’image et les fichiers.", "It has a machine, which is preparing the image and the files."),
        (_, { Kind: PodWaitKind.Answer } wait) when wait.Lasting >= OneMinute => language.Say(
            $"JupyterLab est lancé {Since(wait, language)} et ne répond pas encore.", $"JupyterLab has been running {Since(wait, language)} and does not answer yet."),
        _ => language.Say("Encore quelques secondes.", "A few more seconds."),
    };

    private static TimeSpan OneMinute { get; } = TimeSpan.FromMinutes(1);

    /// <summary>For how long. By minutes: a sentence that changes each second is read aloud each second.</summary>
    public static string Since(PodWait wait, Language language) => (int)wait.Lasting.TotalMinutes switch
    {
        < 1 => language.Say("depuis moins d’une minute", "for less than a minute"),
        1 => language.Say("depuis 1\u00a0minute", "for 1\u00a0minute"),
        < 120 and var minutes => language.Say($"depuis {minutes}\u00a0minutes", $"for {minutes}\u00a0minutes"),
        var minutes => language.Say($"depuis {minutes / 60}\u00a0heures", $"for {minutes / 60}\u00a0hours"),
    };

    private static string InQueue(int? place, Language language) => place is 1
        ? language.Say("est le prochain à recevoir une place sur une machine", "is the next to get room on a machine")
        : language.Say($"est n°\u00a0{place} dans la file d’attente des machines", $"is number {place} in the queue for machines");
}
