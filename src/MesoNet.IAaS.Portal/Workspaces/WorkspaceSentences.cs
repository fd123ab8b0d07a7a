using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Portal.Workspaces;

/// <summary>What a researcher reads of a workspace: what it is doing, why, and what to do about it.</summary>
internal static class WorkspaceSentences
{
    /// <summary>What happens now, in a few words.</summary>
    public static string Title(WorkspaceOutlook outlook, Language language) => outlook.Stage switch
    {
        _ when outlook.IsOpen && outlook.Stage is WorkspaceStage.Stopping => language.Say("L’espace s’arrête bientôt", "The workspace stops soon"),
        _ when outlook.IsOpen && outlook.Stage is WorkspaceStage.Running or WorkspaceStage.Starting => language.Say("L’espace est en marche", "The workspace is running"),
        WorkspaceStage.Starting when outlook is { Wait: null, Reason: "GrantUsedUp" } => language.Say("L’espace attend son tour", "The workspace waits for its turn"),
        WorkspaceStage.Starting or WorkspaceStage.Running or WorkspaceStage.Stopping => language.Say("L’espace démarre", "The workspace is starting"),
        WorkspaceStage.Yielding => language.Say("L’espace laisse la place à une séance", "The workspace makes room for a lesson"),
        WorkspaceStage.Resting => language.Say("L’espace est hors de ses heures", "The workspace is outside its hours"),
        WorkspaceStage.Idle or WorkspaceStage.Suspended => language.Say("L’espace est arrêté", "The workspace is stopped"),
        WorkspaceStage.Ended => language.Say("L’espace est terminé", "The workspace is over"),
        WorkspaceStage.Refused => language.Say("L’espace est refusé", "The workspace is refused"),
        WorkspaceStage.Failed => language.Say("L’espace ne peut pas démarrer", "The workspace cannot start"),
        _ => language.Say("L’espace est demandé", "The workspace has been asked for"),
    };

    /// <summary>What that means, in one or two sentences.</summary>
    public static string Sentence(WorkspaceOutlook outlook, Language language) => outlook.Stage switch
    {
        WorkspaceStage.Running or WorkspaceStage.Stopping or WorkspaceStage.Starting when outlook.IsOpen => Running(outlook, language),
        WorkspaceStage.Starting or WorkspaceStage.Running or WorkspaceStage.Stopping => Starting(outlook, language),
        WorkspaceStage.Yielding => $"{Yields(outlook, language)} {Kept(language)}",
        WorkspaceStage.Resting => outlook.Next is { } back
            ? language.Say($"Il revient de lui-même {At(back, outlook, language)}. {Kept(language)}", $"It comes back by itself on {At(back, outlook, language)}. {Kept(language)}")
            : Kept(language),
        WorkspaceStage.Idle => language.Say($"Rien n’y tournait plus, il a donc été arrêté. Vous pouvez le redémarrer. {Kept(language)}", $"Nothing was done in it any more, so it was stopped. You can start it again. {Kept(language)}"),
        WorkspaceStage.Suspended => language.Say($"Quelqu’un l’a arrêté. Vous pouvez le redémarrer. {Kept(language)}", $"Somebody stopped it. You can start it again. {Kept(language)}"),
        WorkspaceStage.Ended => language.Say(
            $"Son dernier jour était le {WorkspaceWords.Day(outlook.Workspace.Spec.Until, language)}. Son responsable peut le prolonger. {Kept(language)}",
            $"Its last day was {WorkspaceWords.Day(outlook.Workspace.Spec.Until, language)}. Whoever is responsible for it can extend it. {Kept(language)}"),
        WorkspaceStage.Refused => Refused(outlook, language),
        WorkspaceStage.Failed => Failed(outlook, language) + GaveBack(outlook, language),
        _ => language.Say("Cela prend quelques secondes.", "This takes some seconds."),
    };

    /// <summary>The lesson that it makes room for, now or next, with its times; null where none is known of.</summary>
    public static string? Yielding(WorkspaceOutlook outlook, Language language)
    {
        if (outlook.Workspace.Status?.Yielding is not { Since: { } since } yielding) return null;
        var from = At(Instant.FromDateTimeOffset(since), outlook, language);
        var text = yielding.Lesson is { } lesson ? language.Say($"séance {lesson}, dès {from}", $"lesson {lesson}, from {from}") : language.Say($"dès {from}", $"from {from}");
        return yielding.Until is { } until
            ? language.Say($"{text}, jusqu’au {At(Instant.FromDateTimeOffset(until), outlook, language)}", $"{text}, until {At(Instant.FromDateTimeOffset(until), outlook, language)}")
            : text;
    }

