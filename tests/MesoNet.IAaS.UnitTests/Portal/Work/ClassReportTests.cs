using System.Text.Json.Nodes;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Work;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.UnitTests.Planning;

namespace MesoNet.IAaS.UnitTests.Portal.Work;

/// <summary>The report as a teacher reads it.</summary>
public sealed class ClassReportTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    [Fact]
    public void What_went_wrong_comes_first_then_conflicts_then_full_homes()
    {
        var report = ClassReport.Of(new(Course(), true, []), Report(), Use());
        Assert.Equal(["zoe", "carl", "dora", "alice"], report.Homes.Select(home => home.Login));
        // Why is in English, and so is shown apart.
        Assert.Equal(("Le code n’a pas pu être copié", "the home is full"), (HomeReportWords.Of(report.Homes[0], Language.French), report.Homes[0].Error));
        Assert.Equal("1 remplacé, 1 gardé", HomeReportWords.Of(report.Homes[1], Language.French));
        Assert.Equal("tp1.py: the student changed it; the new one is tp1.nouveau-0123456.py", HomeReportWords.Of(report.Homes[1].Kept[0], Language.English));
        Assert.Equal("90\u00a0%", HomeReportWords.Fullness(report.Homes[2], Language.French));
        Assert.Equal((Commit, "Première copie"), (report.Homes[3].Commit, HomeReportWords.Of(report.Homes[3], Language.French)));
    }

    [Fact]
    public void An_assistant_reads_of_their_groups_only() =>
        Assert.Equal(["alice"], ClassReport.Of(new(Course(), false, ["A"]), Report(), Use()).Homes.Select(home => home.Login));

    [Fact]
    public void Before_anything_was_prepared_or_measured_there_is_nothing_to_say_of_anybody()
    {
        var report = ClassReport.Of(new(Course(), true, []), null, null);
        Assert.Equal((null, null, 4), (report.Commit, report.MeasuredAt, report.Homes.Count));
        Assert.All(report.Homes, home => Assert.Equal("No copy yet", HomeReportWords.Of(home, Language.English)));
    }

    private static ClassroomEnvironment Course()
    {
        var course = TestCourse.Environment();
        return course with { Spec = course.Spec with { Students = [new() { Login = "alice", Group = "A" }, new() { Login = "carl", Group = "B" }, new() { Login = "dora" }, new() { Login = "zoe", Group = "B" }] } };
    }

    // Through text, as it comes.
    private static JsonNode Report() => JsonNode.Parse(new JsonObject
    {
        ["commit"] = Commit, ["directory"] = "tp",
        ["homes"] = new JsonObject
        {
            [Seat("alice")] = new JsonObject { ["copied"] = 3, ["has"] = Commit },
            [Seat("carl")] = new JsonObject { ["updated"] = new JsonArray("tp2.py"), ["kept"] = new JsonArray(new JsonObject { ["file"] = "tp1.py", ["why"] = "changed", ["beside"] = "tp1.nouveau-0123456.py" }), ["has"] = Commit },
            [Seat("zoe")] = new JsonObject { ["error"] = "the home is full", ["has"] = null },
        },
    }.ToJsonString())!;

    private static JsonNode Use() => JsonNode.Parse(new JsonObject
    {
        ["measuredAt"] = "2026-11-28T12:00:00Z", ["quota"] = new JsonObject { ["bytes"] = 100, ["files"] = 100 }, ["volume"] = new JsonObject { ["bytes"] = 1000 },
        ["homes"] = new JsonObject { [Seat("dora")] = new JsonObject { ["bytes"] = 90, ["files"] = 1, ["unreadable"] = false } },
    }.ToJsonString())!;

    private static string Seat(string login) => ObjectNames.Seat("test", login);
}
