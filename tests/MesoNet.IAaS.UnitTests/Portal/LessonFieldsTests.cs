using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Portal.Pages.Courses;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Timetables;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>Timetables that teachers type: rows of a table, and "every Monday".</summary>
public sealed partial class LessonFieldsTests
{
    private static readonly LessonRow Row = new("tp1", "2026-11-23", "14:00", "17:00", "2026-11-27T23:59", "");
    private static readonly WeeklyFields Weekly = new("1", "14:00", "17:00", "6", "2026-11-23", "4", "", "");

    [Theory]
    [InlineData("TP 1", "23/11/2026", "14h", "17h00", "27/11/2026", "A, B", "tp1 2026-11-23T14:00 2026-11-23T17:00 2026-11-27T23:59 A B")]
    [InlineData("", "2026-11-23", "14:00", "17:00", "", "", "tp1 2026-11-23T14:00 2026-11-23T17:00  ")]
    [InlineData("Évaluation finale", "3.2.2027", "8 h 30", "10:00:00", "2027-02-03 18:00", "", "evaluation-finale 2027-02-03T08:30 2027-02-03T10:00 2027-02-03T18:00 ")]
    public void A_row_is_read_as_people_write_it(string name, string date, string start, string end, string handIn, string groups, string expected)
    {
        var reading = LessonTable.Read([new(name, date, start, end, handIn, groups)]);
        Assert.Empty(reading.Problems);
        var lesson = Assert.Single(reading.Lessons);
        Assert.Equal(expected, $"{lesson.Name} {lesson.Start} {lesson.End} {lesson.HandInUntil} {string.Join(' ', lesson.Groups ?? [])}");
    }

    [Fact]
    public void A_row_says_what_to_change_in_each_of_its_fields()
    {
        var reading = LessonTable.Read([LessonRow.Empty, new("—", "31/02/2026", "25:00", "soir", "demain", new string('g', 64))]);
        Assert.Empty(reading.Lessons);
        Assert.All(reading.Problems, problem => Assert.Equal(2, problem.Line));
        Assert.Equal(
            [
                "The name “—” has no letter and no digit. Write tp1, for example.", "The date “31/02/2026” is no date. Write 2026-11-23, for example.",
                "The start “25:00” is no time. Write 14:00, for example.", "The end “soir” is no time. Write 17:00, for example.",
                "The hand-in “demain” is no date. Write 2026-11-27 or 2026-11-27 23:59, for example.", "A lesson has at most 50 groups, of at most 63 characters, with commas between them.",
            ],
            reading.Problems.Select(problem => problem.Sentence.English));
    }

    [Fact]
    public void An_end_before_the_start_and_a_hand_in_before_the_end_are_told() => Assert.Equal(
        ["The lesson ends (13:00) before it starts (14:00). Correct its start or its end.", "The hand-in is before the end of the lesson. Correct one of them."],
        LessonTable.Read([Row with { End = "13:00" }, Row with { Name = "tp2", HandInUntil = "2026-11-23T16:00" }]).Problems.Select(problem => problem.Sentence.English));

    [Fact]
    public void Rows_without_a_name_are_numbered_in_the_order_of_time_beside_those_that_have_one() => Assert.Equal(
        ["tp2 2026-11-16", "tp1 2026-11-23", "tp3 2026-11-30"],
        LessonTable.Read([Row with { Name = "", Date = "2026-11-30", HandInUntil = "" }, Row, Row with { Name = "", Date = "2026-11-16", HandInUntil = "" }])
            .Lessons.Select(lesson => $"{lesson.Name} {lesson.Start[..10]}"));

    [Fact]
    public void The_same_name_twice_is_told() => Assert.Equal(
        (2, "The name “tp1” is in row 1 already. Give another name, or none: the lesson will be numbered."),
        LessonTable.Read([Row, Row with { Name = "TP 1", Date = "2026-11-24" }]).Problems.Select(problem => (problem.Line ?? 0, problem.Sentence.English)).Single());

    [Fact]
    public void A_lesson_becomes_a_row_and_the_row_the_lesson()
    {
        var lesson = new Lesson { Name = "tp7", Start = "2026-11-23T14:00", End = "2026-11-23T17:00", HandInUntil = "2026-11-27T18:00", Groups = ["A", "TP 2"] };
        Assert.Equivalent(lesson, Assert.Single(LessonTable.Read([LessonRow.Of(lesson)]).Lessons), strict: true);
    }

