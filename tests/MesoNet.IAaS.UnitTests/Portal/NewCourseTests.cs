using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Portal.NewCourses;
using MesoNet.IAaS.Portal.Timetables;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.UnitTests.Planning.Research;
using NodaTime;
using Site = MesoNet.IAaS.UnitTests.Planning.Capacity.Site;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>What a form means, before anything is created.</summary>
public sealed class NewCourseTests
{
    private static readonly CourseTemplate Template = Site.Template("pytorch", "nvidia.com/gpu") with
    {
        Spec = Site.Template("pytorch", "nvidia.com/gpu").Spec with { Parameters = [new() { Name = "epochs", Default = "10" }] },
    };

    private static readonly NewCourseForm Form = new()
    {
        Attempt = "0b0c", Title = "Réseaux de neurones", Template = "pytorch", Teachers = "teacher2, TEACHER1\nassistant1: A, B", Roster = "student01 A\nstudent02 B\nstudent03 B",
        Rows = [new("TP 1", "2026-11-23", "14:00", "17:00", "2026-11-27", ""), new("", "2026-11-30", "14:00", "16:00", "", "B"), LessonRow.Empty],
        ValidFrom = "2026-11-16", ValidUntil = "31/01/2027", Networks = ["teaching"], Parameters = new Dictionary<string, string> { ["epochs"] = "3", ["of-another-template"] = "1" },
    };

    [Fact]
    public void A_form_that_is_right_becomes_a_namespace_and_a_course()
    {
        var course = Read(Form);
        Assert.Empty(course.Problems);
        Assert.Equal(
            """
            apiVersion: v1
            kind: Namespace
            metadata:
              name: course-reseaux-de-neurones
              labels:
                pod-security.kubernetes.io/enforce: restricted
            ---
            apiVersion: mesonet.fr/v1alpha1
            kind: ClassroomEnvironment
            metadata:
              name: reseaux-de-neurones
              namespace: course-reseaux-de-neurones
            spec:
              template:
                name: pytorch
                parameters:
                  epochs: "3"
              title: Réseaux de neurones
              teachers:
              - login: teacher1
              - login: teacher2
              - login: assistant1
                groups:
                - A
                - B
              students:
              - login: student01
                group: A
              - login: student02
                group: B
              - login: student03
                group: B
              timeZone: Europe/Paris
              validity:
                from: 2026-11-16
                until: 2027-01-31
              lessons:
              - name: tp1
                start: 2026-11-23T14:00
                end: 2026-11-23T17:00
                handInUntil: 2026-11-27T23:59
              - name: tp2
                start: 2026-11-30T14:00
                end: 2026-11-30T16:00
                groups:
                - B
              access:
                networks:
                - teaching

            """,
            course.Yaml, ignoreLineEndingDifferences: true);
        Assert.Equal("0b0c", course.Namespace.Metadata.Annotation(NewCourse.AttemptAnnotation));
        Assert.Equal([new("nvidia.com/gpu", 13)], course.Hours);
        Assert.True(course.Fit!.Fits);
    }

    [Fact]
    public void What_does_not_fit_is_told_with_when_it_would_and_may_be_wanted_all_the_same()
    {
        var earlier = Site.Course("vision", "pytorch", 1, 3, Site.Lesson("tp1", "2026-11-23T13:00", "2026-11-23T18:00"));
        var course = Read(Form, earlier);
        Assert.StartsWith("À la séance «\u00a0tp1\u00a0» (23/11/2026 14:00), il manque 2 des 3 nvidia.com/gpu, pris alors par vision (tp1). Elle tiendrait le ", Assert.Single(course.Unfit).French, StringComparison.Ordinal);
        Assert.StartsWith("The lesson \"tp1\" (2026-11-23 14:00) lacks 2 of 3 nvidia.com/gpu, which vision (tp1) holds then. It would fit on ", course.Unfit[0].English, StringComparison.Ordinal);
        Assert.Equal(NewCourseField.Site, Assert.Single(course.Problems).Field);
        Assert.True(Read(Form with { IsWantedAnyway = true }, earlier).IsRight);
    }

