using System.Text.RegularExpressions;
using MesoNet.IAaS.Planning.Courses;

namespace MesoNet.IAaS.Portal.Texts;

/// <summary>
/// The sentences of <see cref="SpecificationRules"/> for somebody before a form: in both languages, and without the names of members that are nowhere to
/// be seen there. Planning writes them for kubectl, as one text; what it says is taken out of that. A sentence that is not known here is shown as it is.
/// </summary>
internal static class RuleSentences
{
    private static readonly (Regex English, string Form, string French)[] Known =
    [
        Rule("There is no course template \"{a}\". {}", "There is no template “{a}” (any more). Choose one of the list.",
            "Le modèle «\u00a0{a}\u00a0» n’existe pas (ou plus). Choisissez-en un dans la liste."),
        Rule("The template \"{a}\" names the device \"{b}\". {}", "The template “{a}” names the device “{b}”, which is no resource such as nvidia.com/gpu. Choose another template, or tell the administrator.",
            "Le modèle «\u00a0{a}\u00a0» nomme la carte «\u00a0{b}\u00a0», qui n’est pas une ressource comme nvidia.com/gpu. Choisissez un autre modèle, ou prévenez l’administrateur."),
        Rule("The template \"{a}\" must name exactly one of platform and image. {}", "The template “{a}” does not say what its places run. Choose another template, or tell the administrator.",
            "Le modèle «\u00a0{a}\u00a0» ne dit pas ce que ses places exécutent. Choisissez un autre modèle, ou prévenez l’administrateur."),
        Rule("The template \"{a}\" cannot be used. There is no platform \"{b}\". {}", "The template “{a}” names the platform “{b}”, which this site does not have. Choose another template, or tell the administrator.",
            "Le modèle «\u00a0{a}\u00a0» nomme la plateforme «\u00a0{b}\u00a0», que ce site n’a pas. Choisissez un autre modèle, ou prévenez l’administrateur."),
        Rule("The template \"{a}\" cannot be used. The platform \"{b}\" has no image{} here. {}", "The template “{a}” names the platform “{b}”, which has no suitable image on this site. Choose another template, or tell the administrator.",
            "Le modèle «\u00a0{a}\u00a0» nomme la plateforme «\u00a0{b}\u00a0», qui n’a pas d’image adaptée sur ce site. Choisissez un autre modèle, ou prévenez l’administrateur."),
        Rule("The template \"{a}\" cannot be used. The image \"{b}\" is not among those that this site allows{}", "The template “{a}” names the image “{b}”, which this site does not allow. Choose another template, or tell the administrator.",
            "Le modèle «\u00a0{a}\u00a0» nomme l’image «\u00a0{b}\u00a0», que ce site n’autorise pas. Choisissez un autre modèle, ou prévenez l’administrateur."),
        Rule("The template \"{a}\" has documents.path and no code{}", "The template “{a}” has a folder of documents, and no code that it could be a folder of. Choose another template, or tell the administrator.",
            "Le modèle «\u00a0{a}\u00a0» a un dossier de documents, mais pas de code dont il ferait partie. Choisissez un autre modèle, ou prévenez l’administrateur."),
        Rule("The template \"{a}\" must give exactly one of documents.path {}", "The template “{a}” does not say which documents it has. Choose another template, or tell the administrator.",
            "Le modèle «\u00a0{a}\u00a0» ne dit pas quels sont ses documents. Choisissez un autre modèle, ou prévenez l’administrateur."),
        Rule("The template \"{a}\" has no parameter \"{b}\". {}", "The template “{a}” has no parameter “{b}”. Leave it out.",
            "Le modèle «\u00a0{a}\u00a0» n’a pas de paramètre «\u00a0{b}\u00a0». Laissez-le de côté."),
        Rule("The template \"{a}\" needs the data set \"{b}\", which does not exist. {}", "The template “{a}” needs the data set “{b}”, which does not exist. Choose another template, or tell the administrator.",
            "Le modèle «\u00a0{a}\u00a0» a besoin du jeu de données «\u00a0{b}\u00a0», qui n’existe pas. Choisissez un autre modèle, ou prévenez l’administrateur."),
        Rule("The data set \"{a}\" must name exactly one of {}", "The data set “{a}” does not say where its data are. Choose another template, or tell the administrator.",
            "Le jeu de données «\u00a0{a}\u00a0» ne dit pas où sont ses données. Choisissez un autre modèle, ou prévenez l’administrateur."),
        Rule("The course waits for the data set \"{a}\". {}", "The data set “{a}” is still being prepared; the course waits for it, then goes on by itself.",
            "Le jeu de données «\u00a0{a}\u00a0» est encore en préparation\u00a0; le cours l’attend, puis continue de lui-même."),
        Rule("The login \"{a}\" is in spec.students {n} times ({}; capitals make no difference). Keep one of them.", "The login “{a}” is in the list {n} times (capitals make no difference). Keep one of them.",
            "L’identifiant «\u00a0{a}\u00a0» est {n} fois dans la liste (majuscules et minuscules ne comptent pas). Gardez-en un."),
        Rule("\"{a}\" is no time zone. {}", "“{a}” is no time zone. Write a name such as Europe/Paris.", "«\u00a0{a}\u00a0» n’est pas un fuseau horaire. Écrivez un nom comme Europe/Paris."),
        Rule("spec.validity.{} is \"{a}\", which is no date of the calendar. {}", "{a} is no date of the calendar. Correct it.", "{a} n’est pas une date du calendrier. Corrigez-la."),
        Rule("spec.validity.until ({b}) is before spec.validity.from ({a}). {}", "The last day ({b}) is before the first ({a}). Exchange or correct them.",
            "Le dernier jour ({b}) est avant le premier ({a}). Échangez-les ou corrigez-les."),
        Rule("{m} of the lesson \"{a}\" is \"{b}\", which is no local time. {}", "The lesson “{a}” has the time “{b}”, which is none. Correct it.",
            "La séance «\u00a0{a}\u00a0» a l’heure «\u00a0{b}\u00a0», qui n’en est pas une. Corrigez-la."),
        Rule("{m} of the lesson \"{a}\" is {b}, a time that {z} skips when its clocks go forward. {}", "The lesson “{a}” has the time {b}, which does not exist: {z} puts its clocks forward then. Choose another.",
            "La séance «\u00a0{a}\u00a0» a l’heure {b}, qui n’existe pas\u00a0: {z} passe alors à l’heure d’été. Choisissez-en une autre."),
        Rule("The lesson \"{a}\" ends ({c}) before it starts ({b}). {}", "The lesson “{a}” ends ({c}) before it starts ({b}). Correct its start or its end.",
            "La séance «\u00a0{a}\u00a0» finit ({c}) avant de commencer ({b}). Corrigez le début ou la fin."),
        Rule("handInUntil of the lesson \"{a}\" ({b}) is before its end ({c}). {}", "The hand-in of the lesson “{a}” ({b}) is before its end ({c}). Correct one of them.",
            "Le rendu de la séance «\u00a0{a}\u00a0» ({b}) est avant sa fin ({c}). Corrigez l’un des deux."),
        Rule("The lesson \"{a}\" starts ({b}) before the course's validity does ({c}). {}", "The lesson “{a}” starts ({b}) before the first day of the students’ access ({c}). Move the lesson, or that day.",
            "La séance «\u00a0{a}\u00a0» commence ({b}) avant le premier jour d’accès des étudiants ({c}). Déplacez la séance, ou ce jour."),
        Rule("The lesson \"{a}\" ends ({b}) after the last day of the course's validity ({c}). {}", "The lesson “{a}” ends ({b}) after the last day of the students’ access ({c}). Move the lesson, or that day.",
            "La séance «\u00a0{a}\u00a0» finit ({b}) après le dernier jour d’accès des étudiants ({c}). Déplacez la séance, ou ce jour."),
        Rule("handInUntil of the lesson \"{a}\" ({b}) is after the last day of the course's validity ({c}). {}", "The hand-in of the lesson “{a}” ({b}) is after the last day of the students’ access ({c}). Move one of them.",
            "Le rendu de la séance «\u00a0{a}\u00a0» ({b}) est après le dernier jour d’accès des étudiants ({c}). Déplacez l’un des deux."),
        Rule("The lessons \"{a}\" ({b} to {c}) and \"{d}\" ({e} to {f}) overlap, and every student would have both. {}", "The lessons “{a}” ({b} to {c}) and “{d}” ({e} to {f}) overlap, and every student would have both. Move one of them, or give them different groups.",
            "Les séances «\u00a0{a}\u00a0» ({b} à {c}) et «\u00a0{d}\u00a0» ({e} à {f}) se chevauchent, et tous les étudiants auraient les deux. Déplacez l’une, ou donnez-leur des groupes différents."),
        Rule("The lessons \"{a}\" ({b} to {c}) and \"{d}\" ({e} to {f}) overlap, and group {g} would have both. {}", "The lessons “{a}” ({b} to {c}) and “{d}” ({e} to {f}) overlap, and group {g} would have both. Move one of them, or give them different groups.",
            "Les séances «\u00a0{a}\u00a0» ({b} à {c}) et «\u00a0{d}\u00a0» ({e} à {f}) se chevauchent, et le groupe {g} aurait les deux. Déplacez l’une, ou donnez-leur des groupes différents."),
        Rule("spec.storage.{} is {a}: give a size above zero, such as 20Gi.", "The size {a} is too small. Write a size above zero, such as 20Gi.", "La taille {a} est trop petite. Écrivez une taille au-dessus de zéro, comme 20Gi."),
    ];

