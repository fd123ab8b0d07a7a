using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Timetables;
using MesoNet.IAaS.Portal.Timetables.Icalendar;
using MesoNet.IAaS.Portal.Uploads;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Portal;

public sealed class CalendarTests
{
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    public static TheoryData<string> Cases => TextCase.Names("cases-of-calendars");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_calendar_is_read_as_the_case_expects(string name)
    {
        var @case = new TextCase("cases-of-calendars", name);
        var text = UploadedText.Read(@case.Given("calendar.ics")).Text!;
        @case.AssertExpected(Written(IcalendarTimetable.Read(text, Paris, 2, ["A", "B"])));
    }

    [Fact]
    public void A_line_is_the_same_however_it_was_folded() => Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        const string whole = "DTSTART;TZID=Europe/Paris:20261123T140000\nDTEND;TZID=Europe/Paris:20261123T170000\nSUMMARY:Réseaux de neurones profonds";
        var folded = new StringBuilder();
        foreach (var letter in whole)
        {
            if (letter != '\n' && folded.Length > 0 && folded[^1] != '\n' && random.Next(5) == 0) folded.Append(random.Next(2) == 0 ? "\r\n " : "\n\t");
            folded.Append(letter);
        }

        return Written(Read(whole)) == Written(Read(folded.ToString())) && Read(whole).Lessons is [{ Name: "reseaux-de-neurones-profonds", Start: "2026-11-23T14:00" }];
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Hours_on_the_clock_stay_the_same_each_week_and_moments_do_in_utc() => Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        var first = new LocalDateTime(2026, 1, 1, 8, 0).PlusDays(random.Next(700)).PlusMinutes(random.Next(10) * 30);
        var (count, interval) = (random.Next(1, 30), random.Next(1, 4));
        var inParis = Read($"DTSTART;TZID=Europe/Paris:{first:yyyyMMdd'T'HHmmss}\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;COUNT={count};INTERVAL={interval}").Lessons.Select(Start).ToList();
        var inUtc = Read($"DTSTART:{first:yyyyMMdd'T'HHmmss}Z\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;COUNT={count};INTERVAL={interval}").Lessons
            .Select(lesson => LocalTimes.Moment(Start(lesson), Paris)).ToList();
        return inParis.SequenceEqual(Enumerable.Range(0, count).Select(number => first.PlusWeeks(number * interval)))
            && inUtc.SequenceEqual(Enumerable.Range(0, count).Select(number => first.InUtc().ToInstant() + Duration.FromDays(7 * number * interval)));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Random_lines_get_lessons_or_sentences_and_never_an_error() => Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        string[] pieces =
        [
            "DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", ":", ";", "TZID=Europe/Paris", "TZID=", "20261123T140000", "20261123T140000Z", "20261123", "99991231T235959Z", "PT3H", "-P1D", "P9999999999D",
            "FREQ=WEEKLY", "FREQ=DAILY", "COUNT=3", "COUNT=0", "UNTIL=20270101", "BYDAY=MO", "BYDAY=-1MO", "INTERVAL=9999", "\n", "\n", "\n ", "SUMMARY:TP \\", "BEGIN:VEVENT\n", "END:VEVENT\n", "BEGIN:VALARM\n", "\"",
        ];
        var reading = Read(string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => pieces[random.Next(pieces.Length)])));
        return reading.Lessons.Select(lesson => lesson.Name).Distinct(StringComparer.Ordinal).Count() == reading.Lessons.Count;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    private static TimetableReading Read(string lines) => IcalendarTimetable.Read($"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n", Paris, 0, []);

    private static LocalDateTime Start(Lesson lesson) => LocalTimes.Time(lesson.Start)!.Value;

    private static string Written(TimetableReading reading) => KubernetesYaml.Write(new
    {
        lessons = reading.Lessons.Select(lesson =>
            $"{lesson.Name}: {lesson.Start} to {lesson.End}{(lesson.HandInUntil is { } until ? $", hand-in until {until}" : "")}{(lesson.Groups is { } groups ? $", for {string.Join(" and ", groups)}" : "")}").ToArray(),
        problems = reading.Problems.Select(problem => new { line = problem.Line ?? 0, french = problem.Sentence.French, english = problem.Sentence.English }).ToArray(),
    });
}