    [Fact]
    public void What_no_site_could_hold_is_told()
    {
        var course = Read(Form with { Roster = string.Join('\n', Enumerable.Range(0, 9).Select(number => $"s{number}")), Rows = [Form.Rows[0], Form.Rows[0] with { Name = "tp2", Date = "2026-11-30", HandInUntil = "" }] });
        Assert.Equal(
            "La séance «\u00a0tp1\u00a0» a 9 places, et les machines du site, même vides, en porteraient 4 (nvidia.com/gpu manque d’abord). Raccourcissez la liste, choisissez un modèle moins exigeant, ou demandez plus de machines à l’administrateur.",
            Assert.Single(course.Unfit).French);
    }

    [Fact]
    public void An_empty_form_lacks_everything_and_is_wrong_in_nothing()
    {
        var course = Read(new());
        Assert.All(course.Problems, problem => Assert.True(problem.IsMissing, problem.Sentence.English));
        Assert.Equal([NewCourseField.Roster, NewCourseField.Timetable, NewCourseField.Title, NewCourseField.Template], course.Problems.Select(problem => problem.Field));
    }

    [Theory]
    [InlineData(NewCourseField.Title, "There is a course “vision” already. Add the year or the group to the name.")]
    [InlineData(NewCourseField.Title, "The name needs three Latin letters or digits at least: the course’s address is made from it.")]
    [InlineData(NewCourseField.Title, "The name has 201 characters; at most 200 are allowed.")]
    [InlineData(NewCourseField.Template, "There is no template “gone” (any more). Choose one of the list.")]
    [InlineData(NewCourseField.Teachers, "“a/b” is no login. Correct it.")]
    [InlineData(NewCourseField.Roster, "“STUDENT01” is in line 1 already (capitals make no difference). Keep one of the two lines.")]
    [InlineData(NewCourseField.Timetable, "The date “—” is no date. Write 2026-11-23, for example.")]
    [InlineData(NewCourseField.Timetable, "The lesson “tp1” starts (2026-11-23 14:00) before the first day of the students’ access (2026-11-24). Move the lesson, or that day.")]
    [InlineData(NewCourseField.TimeZone, "“Europe/Reims” is no time zone. Write a name such as Europe/Paris.")]
    [InlineData(NewCourseField.Validity, "The first day is no date. Write 2027-01-31, for example.")]
    [InlineData(NewCourseField.Validity, "The last day (2026-11-01) is before the first (2026-11-16). Exchange or correct them.")]
    [InlineData(NewCourseField.Networks, "The site has no network “moon”.")]
    [InlineData(NewCourseField.Storage, "Write the size as 20Gi.")]
    [InlineData(NewCourseField.Storage, "The size 0 is too small. Write a size above zero, such as 20Gi.")]
    public void Each_rule_is_told_at_its_field(object field, string sentence)
    {
        NewCourseForm[] wrong =
        [
            Form with { Title = "Vision" }, Form with { Title = "深度" }, Form with { Title = new('x', 201) }, Form with { Template = "gone" }, Form with { Teachers = "x, a/b" },
            Form with { Roster = "student01\nSTUDENT01" }, Form with { Rows = [Form.Rows[0] with { Date = "—" }] }, Form with { ValidFrom = "2026-11-24" }, Form with { TimeZone = "Europe/Reims" },
            Form with { ValidFrom = "bientôt" }, Form with { ValidUntil = "2026-11-01", Rows = [], Kind = TimetableKind.None }, Form with { Networks = ["moon"] }, Form with { StorageSize = "beaucoup" }, Form with { StorageSize = "0" },
        ];
        var told = wrong.Select(form => Read(form, Site.Course("vision", "pytorch", 1, 1)).Problems.FirstOrDefault(problem => problem.Sentence.English == sentence)).OfType<FieldProblem>().ToList();
        Assert.Equal((NewCourseField)field, Assert.Single(told).Field);
        Assert.False(told[0].IsMissing);
    }