    private static readonly Regex WrittenTime = Pattern(@"\b(?<y>[0-9]{4})-(?<m>[0-9]{2})-(?<d>[0-9]{2})(T(?<t>[0-9]{2}:[0-9]{2}))?\b");

    /// <summary>A rule's sentence.</summary>
    public static Sentence Of(SpecificationProblem problem)
    {
        foreach (var (english, form, french) in Known)
        {
            if (english.Match(problem.Sentence) is not { Success: true } match) continue;
            return new(Filled(french, match, time => $"{time.Groups["d"]}/{time.Groups["m"]}/{time.Groups["y"]}"), Filled(form, match, time => time.Value[..10]));
        }

        return new(problem.Sentence, problem.Sentence);
    }

    private static (Regex English, string Form, string French) Rule(string english, string form, string french)
    {
        // {a} is what the sentence names, {} what a form has no use for.
        var pattern = Regex.Escape(english).Replace("\\{}", ".*", StringComparison.Ordinal);
        return (Pattern($@"\A{Pattern(@"\\\{(?<name>[a-z])}").Replace(pattern, "(?<${name}>.*)")}\z"), form, french);
    }

    private static string Filled(string text, Match match, Func<Match, string> date)
    {
        foreach (Group group in match.Groups)
        {
            var value = WrittenTime.Replace(group.Value, time => time.Groups["t"].Success ? $"{date(time)} {time.Groups["t"]}" : date(time));
            text = text.Replace($"{{{group.Name}}}", value, StringComparison.Ordinal);
        }

        return text;
    }

    private static Regex Pattern(string pattern) =>
        new(pattern, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.NonBacktracking);
}
