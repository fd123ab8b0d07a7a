using System.Text;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>Who works and who does not, on the tiles of a class that somebody looks at.</summary>
public sealed class SeatUsePageTests(ClusterFixture cluster)
{
    [Fact]
    public async Task While_a_class_is_looked_at_its_seats_say_who_works_in_them()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync(spec => spec with
        {
            TimeZone = "Etc/UTC", Teachers = [new() { Login = "teacher1" }], Lessons = [new() { Name = "tp1", Start = Local(-10), End = Local(60) }],
            Students = [new() { Login = "student01" }, new() { Login = "student02" }, new() { Login = "student03" }],
        });
        await courses.UntilReadyAsync("3/3");
        await using var first = await PlayedJupyter.StartAsync();
        await using var second = await PlayedJupyter.StartAsync();
        await using var third = await PlayedJupyter.StartAsync();
        first.Answer = PlayedJupyter.Saying(isBusy: true, null, isOpened: true);
        second.Answer = PlayedJupyter.Saying(isBusy: false, "2026-01-05T14:00:00Z", isOpened: true);
        third.Answer = context => context.Response.Body.WriteAsync("<script>alert(1)</script>"u8.ToArray()).AsTask();
        PlayedJupyter[] played = [first, second, third];
        var seats = (await courses.ListAsync<Seat>()).OrderBy(seat => seat.Spec.Login, StringComparer.Ordinal).ToList();
        foreach (var (seat, jupyter) in seats.Zip(played))
        {
            var address = jupyter.Address.ToString();
            await cluster.Admin.MergePatchAsync<Pod>(
                seat.Key, new() { ["status"] = new JsonObject { ["podIP"] = address, ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address }) } }, CancellationToken.None, "status");
        }

        var path = $"/courses/{courses.Key.Namespace}/{courses.Key.Name}";
        await using var portal = await ClassPortal.StartAsync(cluster, courses.Key.Namespace!);
        using var teacher = await portal.SignInAsync("teacher1");
        await ClusterFixture.EventuallyAsync(async () => (await teacher.ReadAsync(path)).Contains("3 prêts", StringComparison.Ordinal), () => teacher.ReadAsync(path));
        // A page that was read and is not open asks nobody.
        Assert.All(played, jupyter => Assert.Empty(jupyter.Seen));

        var page = await teacher.ReadAsync(path);
        using (var stream = await EventStream.OpenAsync(teacher.Http, page))
        using (var another = await EventStream.OpenAsync(teacher.Http, page))
        {
            await UntilShownAsync(teacher, path, "3 étudiants\u00a0: 1 travaille, 1 inactif, 1 prêt");
            Assert.Contains($"<a id=\"{SeatHost.LabelOf(seats[0])}\" class=\"up\"", await stream.UntilAsync("travaille"), StringComparison.Ordinal);
            await another.UntilAsync("1 inactif");
            await ClusterFixture.EventuallyAsync(() => Task.FromResult(!third.Seen.IsEmpty), () => Task.FromResult("the third seat is not asked"));
            var secret = await cluster.Admin.GetAsync<Secret>(new(courses.Key.Namespace!, Tokens.SecretName(courses.Key.Name)), CancellationToken.None);
            foreach (var (seat, jupyter) in seats.Zip(played))
            {
                Assert.Equal(
                    ($"{SeatPod.BasePath(seat.Spec.Environment, seat.Metadata.Name!)}mesonet/activity", $"token {Encoding.ASCII.GetString(secret.Data![seat.Metadata.Name!])}"), jupyter.Seen.First());
            }

            Assert.Contains("inactif", await teacher.ReadAsync($"/class/{SeatHost.LabelOf(seats[1])}"), StringComparison.Ordinal);
            Assert.Contains("prêt", await teacher.ReadAsync($"/class/{SeatHost.LabelOf(seats[2])}"), StringComparison.Ordinal);

            // Asked again in the next round, and only what changed is sent.
            second.Answer = PlayedJupyter.Saying(isBusy: false, DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), isOpened: true);
            var told = await stream.UntilAsync("2 travaillent");
            Assert.Contains(SeatHost.LabelOf(seats[1]), told, StringComparison.Ordinal);
            Assert.DoesNotContain(SeatHost.LabelOf(seats[0]), told, StringComparison.Ordinal);
            Assert.DoesNotContain(SeatHost.LabelOf(seats[2]), told, StringComparison.Ordinal);
        }
    }

    private static async Task UntilShownAsync(ClassBrowser teacher, string path, string text) => await ClusterFixture.EventuallyAsync(
        async () => (await teacher.ReadAsync(path)).Contains(text, StringComparison.Ordinal), () => teacher.ReadAsync(path));

    private static string Local(int minutes) => LocalTimes.Write(LocalDateTime.FromDateTime(DateTime.UtcNow.AddMinutes(minutes)));
}
