using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>What a course's conditions mean to its teacher. The operator's own sentence, in English, names all that is known; this one says what to do.</summary>
internal static class ConditionWords
{
    // Where nothing is wrong: the course's stage says as much.
    private static readonly HashSet<string> Usual = new(StringComparer.Ordinal)
    {
        "Scheduled", "NotYetValid", "Resting", "ValidityOver", "Suspended", "SeatsStarting", "SeatsWarming", "OnDemand", "Preparing", "PreparingMaterials", "PreparingNodes", "TakingWork",
        "Archiving", "Deleting", "Deleted",
    };

    /// <summary>Whether a condition says that something is wrong. That seats may not start, Ready says in the same words.</summary>
    public static bool IsProblem(Condition condition) => condition is { Status: "False", Type: not Readiness.SeatsMayStart } && !Usual.Contains(condition.Reason ?? "");

    /// <summary>What it means.</summary>
    public static string Of(Condition condition, Language language) => condition.Reason switch
    {
        "NoStudents" => language.Say("Le cours n’a pas encore d’étudiants\u00a0: ajoutez-les à sa liste.", "The course has no students yet: add them to its list."),
        "TemplateNotFound" => language.Say("Le modèle de ce cours n’existe plus\u00a0: prévenez l’administrateur.", "This course’s template no longer exists: tell the administrator."),
        "DocumentsWithoutCode" => language.Say(
            "Le modèle a un dossier de documents, mais pas de code dont il ferait partie\u00a0: prévenez l’administrateur.", "The template has a folder of documents, and no code that it could be a folder of: tell the administrator."),
        "DocumentsInvalid" => language.Say("Le modèle ne dit pas quels sont ses documents\u00a0: prévenez l’administrateur.", "The template does not say which documents it has: tell the administrator."),
        "DatasetNotFound" or "DatasetInvalid" => language.Say("Un jeu de données manque\u00a0: prévenez l’administrateur.", "A data set is missing: tell the administrator."),
        "DatasetNotReady" => language.Say("Un jeu de données est en préparation\u00a0; le cours démarre dès qu’il est là.", "A data set is being prepared; the course starts as soon as it is there."),
        "LessonInvalid" or "LessonsOverlap" or "LessonOutsideValidity" or "ValidityInvalid" or "UnknownTimeZone" => language.Say(
            "Le calendrier contient une erreur\u00a0; l’ancien reste en vigueur jusqu’à ce qu’elle soit corrigée.", "The timetable has a mistake; the one before holds until it is corrected."),
        "LessonDoesNotFit" => language.Say("Une séance ne tient pas sur le site à son heure\u00a0: déplacez-la.", "A lesson does not fit on the site at its time: move it."),
        "NotEnoughCapacity" => language.Say("Le site est trop petit pour une séance, même vide\u00a0: prévenez l’administrateur.", "The site is too small for a lesson, even when it is empty: tell the administrator."),
        "GroupWithoutStudents" => language.Say("Une séance est pour un groupe qui n’a pas d’étudiants\u00a0: corrigez le groupe.", "A lesson is for a group that has no students: correct the group."),
        "NoRoom" or "NotReserved" => language.Say("Des étudiants attendent une place sur une machine\u00a0; ils entrent dès qu’il y en a.", "Some students wait for room on a machine; they get in as soon as there is some."),
        "ImagePullFailed" or "NoImage" or "ImageUnsuitable" => language.Say("L’image du modèle ne peut pas être utilisée\u00a0: prévenez l’administrateur.", "The template’s image cannot be used: tell the administrator."),
        "ImageNotForNode" or "NoNodeForImage" => language.Say(
            "L’image du modèle n’est pas faite pour les machines de ce site\u00a0: prévenez l’administrateur.", "The template’s image is not for this site’s machines: tell the administrator."),
        "ImageNotAllowed" => language.Say(
            "L’image du modèle n’est pas parmi celles que ce site autorise\u00a0: prévenez l’administrateur.", "The template’s image is not among those that this site allows: tell the administrator."),
        "RepositoryUnreachable" => language.Say("Le dépôt du code ne répond pas\u00a0; un nouvel essai a lieu de lui-même.", "The code’s repository does not answer; it is tried again by itself."),
        "StorageInvalid" => language.Say("La taille demandée pour un volume du cours ne convient pas\u00a0: demandez qu’on la corrige.", "The size asked for one of the course’s volumes does not suit: have it corrected."),
        "MaterialsFailed" => language.Say("Le code du cours n’a pas pu être copié à tous les étudiants\u00a0; un nouvel essai a lieu de lui-même.", "The course’s code could not be copied to all students; it is tried again by itself."),
        "PodEnded" => language.Say("Des environnements ont été interrompus\u00a0; ils redémarrent.", "Some environments were interrupted; they start again."),
        "Crashing" or "ContainerRefused" => language.Say("Des environnements n’arrivent pas à démarrer\u00a0: voyez pourquoi ci-dessous.", "Some environments cannot start: see below why."),
        "HomesOverQuota" => language.Say("Des étudiants ont rempli leur dossier\u00a0: demandez-leur de faire de la place.", "Some students have filled their homes: ask them to make room."),
        "VolumeNearlyFull" => language.Say("Le volume des dossiers est presque plein\u00a0: faites supprimer des fichiers, ou demandez qu’on l’agrandisse.", "The homes’ volume is nearly full: have files removed, or ask for a larger one."),
        "SomeHomesNotPrepared" => language.Say(
            "Le code du cours n’a pas pu être copié à tous les étudiants\u00a0; un nouvel essai a lieu de lui-même, et les autres travaillent.",
            "The course’s code could not be copied to all students; it is tried again by itself, and the others work on."),
        "SubmissionsFull" or "ArchiveFull" => language.Say("Le volume des rendus est plein\u00a0: demandez qu’on l’agrandisse. Rien n’est perdu.", "The volume of what was handed in is full: ask for a larger one. Nothing is lost."),
        "WorkNotTaken" => language.Say(
            "Le travail des étudiants n’est pas pris pour l’instant, ni à la date limite ni quand ils rendent\u00a0; il reste dans leurs dossiers. Le détail dit ce qui manque.",
            "The students’ work is not taken now, neither at the deadline nor when they hand in; it stays in their homes. The detail says what is missing."),
        _ => condition.Type switch
        {
            "MaterialsReady" => language.Say("Le code du cours n’a pas pu être copié à tous les étudiants.", "The course’s code could not be copied to all students."),
            "WorkTaken" => language.Say("Le travail de certains étudiants n’a pas pu être récupéré\u00a0; un nouvel essai aura lieu.", "Some students’ work could not be taken; it is tried again."),
            "NodesPrepared" => language.Say("Les machines de la prochaine séance ne sont pas toutes préparées\u00a0; le démarrage sera plus lent.", "Not all machines for the next lesson are prepared; the start will be slower."),
            _ => language.Say("Le cours n’est pas comme il devrait être.", "The course is not as it should be."),
        },
    };
}
