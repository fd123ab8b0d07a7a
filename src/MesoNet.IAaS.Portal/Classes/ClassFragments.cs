using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using MesoNet.IAaS.Portal.Activity;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>
/// The parts of the class page that change, as HTML: in the page at first, by server-sent events afterwards, each found by its id. A tile is as short as
/// it can be: there may be a thousand.
/// </summary>
internal static class ClassFragments
{
    private const string OutOfBand = " hx-swap-oob=\"true\"";
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.BasicLatin, UnicodeRanges.Latin1Supplement, UnicodeRanges.LatinExtendedA, UnicodeRanges.GeneralPunctuation);

    /// <summary>One student.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="language">The reader's language.</param>
    /// <param name="replaces">Whether it takes the place of the tile of the same id.</param>
    public static string Tile(SeatTile tile, Language language, bool replaces = false)
    {
        var reason = TileWords.Reason(tile.Reason, language) is { } words ? $" <small>{Html.Encode(words)}</small>" : "";
        return $"<a id=\"{tile.Label}\" class=\"{ClassOf(tile)}\" href=\"/class/{tile.Label}\"{(replaces ? OutOfBand : "")}>{Html.Encode(tile.Login)} <b>{Html.Encode(TileWords.State(tile.Step, tile.Use, language))}</b>{reason}</a>";
    }

    /// <summary>All students, by group.</summary>
    public static string Tiles(ClassView view, Language language, bool replaces = false)
    {
        var html = new StringBuilder($"<div id=\"tiles\"{(replaces ? OutOfBand : "")}>");
        if (view.Tiles.Count == 0) html.Append($"<p>{Html.Encode(language.Say("Aucun étudiant pour l’instant.", "No students yet."))}</p>");
        foreach (var group in view.Tiles.GroupBy(tile => tile.Group, StringComparer.Ordinal))
        {
            if (group.Key.Length > 0) html.Append($"<h3>{Html.Encode(language.Say($"Groupe {group.Key}", $"Group {group.Key}"))}</h3>");
            html.Append("<ul class=\"tiles\">");
            foreach (var tile in group) html.Append("<li>").Append(Tile(tile, language));
            html.Append("</ul>");
        }

        return html.Append("</div>").ToString();
    }

    /// <summary>How many students are in which state.</summary>
    public static string Counts(ClassView view, Language language, bool replaces = false)
    {
        var counts = view.Tiles.CountBy(tile => (tile.Step, tile.Use)).OrderBy(pair => pair.Key.Step).ThenBy(pair => pair.Key.Use ?? (SeatUse)int.MaxValue)
            .Select(pair => TileWords.Count(pair.Key.Step, pair.Key.Use, pair.Value, language));
        var total = language.Say($"{view.Tiles.Count} {(view.Tiles.Count > 1 ? "étudiants" : "étudiant")}", $"{view.Tiles.Count} {(view.Tiles.Count == 1 ? "student" : "students")}");
        return $"<p id=\"counts\"{(replaces ? OutOfBand : "")}>{Html.Encode($"{total}{(view.Tiles.Count > 0 ? language.Say("\u00a0: ", ": ") : "")}{string.Join(", ", counts)}")}</p>";
    }

    /// <summary>How far the course is, and what is wrong.</summary>
    /// <param name="view">The class.</param>
    /// <param name="shown">The lessons that the page has buttons for.</param>
    /// <param name="language">The reader's language.</param>
    /// <param name="replaces">Whether it takes the place of what the page has.</param>
    public static string State(ClassView view, string shown, Language language, bool replaces = false)
    {
        var html = new StringBuilder($"<div id=\"state\" role=\"status\"{(replaces ? OutOfBand : "")}><p>{Html.Encode(Stage(view, language))}</p>");
        if (RunningLessons(view) != shown)
            html.Append($"<p><a role=\"button\" class=\"secondary\" href=\"{Html.Encode(view.Taught.Path)}\">{Html.Encode(language.Say("Une séance a commencé ou fini\u00a0: actualiser la page", "A lesson has begun or ended: refresh the page"))}</a></p>");
        foreach (var condition in (view.Taught.Course.Status?.Conditions ?? []).Where(ConditionWords.IsProblem))
        {
            html.Append($"<div class=\"problem\"><p>{Html.Encode(ConditionWords.Of(condition, language))}</p>");
            if (view.Taught.DetailOf(condition) is { } message)
                html.Append($"<details><summary>{Html.Encode(language.Say("Détail", "Detail"))}</summary><p lang=\"en\">{Html.Encode(message)}</p></details>");
            html.Append("</div>");
        }

        return html.Append("</div>").ToString();
    }

    /// <summary>The names of the lessons that are on, as a text.</summary>
    public static string RunningLessons(ClassView view) => string.Join(' ', view.Timetable.Running.Select(lesson => lesson.Name));

    private static string Stage(ClassView view, Language language)
    {
        var status = view.Taught.Course.Status;
        var lesson = status?.Lesson;
        var stage = status?.Stage switch
        {
            null => language.Say("Le cours vient d’être créé\u00a0; il se prépare.", "The course has just been made; it is being prepared."),
            Resources.Courses.Stage.Scheduled => language.Say("Le cours n’a pas encore commencé.", "The course has not begun yet."),
            Resources.Courses.Stage.Warming => language.Say($"Les environnements démarrent pour la séance {lesson}.", $"The environments are starting for the lesson {lesson}."),
            Resources.Courses.Stage.Lesson when lesson is null => language.Say("Le cours est ouvert.", "The course is open."),
            Resources.Courses.Stage.Lesson => language.Say($"La séance {lesson} est en cours.", $"The lesson {lesson} is on."),
            Resources.Courses.Stage.HandIn => language.Say($"La séance {lesson} est finie\u00a0; les étudiants peuvent encore rendre.", $"The lesson {lesson} is over; students can still hand in."),
            Resources.Courses.Stage.Resting when view.Taught.Course.Spec.Suspend == true => language.Say("Le cours est suspendu.", "The course is suspended."),
            Resources.Courses.Stage.Resting => language.Say("Aucune séance n’est en cours.", "No lesson is on."),
            _ => language.Say("Le cours est terminé\u00a0; le travail est conservé.", "The course is over; the work is kept."),
        };
        if (status?.NextTransition is { } next)
        {
            var moment = WaitingSentences.Moment(Instant.FromDateTimeOffset(next), view.Timetable.Zone, language);
            stage += language.Say($" Prochaine étape\u00a0: {moment}.", $" Next step: {moment}.");
        }

        if (status?.Stage is not (Resources.Courses.Stage.Lesson or Resources.Courses.Stage.Closed) && view.Timetable.Next is { } lessonToCome)
        {
            var moment = WaitingSentences.Moment(lessonToCome.Start, view.Timetable.Zone, language);
            stage += language.Say($" Prochaine séance\u00a0: {lessonToCome.Name}, {moment}.", $" Next lesson: {lessonToCome.Name}, {moment}.");
        }

        return stage;
    }

    private static string ClassOf(SeatTile tile) => tile.Step switch
    {
        SeatStep.Ready when tile.Use == SeatUse.Idle => "idle",
        SeatStep.Ready when tile.Use == SeatUse.NotOpened => "new",
        SeatStep.Ready => "up",
        SeatStep.Failed => "bad",
        SeatStep.Stopped or SeatStep.Closed or SeatStep.Stopping => "off",
        SeatStep.Queued => "wait",
        _ => "soon",
    };
}
