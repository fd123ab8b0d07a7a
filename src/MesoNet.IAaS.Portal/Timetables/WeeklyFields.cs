using System.Globalization;
using MesoNet.IAaS.Portal.Texts;
using NodaTime;

namespace MesoNet.IAaS.Portal.Timetables;

/// <summary>The fields in which a teacher writes "every Monday 14:00-17:00 for 6 weeks from 2026-11-23", as they were typed.</summary>
/// <param name="Weekday">1 for Monday to 7 for Sunday.</param>
/// <param name="Start">When each lesson begins.</param>
/// <param name="End">When each lesson ends.</param>
/// <param name="Weeks">How many lessons there are, one a week.</param>
/// <param name="From">The first day on which one may be.</param>
/// <param name="HandInDays">How many days after each lesson students may hand in.</param>
/// <param name="Holidays">Days without lessons: days, or "first-last", one a line or with commas between.</param>
/// <param name="Groups">The groups they are for, with commas between.</param>
internal sealed record WeeklyFields(string Weekday, string Start, string End, string Weeks, string From, string HandInDays, string Holidays, string Groups)
{
    private const int MostHandInDays = 60;

    /// <summary>The lessons these fields mean.</summary>
    public TimetableReading Read()
    {
        var problems = new List<TimetableProblem>();
        void Tell(string french, string english) => problems.Add(new(null, new(french, english)));

        var weekday = Number(Weekday, 1, 7);
        if (weekday is null) Tell("Choisissez un jour de la semaine.", "Choose a day of the week.");
        var (start, end) = (WrittenTimes.Time(Start), WrittenTimes.Time(End));
        if (start is null) Tell("Écrivez l’heure de début, par exemple 14:00.", "Write the time at which lessons begin, such as 14:00.");
        if (end is null) Tell("Écrivez l’heure de fin, par exemple 17:00.", "Write the time at which lessons end, such as 17:00.");
        if (end <= start) Tell($"Les séances finissent ({End.Trim()}) avant de commencer ({Start.Trim()}). Corrigez le début ou la fin.", $"The lessons end ({End.Trim()}) before they start ({Start.Trim()}). Correct their start or their end.");
        var weeks = Number(Weeks, 1, WeeklyLessons.MostLessons);
        if (weeks is null) Tell($"Écrivez le nombre de semaines, de 1 à {WeeklyLessons.MostLessons}.", $"Write the number of weeks, from 1 to {WeeklyLessons.MostLessons}.");
        var from = WrittenTimes.Date(From);
        if (from is null) Tell("Écrivez le premier jour, par exemple 23/11/2026.", "Write the first day, such as 2026-11-23.");
        var handIn = HandInDaysOf(HandInDays, out var handInProblem);
        if (handInProblem is not null) problems.Add(new(null, handInProblem));
        var holidays = HolidaysOf(Holidays, out var holidayProblem);
        if (holidayProblem is not null) problems.Add(new(null, holidayProblem));
        if (problems.Count > 0) return new([], problems);

        var groups = Groups.Split([',', ';']).Select(group => group.Trim()).Where(group => group.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        var lessons = new WeeklyLessons((IsoDayOfWeek)weekday!.Value, start!.Value, end!.Value, weeks!.Value, from!.Value, handIn, holidays, groups).Read();
        if (lessons.Count < weeks) Tell("Les congés ne laissent pas de place à toutes les séances. Corrigez-les.", "The holidays leave no room for all lessons. Correct them.");
        return new(lessons, problems);
    }

    /// <summary>How many days for the hand-in; none where nothing is written.</summary>
    public static int HandInDaysOf(string text, out Sentence? problem)
    {
        var days = text.Trim().Length == 0 ? 0 : Number(text, 0, MostHandInDays);
        problem = days is null
            ? new($"Écrivez le nombre de jours pour le rendu, de 0 à {MostHandInDays}.", $"Write the number of days for the hand-in, from 0 to {MostHandInDays}.")
            : null;
        return days ?? 0;
    }

    private static List<Holidays> HolidaysOf(string text, out Sentence? problem)
    {
        problem = null;
        var holidays = new List<Holidays>();
        foreach (var entry in text.Split([',', ';', '\n', '\r']).Select(part => part.Trim()).Where(part => part.Length > 0))
        {
            // Dates have hyphens of their own.
            var ends = entry.Split(["..", "–", " - ", " au ", " to ", "→"], StringSplitOptions.TrimEntries);
            if (ends.Length <= 2 && WrittenTimes.Date(ends[0]) is { } first && WrittenTimes.Date(ends[^1]) is { } last && first <= last)
            {
                holidays.Add(new(first, last));
                continue;
            }

            var shown = entry.Length <= 40 ? entry : $"{entry[..39]}…";
            problem = new(
                $"Congés\u00a0: «\u00a0{shown}\u00a0» n’est ni une date ni une période. Écrivez par exemple 21/12/2026 au 03/01/2027.",
                $"Holidays: “{shown}” is no date and no period. Write 2026-12-21 to 2027-01-03, for example.");
        }

        return holidays;
    }

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && least <= number && number <= most ? number : null;
}
