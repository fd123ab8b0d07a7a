using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.UnitTests.Planning;

public sealed class SpecificationRulesTests
{
    private static readonly Lesson Valid = new() { Name = "tp1", Start = "2026-11-23T14:00", End = "2026-11-23T17:00", HandInUntil = "2026-11-27T23:59" };

    [Fact]
    public void A_course_that_obeys_the_rules_has_no_problem() => Assert.Empty(Problems(spec => spec with { Lessons = [Valid] }));

    [Fact]
    public void An_unknown_template_names_those_there_are() =>
        AssertProblem("TemplateNotFound", "There is no course template \"nope\". There are the templates template. Change spec.template.name.",
            spec => spec with { Template = new() { Name = "nope" } });

    [Fact]
    public void An_unknown_parameter_names_those_there_are() =>
        AssertProblem("UnknownParameter", "The template \"template\" has no parameter \"lr\". There are the parameters epochs. Change spec.template.parameters.",
            spec => spec with { Template = new() { Name = "template", Parameters = new Dictionary<string, string> { ["lr"] = "1" } } });

    [Fact]
    public void The_same_login_in_other_letters_is_the_same_student() =>
        AssertProblem("DuplicateLogin", "The login \"student01\" is in spec.students 2 times (\"student01\", \"Student01\"; capitals make no difference). Keep one of them.",
            spec => spec with { Students = [new() { Login = "student01" }, new() { Login = "Student01" }] });

    [Fact]
    public void A_lesson_that_ends_before_it_starts_is_refused() =>
        AssertProblem("LessonInvalid", "The lesson \"tp1\" ends (2026-11-23T13:00) before it starts (2026-11-23T14:00). Correct its start or its end.",
            spec => spec with { Lessons = [Valid with { End = "2026-11-23T13:00", HandInUntil = null }] });

    [Fact]
    public void A_time_that_clocks_skip_is_refused() =>
        AssertProblem("LessonInvalid", "start of the lesson \"tp1\" is 2026-03-29T02:30, a time that Europe/Paris skips when its clocks go forward. Choose another.",
            spec => spec with { Lessons = [Valid with { Start = "2026-03-29T02:30" }] });

    [Fact]
    public void A_time_that_clocks_repeat_is_fine() => Assert.Empty(Problems(spec => spec with { Lessons = [Valid with { Start = "2026-10-25T02:30" }] }));

    [Fact]
    public void Two_lessons_of_a_group_at_the_same_time_are_refused() =>
        AssertProblem("LessonsOverlap",
            "The lessons \"tp1\" (2026-11-23T14:00 to 2026-11-23T17:00) and \"tp2\" (2026-11-23T16:30 to 2026-11-23T18:00) overlap, and group A would have both. Move one of them, or give them different groups.",
            spec => spec with { Lessons = [Valid with { Groups = ["A"] }, Valid with { Name = "tp2", Start = "2026-11-23T16:30", End = "2026-11-23T18:00", Groups = ["B", "A"] }] });

    [Fact]
    public void Lessons_of_different_groups_may_overlap_and_one_may_follow_the_other_at_once() =>
        Assert.Empty(Problems(spec => spec with
        {
            Lessons =
            [
                Valid with { Groups = ["A"] }, Valid with { Name = "tp1b", Groups = ["B"] },
                Valid with { Name = "tp2", Start = "2026-11-23T17:00", End = "2026-11-23T18:00" },
            ],
        }));

    [Theory]
    [InlineData("2026-11-24", null, "The lesson \"tp1\" starts (2026-11-23T14:00) before the course's validity does (2026-11-24). Move the lesson, or spec.validity.from.")]
    [InlineData(null, "2026-11-22", "The lesson \"tp1\" ends (2026-11-23T17:00) after the last day of the course's validity (2026-11-22). Move the lesson, or spec.validity.until.")]
    [InlineData(null, "2026-11-26", "handInUntil of the lesson \"tp1\" (2026-11-27T23:59) is after the last day of the course's validity (2026-11-26). Move one of them.")]
    public void A_lesson_outside_the_validity_is_refused(string? from, string? until, string sentence) =>
        AssertProblem("LessonOutsideValidity", sentence, spec => spec with { Validity = new() { From = from, Until = until }, Lessons = [Valid] });

    [Fact]
    public void A_day_that_is_not_in_the_calendar_is_refused() =>
        AssertProblem("ValidityInvalid", "spec.validity.until is \"2027-02-30\", which is no date of the calendar. Write it as 2027-01-31.",
            spec => spec with { Validity = new() { Until = "2027-02-30" } });

    [Fact]
    public void An_unknown_zone_is_refused() =>
        AssertProblem("UnknownTimeZone", "\"Europe/Reims\" is no time zone. Write an IANA name in spec.timeZone, such as Europe/Paris.",
            spec => spec with { TimeZone = "Europe/Reims" });

    [Fact]
    public void A_data_set_that_is_not_there_is_named()
    {
        var observed = new World(TestCourse.Environment("student01"), TestCourse.Template(), TestCourse.Node()).Observe();
        var problem = Assert.Single(SpecificationRules.Check(observed.Environment!, observed));
        Assert.Equal("DatasetNotFound", problem.Reason);
        Assert.Equal("The template \"template\" needs the data set \"digits\", which does not exist. There are no data sets. Create it, or change the template.", problem.Sentence);
    }

    [Fact]
    public void Documents_without_the_code_that_they_come_from_are_refused()
    {
        var template = TestCourse.Template();
        var observed = new World(TestCourse.Environment("student01"), template with { Spec = template.Spec with { Code = null } }, TestCourse.Dataset(), TestCourse.Node()).Observe();
        var problem = Assert.Single(SpecificationRules.Check(observed.Environment!, observed));
        Assert.Equal("DocumentsWithoutCode", problem.Reason);
        Assert.Equal(
            "The template \"template\" has documents.path and no code, and such documents are a folder of the code's repository. Give the template code.repository, take documents out, or name a data set in documents.dataset.",
            problem.Sentence);
        Assert.Empty(SpecificationRules.Check(observed.Environment!, observed with { Templates = [template with { Spec = template.Spec with { Code = null, Documents = null } }] }));
        Assert.Empty(SpecificationRules.Check(observed.Environment!, observed with { Templates = [template with { Spec = template.Spec with { Code = null, Documents = new() { Dataset = "digits" } } }] }));
    }

    private static void AssertProblem(string reason, string sentence, Func<ClassroomEnvironmentSpec, ClassroomEnvironmentSpec> change)
    {
        var problem = Assert.Single(Problems(change));
        Assert.Equal(reason, problem.Reason);
        Assert.Equal(sentence, problem.Sentence);
    }

    private static IReadOnlyList<SpecificationProblem> Problems(Func<ClassroomEnvironmentSpec, ClassroomEnvironmentSpec> change)
    {
        var world = TestCourse.World("student01");
        world.Change(change);
        var observed = world.Observe();
        return SpecificationRules.Check(observed.Environment!, observed);
    }
}
