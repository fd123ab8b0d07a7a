using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Workspaces;

/// <summary>What a researcher reads of code that could not be copied into the home of a workspace that runs all the same.</summary>
internal static class CodeWords
{
    /// <summary>What is wrong with it and what to do; null where nothing is, or the workspace waits for it and says so itself.</summary>
    public static string? Sentence(WorkspaceOutlook outlook, Language language)
    {
        if (!outlook.IsOpen || outlook.Code is not { } condition) return null;
        var why = condition.Reason switch
        {
            "RefNotFound" => language.Say(
                "Le dépôt n’a ni branche, ni étiquette, ni commit de ce nom\u00a0: corrigez la version demandée.", "The repository has no branch, tag or commit of this name: correct the version asked for."),
            "RepositoryUnreachable" => language.Say("Le serveur git ne répond pas comme il devrait\u00a0; un nouvel essai a lieu toutes les deux minutes.", "The git server does not answer as it should; it is tried again every two minutes."),
            _ => language.Say("Le détail technique, sur sa page, dit pourquoi, et quoi changer.", "The technical detail on its page says why, and what to change."),
        };
        return language.Say($"La version demandée de son code n’a pas pu être copiée\u00a0; ce qui est dans le dossier reste. {why}", $"The version of its code that was asked for could not be copied; what is in the home stays. {why}");
    }
}