    [Fact]
    public void What_is_wrong_with_the_documents_of_a_template_is_told_at_the_template()
    {
        foreach (var (documents, sentence) in new[]
        {
            (new DocumentSource { Path = "cours" }, "The template “pytorch” has a folder of documents, and no code that it could be a folder of. Choose another template, or tell the administrator."),
            (new DocumentSource(), "The template “pytorch” does not say which documents it has. Choose another template, or tell the administrator."),
            (new DocumentSource { Dataset = "manual" }, "The template “pytorch” needs the data set “manual”, which does not exist. Choose another template, or tell the administrator."),
        })
        {
            var site = new NewCourseSite([], [Template with { Spec = Template.Spec with { Code = null, Documents = documents } }], [], [Site.Node("node1", ("nvidia.com/gpu", "4"))], ["teaching"]);
            var problem = Assert.Single(NewCourseReader.Read(site, Form, "teacher1", Site.Now + Duration.FromHours(1)).Problems);
            Assert.Equal((NewCourseField.Template, sentence), (problem.Field, problem.Sentence.English));
        }
    }

    [Fact]
    public void The_same_form_sent_twice_does_not_stand_in_its_own_way()
    {
        var first = Read(Form).Environment;
        Assert.Empty(Read(Form, first).Problems);
        Assert.Equal(NewCourseField.Title, Assert.Single(Read(Form with { Attempt = "another" }, first).Problems).Field);
    }

    [Fact]
    public void Slips_are_noticed() => Assert.Equal(
        ["No student is in the group “C”, which lessons name.", "One student has no lesson: no lesson names the group.", "One lesson is over already."],
        Read(Form with { Rows = [Form.Rows[0] with { Groups = "B, C" }, Form.Rows[0] with { Name = "tp0", Date = "2026-11-16", HandInUntil = "", Groups = "B" }] }).Notices.Select(notice => notice.English));

    [Fact]
    public void A_title_that_would_be_script_or_yaml_stays_a_title()
    {
        const string hostile = "</textarea><script>alert(1)</script>: {a: b} # \"'&";
        var course = Read(Form with { Title = hostile });
        Assert.Empty(course.Problems);
        Assert.Equal("course-textarea-script-alert-1-script-a-b", course.Namespace.Metadata.Name);
        Assert.Equal(hostile, KubernetesYaml.ReadDocuments(course.Yaml)[1]["spec"]!["title"]!.GetValue<string>());
    }

    [Fact]
    public void Each_way_of_a_timetable_gives_its_lessons_and_keeps_what_was_written_for_the_others()
    {
        var form = Form with
        {
            Weekly = new("1", "08:00", "10:00", "2", "2026-11-23", "", "", ""),
            Calendar = "BEGIN:VEVENT\nSUMMARY:TP groupe B\nDTSTART:20261123T130000Z\nDTEND:20261123T150000Z\nEND:VEVENT\n",
        };
        Assert.Equal(["2026-11-23T08:00", "2026-11-30T08:00"], Read(form with { Kind = TimetableKind.Weekly }).Environment.Spec.Lessons!.Select(lesson => lesson.Start));
        Assert.Equal(("2026-11-23T14:00", "B"), (Read(form with { Kind = TimetableKind.Calendar }).Environment.Spec.Lessons![0].Start, Read(form with { Kind = TimetableKind.Calendar }).Environment.Spec.Lessons![0].Groups![0]));
        var always = Read(form with { Kind = TimetableKind.None });
        Assert.Null(always.Environment.Spec.Lessons);
        Assert.Equal([new("nvidia.com/gpu", 3 * 24 * 77)], always.Hours);
    }

    [Fact]
    public void What_is_held_for_a_research_workspace_is_told_to_who_makes_a_course()
    {
        var firm = ResearchSite.Of("firm", gpus: "2", yields: false);
        var admitted = firm with { Status = new() { Admitted = new() { At = Site.Now.ToDateTimeOffset(), Until = firm.Spec.Until, Resources = firm.Spec.Resources } } };
        var site = new NewCourseSite([], [Template], [], [Site.Node("node1", ("nvidia.com/gpu", "4"))], ["teaching"]) { Workspaces = [admitted, ResearchSite.Of("yields")] };
        var told = NewCourseReader.Read(site, Form, "teacher1", Site.Now + Duration.FromHours(1));
        Assert.Contains("il manque 1 des 3 nvidia.com/gpu, pris alors par firm.", Assert.Single(told.Unfit).French, StringComparison.Ordinal);
    }

    private static NewCourse Read(NewCourseForm form, params ClassroomEnvironment[] others) => NewCourseReader.Read(
        new(others, [Template], [], [Site.Node("node1", ("nvidia.com/gpu", "4"))], ["teaching", "any"]), form, "teacher1", Site.Now + Duration.FromHours(1));
}
