using MesoNet.IAaS.Portal.Activity;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>What a teacher reads of a seat: its state in a word, and the reason in a few.</summary>
internal static class TileWords
{
    /// <summary>The state, of one seat.</summary>
    /// <param name="step">How far it is.</param>
    /// <param name="use">What somebody does in it, where that is known.</param>
    /// <param name="language">The reader's language.</param>
    public static string State(SeatStep step, SeatUse? use, Language language) => step switch
    {
        SeatStep.Ready when use == SeatUse.Working => language.Say("travaille", "working"),
        SeatStep.Ready when use == SeatUse.Idle => language.Say("inactif", "idle"),
        SeatStep.Ready when use == SeatUse.NotOpened => language.Say("pas encore ouvert", "not opened yet"),
        SeatStep.Ready => language.Say("prêt", "ready"),
        SeatStep.Asked => language.Say("demandé", "asked for"),
        SeatStep.Queued => language.Say("attend une place", "waits for room"),
        SeatStep.Preparing => language.Say("se prépare", "being prepared"),
        SeatStep.Starting => language.Say("démarre", "starting"),
        SeatStep.Stopping => language.Say("s’arrête", "stopping"),
        SeatStep.Stopped => language.Say("arrêté", "stopped"),
        SeatStep.Closed => language.Say("fermé", "closed"),
        _ => language.Say("en échec", "failed"),
    };

    /// <summary>How many seats are in a state, as in "28 ready".</summary>
    public static string Count(SeatStep step, SeatUse? use, int count, Language language)
    {
        var many = count > 1;
        return step switch
        {
            SeatStep.Ready when use == SeatUse.Working => language.Say($"{count} {(many ? "travaillent" : "travaille")}", $"{count} working"),
            SeatStep.Ready when use == SeatUse.Idle => language.Say($"{count} {(many ? "inactifs" : "inactif")}", $"{count} idle"),
            SeatStep.Ready when use == SeatUse.NotOpened => language.Say($"{count} pas encore {(many ? "ouverts" : "ouvert")}", $"{count} not opened yet"),
            SeatStep.Ready => language.Say($"{count} {(many ? "prêts" : "prêt")}", $"{count} ready"),
            SeatStep.Asked => language.Say($"{count} {(many ? "demandés" : "demandé")}", $"{count} asked for"),
            SeatStep.Queued => language.Say($"{count} en attente d’une place", $"{count} waiting for room"),
            SeatStep.Preparing => language.Say($"{count} en préparation", $"{count} being prepared"),
            SeatStep.Starting => language.Say($"{count} en démarrage", $"{count} starting"),
            SeatStep.Stopping => language.Say($"{count} en cours d’arrêt", $"{count} stopping"),
            SeatStep.Stopped => language.Say($"{count} {(many ? "arrêtés" : "arrêté")}", $"{count} stopped"),
            SeatStep.Closed => language.Say($"{count} {(many ? "fermés" : "fermé")}", $"{count} closed"),
            _ => language.Say($"{count} en échec", $"{count} failed"),
        };
    }

    /// <summary>Why, in a few words; null where there is no reason to tell. A reason that has no words here is shown as the operator named it.</summary>
    public static string? Reason(string? reason, Language language) => reason switch
    {
        null => null,
        "NoRoom" => language.Say("aucune machine n’a de place", "no machine has room"),
        "NotReserved" => language.Say("réservée à d’autres cours", "reserved for other courses"),
        "ImagePullFailed" => language.Say("l’image ne peut pas être téléchargée", "the image cannot be pulled"),
        "ImageNotForNode" => language.Say("l’image n’est pas faite pour cette machine", "the image is not for this machine"),
        "Crashing" => language.Say("JupyterLab s’arrête sans cesse", "JupyterLab keeps ending"),
        "ContainerRefused" => language.Say("la machine refuse de le démarrer", "the machine refuses to start it"),
        "PodEnded" => language.Say("interrompu, il redémarre", "interrupted, it starts again"),
        "MaterialsFailed" => language.Say("le code du cours n’a pas pu être copié", "the course’s code could not be copied"),
        "Idle" => language.Say("plus personne n’y travaillait", "nobody worked in it any more"),
        "Absent" => language.Say("personne ne l’a ouvert", "nobody opened it"),
        "OverQuota" => language.Say("le dossier de l’étudiant est plein", "the student’s home is full"),
        "HomeNearlyFull" => language.Say("dossier presque plein", "home nearly full"),
        _ => reason,
    };
}
