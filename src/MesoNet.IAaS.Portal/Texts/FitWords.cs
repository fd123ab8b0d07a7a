using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Portal.Texts;

/// <summary>Whether a lesson fits, in both languages: what Planning's own sentence says in English, from the same numbers.</summary>
internal static class FitWords
{
    private static readonly LocalDateTimePattern Pattern = LocalDateTimePattern.CreateWithInvariantCulture("dd'/'MM'/'uuuu HH':'mm");

    /// <summary>What is missing of a lesson that does not fit.</summary>
    public static Sentence Of(ObjectKey course, LessonFit lesson, DateTimeZone zone, Instant now) => new(French(course, lesson, zone, now), lesson.Sentence);

    private static string French(ObjectKey course, LessonFit lesson, DateTimeZone zone, Instant now)
    {
        var shortage = lesson.Shortage!;
        if (shortage.EmptySite is { WrongNodes: { } wrong } site)
        {
            return $"{Subject(lesson)} a {site.Wanted} places, et son image ne tourne que sur {string.Join(" et ", wrong.Architectures)}\u00a0: ces machines, même vides, en porteraient {site.Fits}."
                + $" Les autres ({string.Join(", ", wrong.Others.Select(Architecture))}) auraient encore de la place pour {wrong.Room}, mais pas avec cette image. Choisissez un modèle fait pour elles, ou prévenez l’administrateur.";
        }

        if (shortage.EmptySite is { } empty)
        {
            return $"{Subject(lesson)} a {empty.Wanted} places, et les machines du site, même vides, en porteraient {empty.Fits}"
                + $" ({Resource(empty.Scarcest)} manque d’abord). Raccourcissez la liste, choisissez un modèle moins exigeant, ou demandez plus de machines à l’administrateur.";
        }

        var subject = lesson.Lesson is { } named ? $"À la séance «\u00a0{named}\u00a0» ({Time(lesson.Start, zone)})" : "Pour le cours";
        var when = lesson.Lesson is not null ? "alors" : shortage.At <= now ? "maintenant" : $"le {Time(shortage.At, zone)}";
        return $"{subject}, il manque {Amount(shortage)}{Held(course, shortage.Holders, when)}. {Advice(lesson)}";
    }

    private static string Subject(LessonFit lesson) => lesson.Lesson is { } name ? $"La séance «\u00a0{name}\u00a0»" : "Le cours";

    // A node without the label is told in words.
    private static string Architecture(string name) => name.Contains(' ', StringComparison.Ordinal) ? "d’architecture inconnue" : name;

    private static string Time(Instant moment, DateTimeZone zone) => Pattern.Format(moment.InZone(zone).LocalDateTime);

    private static string Resource(string name) => name switch { "cpu" => "le processeur", "memory" => "la mémoire", "pods" => "la place pour les pods", _ => name };

    private static string Amount(Shortage shortage)
    {
        const decimal gibibyte = 1024m * 1024 * 1024;
        return shortage.Resource switch
        {
            "cpu" => $"{Number(shortage.Missing)} des {Number(shortage.Wanted)} cœurs de processeur",
            "memory" => $"{Number(decimal.Round(shortage.Missing / gibibyte, 1))} des {Number(decimal.Round(shortage.Wanted / gibibyte, 1))} Gio de mémoire",
            "pods" => $"la place pour {Number(shortage.Missing)} des {Number(shortage.Wanted)} pods",
            var device => $"{Number(shortage.Missing)} des {Number(shortage.Wanted)} {device}",
        };
    }

    private static string Number(decimal number) => number.ToString("0.###", Language.French.Culture);

    private static string Held(ObjectKey course, IReadOnlyList<Holder> holders, string when)
    {
        const int atMost = 3;
        if (holders.Count == 0) return "";
        var names = holders.Take(atMost).Select(holder =>
        {
            var name = holder.Environment == course ? "sa propre séance" : holder.Environment.Name;
            return holder.Lesson is { } lesson ? $"{name} ({lesson})" : name;
        }).ToList();
        var more = holders.Count - names.Count;
        if (more > 0) names.Add(more == 1 ? "un autre cours" : $"{more} autres cours");
        return $", pris {when} par {Listed(names, "et")}";
    }

    private static string Advice(LessonFit lesson) => lesson.Slots switch
    {
        null => "Demandez plus de machines à l’administrateur.",
        [] => "Elle ne tiendrait à aucune autre heure ouvrée des quatre semaines autour. Raccourcissez la liste, ou demandez plus de machines à l’administrateur.",
        var slots => $"Elle tiendrait le {Listed([.. slots.Select(Pattern.Format)], "ou le")}. Déplacez-la{(lesson.MovesDeadline ? " avec sa date de rendu" : "")}, ou demandez plus de machines à l’administrateur.",
    };

    private static string Listed(List<string> items, string last) =>
        items.Count == 1 ? items[0] : $"{string.Join(", ", items.Take(items.Count - 1))} {last} {items[^1]}";
}