    private static string Running(WorkspaceOutlook outlook, Language language)
    {
        if (outlook.Next is not { } next) return language.Say("JupyterLab répond.", "JupyterLab answers.");
        var (at, isSoon) = (At(next, outlook, language), outlook.Stage is WorkspaceStage.Stopping);
        var save = isSoon ? language.Say("Enregistrez votre travail\u00a0: il", "Save your work: it") : language.Say("JupyterLab répond. Il", "JupyterLab answers. It");
        return outlook.EndsWhy switch
        {
            "lesson" => language.Say($"{save} s’arrête {at} pour laisser la place {Lesson(outlook, language)}.{Back(outlook, language)}", $"{save} stops on {at} to make room for {Lesson(outlook, language)}.{Back(outlook, language)}"),
            "hours" => language.Say($"{save} s’arrête {at}, à la fin de ses heures, et revient de lui-même.", $"{save} stops on {at}, when its hours are over, and comes back by itself."),
            "idle" => language.Say($"{save} s’arrête {at}, car rien n’y tourne. Il suffit d’y travailler pour le garder.", $"{save} stops on {at}, since nothing is done in it. To keep it, work in it."),
            "end" => language.Say($"{save} s’arrête {at}, après son dernier jour.", $"{save} stops on {at}, when its last day is over."),
            _ => language.Say($"{save} s’arrête {at}.", $"{save} stops on {at}."),
        };
    }

    private static string Starting(WorkspaceOutlook outlook, Language language) => (outlook.Wait?.Kind, outlook.Reason) switch
    {
        (PodWaitKind.Room, _) => language.Say("Aucune machine n’a de place pour l’instant\u00a0; il démarre de lui-même dès qu’il y en a.", "No machine has room for now; it starts by itself as soon as there is some."),
        (PodWaitKind.RoomBeingMade, _) => language.Say("Une machine lui fait de la place\u00a0; cela prend une à deux minutes.", "A machine is making room for it; this takes one or two minutes."),
        (PodWaitKind.Image, _) => language.Say(
            $"Son image est en cours de téléchargement {WaitSentences.Since(outlook.Wait!, language)}.", $"Its image has been downloading {WaitSentences.Since(outlook.Wait!, language)}."),
        (PodWaitKind.ImageAgain, _) => language.Say("Son image n’a pas pu être téléchargée\u00a0; la machine réessaie d’elle-même.", "Its image could not be downloaded; the machine tries again by itself."),
        (PodWaitKind.Container, _) => language.Say("Son image est sur la machine\u00a0; JupyterLab va démarrer.", "Its image is on the machine; JupyterLab is about to start."),
        (PodWaitKind.Volume, _) => language.Say(
            $"La machine ne peut pas encore accéder aux fichiers, {WaitSentences.Since(outlook.Wait!, language)}\u00a0; elle réessaie d’elle-même.",
            $"The machine has not been able to reach the files {WaitSentences.Since(outlook.Wait!, language)}; it tries again by itself."),
        (PodWaitKind.Answer, _) => language.Say("JupyterLab est lancé et ne répond pas encore.", "JupyterLab has been started and does not answer yet."),
        (_, "NodeSilent") => language.Say(
            "La machine où il tournait ne répond pas, et pourrait encore écrire dans ses fichiers\u00a0: il démarre ailleurs dès que l’administrateur l’a remise en route ou retirée.",
            "The machine where it ran does not answer, and might still write to its files: it starts elsewhere once the administrator has brought that back or removed it."),
        (_, "GrantUsedUp") => language.Say(
            "Les autres espaces du projet utilisent déjà ce qui lui est accordé\u00a0: il démarre de lui-même dès qu’il en reste assez. Arrêtez l’un d’eux, ou demandez à l’administrateur d’accorder plus.",
            "The project’s other workspaces already use what it is granted: this one starts by itself as soon as enough is left. Stop one of them, or ask the administrator for a larger grant."),
        (_, "Refused") => language.Say(
            "La plateforme refuse pour l’instant ce dont il a besoin\u00a0; elle réessaie d’elle-même. Le détail technique, sur sa page, dit pourquoi.",
            "The platform refuses for now what it needs; it tries again by itself. The technical detail on its page says why."),
        (_, "PreparingMaterials") => language.Say("Son dossier est en préparation.", "Its home is being prepared."),
        _ => language.Say("Cela prend quelques secondes, ou le temps de télécharger son image.", "This takes some seconds, or as long as its image is downloaded."),
    };

    private static string Yields(WorkspaceOutlook outlook, Language language) =>
        language.Say($"Il laisse la place {Lesson(outlook, language)}.{Back(outlook, language)}", $"It makes room for {Lesson(outlook, language)}.{Back(outlook, language)}");