    [Fact]
    public void Every_monday_for_six_weeks_skips_the_holidays_and_keeps_six_lessons()
    {
        var reading = (Weekly with { From = "17/11/2026", Holidays = "21/12/2026 au 03/01/2027\n2026-11-30", Groups = "A" }).Read();
        Assert.Empty(reading.Problems);
        Assert.Equal(
            ["tp1 2026-11-23T14:00", "tp2 2026-12-07T14:00", "tp3 2026-12-14T14:00", "tp4 2027-01-04T14:00", "tp5 2027-01-11T14:00", "tp6 2027-01-18T14:00"],
            reading.Lessons.Select(lesson => $"{lesson.Name} {lesson.Start}"));
        Assert.Equal(("2026-11-23T17:00", "2026-11-27T23:59", "A"), (reading.Lessons[0].End, reading.Lessons[0].HandInUntil, reading.Lessons[0].Groups!.Single()));
    }

    [Theory]
    [InlineData("0", "14:00", "17:00", "6", "2026-11-23", "4", "", "Choose a day of the week.")]
    [InlineData("1", "deux heures", "17:00", "6", "2026-11-23", "4", "", "Write the time at which lessons begin, such as 14:00.")]
    [InlineData("1", "14:00", "", "6", "2026-11-23", "4", "", "Write the time at which lessons end, such as 17:00.")]
    [InlineData("1", "14:00", "14:00", "6", "2026-11-23", "4", "", "The lessons end (14:00) before they start (14:00). Correct their start or their end.")]
    [InlineData("1", "14:00", "17:00", "99999999999", "2026-11-23", "4", "", "Write the number of weeks, from 1 to 60.")]
    [InlineData("1", "14:00", "17:00", "6", "bientôt", "4", "", "Write the first day, such as 2026-11-23.")]
    [InlineData("1", "14:00", "17:00", "6", "2026-11-23", "-1", "", "Write the number of days for the hand-in, from 0 to 60.")]
    [InlineData("1", "14:00", "17:00", "6", "2026-11-23", "4", "Noël", "Holidays: “Noël” is no date and no period. Write 2026-12-21 to 2027-01-03, for example.")]
    [InlineData("1", "14:00", "17:00", "6", "2026-11-23", "4", "2026-01-01 to 2099-01-01", "The holidays leave no room for all lessons. Correct them.")]
    public void What_cannot_be_every_monday_is_told(string weekday, string start, string end, string weeks, string from, string handIn, string holidays, string sentence) =>
        Assert.Equal(sentence, Assert.Single(new WeeklyFields(weekday, start, end, weeks, from, handIn, holidays, "").Read().Problems).Sentence.English);

    [Fact]
    public void A_lesson_is_shown_as_people_say_it()
    {
        var lesson = new Lesson { Name = "tp1", Start = "2026-11-23T14:00", End = "2026-11-23T17:00", HandInUntil = "2026-12-01T23:59" };
        Assert.Equal(("lundi 23 novembre 2026, 14:00 – 17:00", "mar. 1er décembre, 23:59"), (NewCourseWords.When(lesson, Language.French), NewCourseWords.HandIn(lesson, Language.French)));
        Assert.Equal(("Monday 23 November 2026, 14:00 – 17:00", "Tue 1 December, 23:59"), (NewCourseWords.When(lesson, Language.English), NewCourseWords.HandIn(lesson, Language.English)));
    }

    [Fact]
    public void Names_are_valid_and_none_is_there_twice() => Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        string?[] titles = [null, "", "TP", "TP 1", "tp1", "tp2", "Tp-2", "tp", "Réseaux", "réseaux", "é", "—", "1er TP", "a-", "-", new string('x', 300), "tp1-1", "x y", "LAB 3 : fin"];
        var names = LessonNames.Distinct([.. Enumerable.Range(0, random.Next(30)).Select(_ => titles[random.Next(titles.Length)])]);
        return names.All(name => Name().IsMatch(name) && name.Length <= 63) && names.Distinct(StringComparer.Ordinal).Count() == names.Count;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]*[a-z0-9])?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
