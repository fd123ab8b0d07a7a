using System.Text.Json.Nodes;
using AngleSharp.Dom;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>The administrator's calendar: what courses and research workspaces take, as a picture, as tables, and as the command line says it.</summary>
public sealed class SiteCalendarPageTests(ClusterFixture cluster)
{
    // Of a kind that no other test asks for; the node has eight.
    private const string Device = "gpu.intel.com/i915";

    [Fact]
    public async Task Research_is_in_the_picture_and_in_the_tables_as_the_command_line_tells_it()
    {
        var (workspaces, project) = (new Workspaces(cluster), await cluster.NewNamespaceAsync());
        var firm = await workspaces.PutAsync(project, spec => Workspaces.With(spec, Device, "2") with { YieldsToLessons = false }, "firm");
        await cluster.UntilAsync<ResearchWorkspace>(firm, found => found.Status?.Admitted is not null);
        var these = await workspaces.PutAsync(project, spec => Workspaces.With(spec, Device, "4"));
        var courses = await Courses.NewAsync(cluster);
        await courses.PutTemplateAsync(devices: new Dictionary<string, Quantity> { [Device] = "1" }, timing: new() { DefaultLeadSeconds = 60, MaxLeadSeconds = 60 });
        await courses.PutAsync(spec => Workspaces.InLesson(courses, 1500, 1740) with { Title = "Réseaux <profonds>" });
        await using var portal = await ClassPortal.StartAsync(cluster, project);
        using var administrator = await portal.SignInAsync("root", SiteRole.Administrator);

        // The picture: five seats and what is held, where there is a lesson; elsewhere what makes room has what it asks for, and nothing is taken twice.
        List<(decimal Booked, decimal Held, decimal Yielding)> hours = [];
        await ClusterFixture.EventuallyAsync(
            async () => (hours = await HoursAsync(administrator)).Contains((7, 2, 0)) && hours.Contains((2, 2, 4)), async () => string.Join(' ', await HoursAsync(administrator)));
        Assert.InRange(hours.Count(hour => hour == (7, 2, 0)), 4, 6);
        Assert.All(hours, hour => Assert.True(hour.Booked + hour.Yielding <= 8 && hour.Booked is 2 or 7));
        Assert.Equal((2m, 2m, 4m), hours[^1]);

        var text = await administrator.Http.GetStringAsync(new Uri("/admin", UriKind.Relative));
        Assert.True(System.Text.Encoding.UTF8.GetByteCount(text) < 150_000, $"{text.Length} characters");
        var page = FilledForm.Parse(text);
        Assert.Equal("true", page.QuerySelector(".chart")!.GetAttribute("aria-hidden"));
        Assert.Contains("Tout en haut, hachuré\u00a0: ceux qui la cèdent", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["recherche, réservé", "recherche, cède la place"], new[] { "held", "yielding" }.Select(name => page.QuerySelector(".chart")!.GetAttribute($"data-{name}")));
        // One that goes on after midnight stands in both days.
        var lesson = RowsOf(page, "bookings", Device).Where(row => row.Contains("7 / 8", StringComparison.Ordinal)).ToList();
        Assert.InRange(lesson.Count, 1, 2);
        foreach (var part in new[] { "Réseaux <profonds> (tp1)", "firm (recherche, réservé)", "4 (these)" }) Assert.All(lesson, row => Assert.Contains(part, row, StringComparison.Ordinal));
        Assert.Contains(RowsOf(page, "bookings", Device), row => row.Contains("2 / 8", StringComparison.Ordinal) && row.Contains("4 (these)", StringComparison.Ordinal));

        // The command line and the page say the same of each workspace.
        await using var output = new StringWriter();
        await new CalendarCommand(new(new("tests"), cluster.Cluster.KubeconfigPath, null, TimeProvider.System), TimeProvider.System).RunAsync(null, 14, [], asJson: true, output, CancellationToken.None);
        var told = JsonNode.Parse(output.ToString())!["workspaces"]!.AsArray().Where(time => time!["namespace"]!.GetValue<string>() == project).ToList();
        Assert.Equal(["firm", "course/tp1"], told.SelectMany(time => time!["makesRoomFor"]!.AsArray()).Select(name => name!.GetValue<string>()));
        Assert.Equal(told.Count, RowsOf(page, "research-times", project).Count);
        Assert.Single(RowsOf(page, "research-times", $"{firm}"), row => row.Contains("2\u00a0gpu.intel.com/i915", StringComparison.Ordinal) && row.EndsWith("(réservé)", StringComparison.Ordinal));
        Assert.Collection(
            RowsOf(page, "research-times", $"{these}"), row => Assert.EndsWith("(cède la place)", row, StringComparison.Ordinal),
            row => Assert.EndsWith("rien\u00a0: laisse la place à firm, course/tp1", row, StringComparison.Ordinal), row => Assert.EndsWith("(cède la place)", row, StringComparison.Ordinal));

        administrator.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        var english = FilledForm.Parse(await administrator.Http.GetStringAsync(new Uri("/admin", UriKind.Relative)));
        Assert.Contains("At the top, hatched: those that do", english.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains(RowsOf(english, "bookings", Device), row => row.Contains("firm (research, held)", StringComparison.Ordinal));
        Assert.Contains(RowsOf(english, "research-times", $"{these}"), row => row.EndsWith("nothing: makes room for firm, course/tp1", StringComparison.Ordinal));

        // One that is stopped takes nothing; what is held for the other stays held.
        await workspaces.PatchAsync(these, new() { ["suspend"] = true });
        await workspaces.PatchAsync(firm, new() { ["suspend"] = true });
        await ClusterFixture.EventuallyAsync(
            async () => (await HoursAsync(administrator)).All(hour => hour is { Held: 2, Yielding: 0 }), async () => string.Join(' ', await HoursAsync(administrator)));
        await cluster.Admin.DeleteAsync<ResearchWorkspace>(firm, CancellationToken.None);
        await cluster.Admin.DeleteAsync<ResearchWorkspace>(these, CancellationToken.None);
    }

    private static async Task<List<(decimal Booked, decimal Held, decimal Yielding)>> HoursAsync(ClassBrowser administrator)
    {
        var numbers = JsonNode.Parse(await administrator.ReadAsync("/admin/hours.json?days=14"))!;
        var device = numbers["resources"]!.AsArray().Single(resource => resource!["name"]!.GetValue<string>() == Device)!;
        var (booked, held, yielding) = (Of("booked"), Of("held"), Of("yielding"));
        Assert.Equal((booked.Count, booked.Count, numbers["hours"]!.AsArray().Count), (held.Count, yielding.Count, booked.Count));
        // Hours before this one tell nothing of research that makes room, and a workspace is held from when it was admitted on.
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return [.. numbers["hours"]!.AsArray().Select((hour, index) => (At: hour!.GetValue<long>(), Use: (booked[index], held[index], yielding[index]))).Where(hour => hour.At > now).Select(hour => hour.Use)];

        List<decimal> Of(string name) => [.. device[name]!.AsArray().Select(number => number!.GetValue<decimal>())];
    }

    /// <summary>The rows of a table that contain a text, each as one line.</summary>
    private static List<string> RowsOf(IParentNode page, string table, string text) =>
    [
        .. page.QuerySelectorAll($"#{table} tbody tr").Select(row => string.Join(' ', row.TextContent.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)))
            .Where(row => row.Contains(text, StringComparison.Ordinal)),
    ];
}
