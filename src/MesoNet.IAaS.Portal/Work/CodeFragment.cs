using System.Text.Encodings.Web;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>Which version of the code everybody has, and what became of the last update, as HTML: in the page at first, by server-sent events afterwards.</summary>
internal static class CodeFragment
{
    private const string MaterialsReady = "MaterialsReady";

    /// <summary>The fragment.</summary>
    /// <param name="course">The course.</param>
    /// <param name="code">The code of its template.</param>
    /// <param name="language">The teacher's language.</param>
    public static string Render(ClassroomEnvironment course, CodeSource code, Language language)
    {
        var html = HtmlEncoder.Default;
        var materials = course.Status?.Materials;
        var commit = materials?.Commit ?? materials?.Given?.Commit;
        var reference = course.Spec.Code?.Ref ?? code.Ref;
        var facts = Fact(language.Say("Dépôt", "Repository"), $"<code>{html.Encode(code.Repository)}</code>")
            + Fact(language.Say("Version demandée", "Version asked for"), $"<code>{html.Encode(reference)}</code> {html.Encode(course.Spec.Code?.Ref is null ? language.Say("(celle du modèle)", "(the template’s)") : language.Say("(choisie pour ce cours)", "(chosen for this course)"))}")
            + Fact(language.Say("Commit que tous ont", "Commit that everybody has"), commit is null ? html.Encode(language.Say("aucun encore", "none yet")) : $"<code>{html.Encode(commit)}</code>");
        return $"<div><dl class=\"facts\">{facts}</dl>{State(course, language)}</div>".ReplaceLineEndings(" ");

        string Fact(string name, string value) => $"<dt>{html.Encode(name)}</dt><dd>{value}</dd>";
    }

    private static string State(ClassroomEnvironment course, Language language)
    {
        var html = HtmlEncoder.Default;
        var condition = course.Status?.Conditions?.FirstOrDefault(known => known.Type == MaterialsReady);
        if (condition is not null && ConditionWords.IsProblem(condition) && condition.ObservedGeneration == course.Metadata.Generation)
        {
            var detail = condition.Message is { } message ? $"<details><summary>{html.Encode(language.Say("Détail technique", "Technical detail"))}</summary><p lang=\"en\">{html.Encode(message)}</p></details>" : "";
            return $"<p class=\"problem\">{html.Encode(Problem(condition.Reason) is { } sentence ? sentence.In(language) : ConditionWords.Of(condition, language))}</p>{detail}";
        }

        if (AskedLook.IsPending(course) || condition?.Status != "True")
            return $"<p aria-busy=\"true\">{html.Encode(language.Say("La version est cherchée, puis donnée à tous. Les notebooks restent ouverts.", "The version is looked up, then given to everybody. Notebooks stay open."))}</p>";
        return course.Status?.Materials is { Updated: { } updated } materials
            ? $"<p class=\"fits\">{html.Encode(Summary(updated, materials.Conflicts ?? 0, materials.Failed ?? 0, language))}</p>"
            : $"<p class=\"fits\">{html.Encode(language.Say("Chaque étudiant a cette version.", "Each student has this version."))}</p>";
    }

    private static string Summary(int updated, int conflicts, int failed, Language language)
    {
        List<string> parts = [language.Say($"{updated} {(updated < 2 ? "dossier mis" : "dossiers mis")} à jour", $"{updated} {(updated == 1 ? "home" : "homes")} updated")];
        if (conflicts > 0) parts.Add(language.Say($"{conflicts} avec des fichiers que l’étudiant avait changés, et qui sont restés les siens", $"{conflicts} with files that the student had changed, which stayed theirs"));
        if (failed > 0) parts.Add(language.Say($"{failed} en échec", $"{failed} failed"));
        return string.Join(", ", parts) + language.Say(". Le rapport dit tout.", ". The report tells all.");
    }

    private static Sentence? Problem(string? reason) => reason switch
    {
        "RefNotFound" => new(
            "Le dépôt n’a ni branche, ni étiquette, ni commit de ce nom. Tous gardent le code qu’ils ont. Corrigez la version demandée.",
            "The repository has no branch, tag or commit of this name. Everybody keeps the code they have. Correct the version asked for."),
        "CommitNotFound" => new(
            "Le commit que tous devraient avoir n’est plus dans le dépôt\u00a0: son historique a été réécrit. Mettez le code à jour\u00a0: la version demandée est cherchée à nouveau.",
            "The commit that everybody should have is no longer in the repository: its history was rewritten. Update the code: the version asked for is looked up anew."),
        "RepositoryUnreachable" => new(
            "Le serveur git ne répond pas comme il devrait\u00a0; un nouvel essai a lieu toutes les deux minutes. Tous gardent le code qu’ils ont.",
            "The git server does not answer as it should; it is tried again every two minutes. Everybody keeps the code they have."),
        _ => null,
    };
}
