using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Workspaces;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.UnitTests.Portal.Workspaces;

/// <summary>What a researcher reads of code that could not be copied.</summary>
public sealed class CodeWordsTests
{
    [Theory]
    [InlineData("RefNotFound", "Le dépôt n’a ni branche, ni étiquette, ni commit de ce nom\u00a0: corrigez la version demandée.", "The repository has no branch, tag or commit of this name: correct the version asked for.")]
    [InlineData("RepositoryUnreachable", "Le serveur git ne répond pas comme il devrait\u00a0; un nouvel essai a lieu toutes les deux minutes.", "The git server does not answer as it should; it is tried again every two minutes.")]
    [InlineData("VolumeFull", "Le détail technique, sur sa page, dit pourquoi, et quoi changer.", "The technical detail on its page says why, and what to change.")]
    public void While_it_runs_with_what_it_has_the_page_says_so_beside_and_the_operators_words_are_there(string reason, string why, string whyInEnglish)
    {
        var outlook = Outlook(reason, isOpen: true);
        Assert.Equal($"La version demandée de son code n’a pas pu être copiée\u00a0; ce qui est dans le dossier reste. {why}", CodeWords.Sentence(outlook, Language.French));
        Assert.Equal($"The version of its code that was asked for could not be copied; what is in the home stays. {whyInEnglish}", CodeWords.Sentence(outlook, Language.English));
        var html = WorkspaceFragment.OfPage(outlook, Language.English);
        Assert.Contains("<p class=\"problem\">The version of its code", html, StringComparison.Ordinal);
        Assert.Contains("<p lang=\"en\">Of the code, in the operator&#x27;s words.</p>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_workspace_waits_for_its_code_or_that_is_being_fetched_nothing_is_said_beside()
    {
        Assert.Null(CodeWords.Sentence(Outlook("RefNotFound", isOpen: false), Language.French));
        Assert.Null(CodeWords.Sentence(Outlook("Preparing", isOpen: true), Language.French));
        Assert.Null(CodeWords.Sentence(OneWorkspace.Outlook(OneWorkspace.Status(WorkspaceStage.Running), isOpen: true), Language.French));
    }

    private static WorkspaceOutlook Outlook(string reason, bool isOpen)
    {
        var status = OneWorkspace.Status(WorkspaceStage.Running);
        return OneWorkspace.Outlook(
            status with { Conditions = [.. status.Conditions!, new() { Type = "MaterialsReady", Status = "False", Reason = reason, Message = "Of the code, in the operator's words." }] }, isOpen: isOpen);
    }
}
