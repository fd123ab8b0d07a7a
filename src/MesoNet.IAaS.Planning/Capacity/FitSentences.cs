using MesoNet.IAaS.Kubernetes.Objects;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>What a teacher reads of an answer.</summary>
internal static class FitSentences
{
    public const string Fits = "The cluster's nodes can hold all seats of this course at the times of its lessons.";

    private static readonly LocalDateTimePattern Pattern = LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd HH':'mm");

    /// <summary>The first lesson that does not fit, and how many others there are.</summary>
    public static string Of(IReadOnlyList<LessonFit> lessons)
    {
        var unfit = lessons.Where(lesson => !lesson.Fits).ToList();
        return unfit.Count switch
        {
            0 => Fits,
            1 => unfit[0].Sentence,
            2 => $"{unfit[0].Sentence} 1 other lesson does not fit either.",
            var count => $"{unfit[0].Sentence} {count - 1} other lessons do not fit either.",
        };
    }

    /// <summary>What is missing of one lesson, and what can be done.</summary>
    public static string Of(ObjectKey course, LessonFit lesson, DateTimeZone zone, Instant now)
    {
        var shortage = lesson.Shortage!;
        if (shortage.EmptySite is { } empty) return empty.SentenceFor(lesson.Lesson is { } name ? $"lesson \"{name}\"" : "course");
        var subject = lesson.Lesson is { } named ? $"The lesson \"{named}\" ({Time(lesson.Start, zone)})" : "The course";
        // A course that always runs lacks it at some time only, which must be named; but not so that an unchanged answer reads otherwise each minute.
        var when = lesson.Lesson is not null ? "then" : shortage.At <= now ? "now" : $"at {Time(shortage.At, zone)}";
        return $"{subject} lacks {Amount(shortage)}{Held(course, shortage.Holders, when)}. {Advice(lesson)}";
    }

    private static string Time(Instant moment, DateTimeZone zone) => Pattern.Format(moment.InZone(zone).LocalDateTime);

    private static string Amount(Shortage shortage)
    {
        const decimal gibibyte = 1024m * 1024 * 1024;
        return shortage.Resource switch
        {
            "cpu" => $"{shortage.Missing:0.###} of {shortage.Wanted:0.###} processor cores",
            "memory" => $"{shortage.Missing / gibibyte:0.#} of {shortage.Wanted / gibibyte:0.#} GiB of memory",
            "pods" => $"room for {shortage.Missing:0} of {shortage.Wanted:0} pods",
            var device => $"{shortage.Missing:0.###} of {shortage.Wanted:0.###} {device}",
        };
    }

    private static string Held(ObjectKey course, IReadOnlyList<Holder> holders, string when)
    {
        const int atMost = 3;
        if (holders.Count == 0) return "";
        var names = holders.Take(atMost).Select(holder =>
        {
            var name = holder.Environment == course ? "its own lesson" : holder.Environment.Name;
            return holder.Lesson is { } lesson ? $"{name} ({lesson})" : name;
        }).ToList();
        var more = holders.Count - names.Count;
        if (more > 0) names.Add(more == 1 ? "1 other course" : $"{more} other courses");
        return $", which {Listed(names, "and")} {(holders.Count == 1 ? "holds" : "hold")} {when}";
    }

    private static string Advice(LessonFit lesson) => lesson.Slots switch
    {
        null => "Ask the administrator for more.",
        [] => "It would fit at no other time of a working day in the four weeks around it. Shorten the roster, or ask the administrator for more.",
        var slots => $"It would fit on {Listed([.. slots.Select(Pattern.Format)], "or")}. Move the lesson{(lesson.MovesDeadline ? " and its handInUntil with it" : "")}, or ask the administrator for more.",
    };

    private static string Listed(List<string> items, string last) =>
        items.Count == 1 ? items[0] : $"{string.Join(", ", items.Take(items.Count - 1))} {last} {items[^1]}";
}
