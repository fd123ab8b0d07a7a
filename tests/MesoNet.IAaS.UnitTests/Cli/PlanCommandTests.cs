using System.Text.Json;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Platforms;
using NodaTime;
using static MesoNet.IAaS.UnitTests.Planning.Capacity.Site;

namespace MesoNet.IAaS.UnitTests.Cli;

public sealed class PlanCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_course_is_shown_by_group_in_local_time_and_with_its_room()
    {
        var course = Course("vision", "card", 2, 16, Lesson("tp1-a", "2026-11-24T14:00", "2026-11-24T16:00", "A"), Lesson("tp1-b", "2026-11-25T14:00", "2026-11-25T16:00", "B") with { HandInUntil = "2026-11-28T23:59" });
        var (exitCode, text) = Plan(new([course], [Template("card", "nvidia.com/gpu")], [], [Node("node", ("nvidia.com/gpu", "8"))]), there: null);
        Assert.Equal(0, exitCode);
        Assert.Contains("group A (8 students)", text, StringComparison.Ordinal);
        Assert.Contains("tp1-b   Wed 2026-11-25 13:50  Wed 2026-11-25 14:00 to 16:00  Sat 2026-11-28 23:59  Resting  fits", text, StringComparison.Ordinal);
        Assert.Contains("Scheduled until Tue 2026-11-24 13:50.", text, StringComparison.Ordinal);
        Assert.Contains("Closed from Mon 2027-02-01 00:00.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_beside_the_clusters_courses_is_told()
    {
        var lesson = Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00");
        var there = new SiteObjects([Course("intro-ml", "card", 1, 4, lesson)], [Template("card", "nvidia.com/gpu")], [], [Node("node", ("nvidia.com/gpu", "8"))]);
        var asked = Course("vision", "card", 0, 8, lesson);
        asked = asked with { Metadata = asked.Metadata with { CreationTimestamp = null } };
        var (exitCode, text) = Plan(new([asked], [], [], []), there);
        Assert.Equal(1, exitCode);
        Assert.Contains("lacks 4 of 8 seats", text, StringComparison.Ordinal);
        Assert.Contains("The lesson \"tp1\" (2026-11-24 14:00) lacks 4 of 8 nvidia.com/gpu, which intro-ml (tp1) holds then.", text, StringComparison.Ordinal);
        // One that is there already keeps its place.
        Assert.Equal(0, Plan(new([there.Environments[0] with { Metadata = new() { Name = "intro-ml", Namespace = "course-intro-ml" } }], [], [], []), there).ExitCode);
    }

    [Fact]
    public void Without_nodes_it_says_that_it_did_not_check()
    {
        var (exitCode, text) = Plan(new([Course("vision", "card", 2, 8, Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00"))], [Template("card", "nvidia.com/gpu")], [], []), there: null);
        Assert.Equal(0, exitCode);
        Assert.Contains("Whether the lessons fit was not checked: no nodes are known.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_with_a_spec_is_told_at_once()
    {
        var course = Course("vision", "none", 2, 8, Lesson("tp1", "2026-11-24T14:00", "2026-11-24T13:00"), Lesson("tp2", "2027-03-01T14:00", "2027-03-01T16:00"));
        var (exitCode, text) = Plan(new([course], [Template("card")], [], []), there: null);
        Assert.Equal(1, exitCode);
        Assert.Contains("There is no course template \"none\".", text, StringComparison.Ordinal);
        Assert.Contains("The lesson \"tp1\" ends", text, StringComparison.Ordinal);
        Assert.Contains("The lesson \"tp2\" ends (2027-03-01T16:00) after the last day", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_calendar_says_how_full_each_day_is_and_by_whom()
    {
        var lesson = Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00");
        var site = new SiteObjects([Course("a", "card", 1, 6, lesson), Course("b", "card", 2, 4, lesson)], [Template("card", "nvidia.com/gpu")], [], [Node("node", ("nvidia.com/gpu", "8"))]);
        using var text = new StringWriter();
        CalendarCommand.Print(site, from: null, 14, asJson: false, Now, text);
        Assert.Contains("nvidia.com/gpu      10        8  too much  13:50  a (tp1), b (tp1)", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("memory          80 GiB  512 GiB            13:50  a (tp1), b (tp1)", text.ToString(), StringComparison.Ordinal);
        using var json = new StringWriter();
        CalendarCommand.Print(site, new LocalDate(2026, 11, 24), 1, asJson: true, Now, json);
        Assert.Equal(3, JsonDocument.Parse(json.ToString()).RootElement.GetProperty("booked").GetArrayLength());
        using var none = new StringWriter();
        CalendarCommand.Print(site, new LocalDate(2026, 11, 25), 3, asJson: false, Now, none);
        Assert.Equal("Nothing is booked from 2026-11-25 on for 3 days.\n", none.ToString());
    }

    [Theory]
    [InlineData("a: [b", "is no YAML: line")]
    [InlineData("just: a map", "has no kind")]
    [InlineData("- a\n- b", "has no kind")]
    [InlineData("kind: Node\nmetadata: {}", "without metadata.name")]
    [InlineData("kind: ClassroomEnvironment\nmetadata: {name: x}\nspec: {students: [{login: 3}]}", "the ClassroomEnvironment \"x\" cannot be read")]
    [InlineData("kind: ClassroomEnvironment\nmetadata: {name: x}", "the ClassroomEnvironment \"x\" cannot be read")]
    [InlineData("kind: ClassroomEnvironment\nmetadata: {name: x}\nspec: {template: }", "the ClassroomEnvironment \"x\" cannot be read")]
    [InlineData("kind: ClassroomEnvironment\nmetadata: {name: x}\nspec: {template: {name: t}, students: [~]}", "has an empty item in the list spec.students")]
    [InlineData("kind: ClassroomEnvironment\nmetadata: {name: x}\nspec: {template: {name: t}, lesson: []}", "has a member that is not known, spec.lesson.")]
    [InlineData("kind: ClassroomEnvironment\nmetadata: {name: x}\nspec: {template: {name: t}, lessons: [{name: a, start: b, end: c, strat: d}]}", "spec.lessons[0].strat")]
    [InlineData("kind: [a]\n", "has no kind")]
    [InlineData("[a, b]: c\n", "no Kubernetes manifest")]
    public void A_file_that_is_no_manifest_is_named(string content, string words)
    {
        var file = Path.Combine(folder.FullName, "file.yaml");
        File.WriteAllText(file, content);
        var mistake = Assert.Throws<UserMistakeException>(() => ManifestFiles.Read([file]));
        Assert.Contains(file, mistake.Message, StringComparison.Ordinal);
        Assert.Contains(words, mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_the_sites_own_catalogue_does_not_allow_is_told()
    {
        var file = Path.Combine(folder.FullName, "platforms.yaml");
        File.WriteAllText(file, "allowedImages: [registry.site.test/]\nplatforms: [{name: java, title: {fr: Java, en: Java}, contains: {fr: JDK, en: JDK}}]");
        var course = new SiteObjects([Course("vision", "card", 1, 4, Lesson("tp1", "2026-11-24T14:00", "2026-11-24T16:00"))], [Template("card")], [], []);
        Assert.Equal(0, Plan(course.With(PlatformCatalogue.BuiltIn), there: null).ExitCode);
        var (exitCode, text) = Plan(course.With(PlanCommand.CatalogueOf(file)!), there: null);
        Assert.Equal(1, exitCode);
        Assert.Contains("is not among those that this site allows: registry.site.test/, and those of the platforms java.", text, StringComparison.Ordinal);
        Assert.Null(PlanCommand.CatalogueOf(null));
        File.WriteAllText(file, "allowedImage: []\nplatforms: []");
        Assert.Contains(file, Assert.Throws<UserMistakeException>(() => PlanCommand.CatalogueOf(file)).Message, StringComparison.Ordinal);
    }

    private static (int ExitCode, string Text) Plan(SiteObjects given, SiteObjects? there)
    {
        using var text = new StringWriter();
        return (PlanCommand.Print(given, there, Now, text), text.ToString());
    }
}