    private static string Lesson(WorkspaceOutlook outlook, Language language) => outlook.Workspace.Status?.Yielding?.Lesson is { } lesson
        ? language.Say($"à la séance {lesson}", $"the lesson {lesson}")
        : language.Say("à une séance", "a lesson");

    private static string Back(WorkspaceOutlook outlook, Language language)
    {
        // While it is away, what comes next is its return: later than the lesson's end where its hours say so.
        var back = outlook.Stage is WorkspaceStage.Yielding ? outlook.Next : outlook.Workspace.Status?.Yielding?.Until is { } until ? Instant.FromDateTimeOffset(until) : null;
        return back is { } at ? language.Say($" Il revient de lui-même {At(at, outlook, language)}.", $" It comes back by itself on {At(at, outlook, language)}.") : "";
    }

    private static string Refused(WorkspaceOutlook outlook, Language language) => outlook.Reason switch
    {
        "ExceedsGrant" => language.Say(
            "Il demande plus que ce qui est accordé au projet. Demandez moins, ou demandez à l’administrateur d’accorder plus.", "It asks for more than the project’s grant. Ask for less, or ask the administrator for a larger grant."),
        "GrantHeldByOthers" => language.Say(
            "Avec ce qui est réservé à d’autres espaces du projet, il demande plus que ce qui est accordé au projet. Faites céder la place à l’un d’eux, demandez moins, ou demandez à l’administrateur d’accorder plus.",
            "Together with what is held for other workspaces of the project, it asks for more than the project’s grant. Let one of them make room, ask for less, or ask the administrator for a larger grant."),
        "CollidesWithLessons" => language.Say(
            "Il ne laisse pas la place aux séances, et des séances ont besoin de ce qu’il tiendrait. Faites-le céder la place, ou choisissez d’autres heures.",
            "It does not make room for lessons, and lessons need what it would hold. Let it make room, or choose other hours."),
        "NotEnoughCapacity" => language.Say("Aucune machine ne pourrait le tenir, même vide. Demandez moins.", "No machine could hold it, even when empty. Ask for less."),
        "ImageNotAllowed" => language.Say(
            "Son image n’est pas parmi celles que ce site autorise\u00a0: le détail technique, sur sa page, dit lesquelles. Choisissez l’une d’elles ou une plateforme, ou demandez à l’administrateur d’autoriser la vôtre.",
            "Its image is not among those that this site allows: the technical detail on its page says which. Choose one of them or a platform, or ask the administrator to allow yours."),
        _ => language.Say("Sa description contient une erreur\u00a0: le détail technique, sur sa page, dit laquelle, et quoi corriger.", "Its description has a mistake: the technical detail on its page says which, and what to correct."),
    };

    private static string Failed(WorkspaceOutlook outlook, Language language) => outlook.Reason switch
    {
        "ImagePullFailed" => language.Say("Son image ne peut pas être téléchargée\u00a0: corrigez son nom, ou rendez-la accessible aux machines.", "Its image cannot be downloaded: correct its name, or make it available to the machines."),
        "NoNodeForImage" or "ImageNotForNode" => language.Say(
            "Son image n’est pas faite pour les machines de ce site\u00a0: le détail technique, sur sa page, dit lesquelles. Choisissez une autre image, ou corrigez ses architectures.",
            "Its image is not for this site’s machines: the technical detail on its page says which. Choose another image, or correct its architectures."),
        "Crashing" or "ContainerRefused" => language.Say("JupyterLab n’arrive pas à démarrer\u00a0: le journal et le détail technique, sur sa page, disent pourquoi.", "JupyterLab cannot start: the log and the technical detail on its page say why."),
        "MaterialsFailed" => language.Say("Son code n’a pas pu être copié dans son dossier\u00a0; un nouvel essai a lieu toutes les quelques minutes.", "Its code could not be copied into its home; it is tried again every few minutes."),
        _ => language.Say("Le détail technique, sur sa page, dit pourquoi, et quoi changer.", "The technical detail on its page says why, and what to change."),
    };

    private static string GaveBack(WorkspaceOutlook outlook, Language language) => outlook.Workspace.Status?.FailedStart?.GaveBackAt is null ? "" : language.Say(
        " Ce qu’il occupait est libéré\u00a0; un nouvel essai a lieu toutes les demi-heures, et dès que sa description change.",
        " What it held is given back; it is tried again every half hour, and as soon as its description changes.");

    private static string Kept(Language language) => language.Say("Ses fichiers sont conservés.", "Its files are kept.");

    private static string At(Instant moment, WorkspaceOutlook outlook, Language language) => WaitingSentences.Moment(moment, outlook.Zone, outlook.Now, language);
}
