using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Courses;
using MesoNet.IAaS.Portal.Work;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.UnitTests.Cli;

/// <summary><c>mesonet course homes</c>: what each home takes, and what guards it.</summary>
public sealed class CourseHomesTests
{
    [Theory]
    [InlineData("null", "null", "MesoNet's watch guards them; the file system gives none of them a wall of its own", "")]
    [InlineData("4096", "null", "MesoNet's watch guards them, and the file system stops 1 of 2 at a wall of their own (project quotas)", "without a wall")]
    [InlineData("4096", "4096", "MesoNet's watch guards them, and the file system stops each at a wall of its own (project quotas)", "")]
    public void It_says_which_homes_the_file_system_bounds_as_well(string first, string second, string sentence, string remark)
    {
        var course = new ClassroomEnvironment
        {
            Metadata = new() { Name = "deep" }, Spec = new() { Template = new() { Name = "deep" }, Students = [new() { Login = "student01" }, new() { Login = "student02" }] },
        };
        string Home(string login, string wall, int bytes) => $$$"""
            "{{{ObjectNames.Seat("deep", login)}}}": {"bytes": {{{bytes}}}, "files": 3, "unreadable": false, "wall": {{{wall}}} }
            """;
        var read = JsonNode.Parse($$$"""
            {"measuredAt": "2026-11-20T08:00:00Z", "quota": {"bytes": 4000, "files": 1000}, "volume": {"bytes": 16000}, "homes": { {{{Home("student01", first, 2000)}}}, {{{Home("student02", second, 1000)}}} } }
            """)!;
        using var output = new StringWriter();
        CourseHomes.Print(HomeReports.Use(course, read), output);
        var lines = output.ToString().Split('\n');
        Assert.StartsWith(sentence, lines[1], StringComparison.Ordinal);
        Assert.Matches($"^student02 .* 3 *{remark}$", lines.Single(line => line.StartsWith("student02", StringComparison.Ordinal)).TrimEnd());
    }
}
