using System.Net;
using MesoNet.IAaS.ClusterTests.Faults;
using MesoNet.IAaS.LocalCluster.Faults;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.ClusterTests.PortalSafety;

/// <summary>What somebody reads where the cluster could not be asked, or the portal failed.</summary>
public sealed class FaultTests(ClusterFixture cluster)
{
    private const string Away = "Le cluster ne répond pas pour le moment.";
    private const string Gone = "Ce n’est plus là";

    [Fact]
    public async Task A_student_whose_start_or_hand_in_does_not_reach_the_cluster_reads_so_on_the_page()
    {
        await using var proxy = await ThroughProxy.StartProxyAsync(cluster);
        await using var portal = await RealPortal.StartAsync(cluster, connection: proxy.Connection);
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync(spec => spec with { TimeZone = "Etc/UTC", Lessons = [new() { Name = "tp1", Start = Local(-180), End = Local(-60), HandInUntil = Local(600) }] });
        var course = await cluster.UntilAsync<ClassroomEnvironment>(courses.Key, found => found.Status is { Stage: Stage.HandIn, Seats.Stopped: 2 });
        var seat = (await courses.ListAsync<Seat>())[0];
        var (door, home) = ($"/open/{SeatHost.LabelOf(seat)}", $"/seats/{SeatHost.LabelOf(seat)}");
        using var student = portal.Browser();
        await ClusterFixture.EventuallyAsync(async () => await student.RedirectOfAsync(portal.Links.PathTo(seat, course)) == home, () => student.ReadAsync("/"));
        await ClusterFixture.EventuallyAsync(async () => (await student.ReadAsync(door)).Contains("data-start=\"now\"", StringComparison.Ordinal), () => student.ReadAsync(door));
        foreach (var (fault, sentence) in new (Fault, string)[] { (new Fault.Cut(), Away), (new Fault.Answer(404, "NotFound"), Gone) })
        {
            using var installed = proxy.Install(fault, request => request.Method == "PATCH");
            var page = await PostAsync(door, "Start", sentence);
            // Sent by itself it would be sent again and again.
            Assert.Contains("handler=Start", page, StringComparison.Ordinal);
            Assert.DoesNotContain("data-start=\"now\"", page, StringComparison.Ordinal);
            await PostAsync(home, "HandIn", sentence);
        }

        async Task<string> PostAsync(string path, string handler, string sentence)
        {
            using var answer = await student.PostAsync(
                $"{path}?handler={handler}", new Dictionary<string, string>(StringComparer.Ordinal) { ["lesson"] = "tp1", ["__RequestVerificationToken"] = await student.FormTokenAsync(path) });
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
            Assert.Contains(sentence, page, StringComparison.Ordinal);
            return page;
        }
    }

    [Fact]
    public async Task A_fault_of_the_portal_is_told_in_a_sentence()
    {
        await using var portal = await RealPortal.StartAsync(cluster);
        using var browser = portal.Browser();
        // Signed as it should be, by whoever has the key, and no moment in it.
        using var answer = await browser.GetAsync($"/p/{new SignedText(portal.Keys, "link of a person").Sign("soon - admin1")}");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("Le portail n’a pas pu répondre.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    private static string Local(int minutes) => LocalTimes.Write(LocalDateTime.FromDateTime(DateTime.UtcNow.AddMinutes(minutes)));
}
