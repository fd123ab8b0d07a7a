using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>What the waiting page tells while a pod is on its way: from its state and its Events, which the portal reads with the rights that its manifest grants.</summary>
public sealed class WaitingPageTests(ClusterFixture cluster)
{
    [Fact]
    public async Task The_page_follows_what_the_kubelet_writes_of_the_pod()
    {
        var (seat, label, courses) = await NewSeatAsync(_ => Task.CompletedTask);
        // Its image comes late.
        var pod = await courses.RemakeWithoutStartAsync(seat);
        await using var portal = await RunningPortal.StartAsync(cluster);
        using var teacher = await portal.SignInAsync("teacher1");
        await ClusterFixture.EventuallyAsync(async () => (await ReadAsync(teacher, $"/class/{label}")).Contains("prépare l’image et les fichiers", StringComparison.Ordinal), () => ReadAsync(teacher, $"/class/{label}"));
        using var student = portal.Browser();
        await portal.EnterAsync(student, seat, await cluster.Admin.GetAsync<ClassroomEnvironment>(new(seat.Metadata.Namespace!, seat.Spec.Environment), CancellationToken.None));
        var page = await ReadAsync(student, $"/open/{label}");
        Assert.Contains("prépare l’image et les fichiers", page, StringComparison.Ordinal);
        using var stream = await EventStream.OpenAsync(student, page);

        await WriteAsync(pod, "FailedMount", minutesAgo: 3, "MountVolume.SetUp failed for volume \"home\": mount.nfs: Connection timed out");
        await stream.UntilAsync("ne peut pas encore accéder aux fichiers, depuis 3\u00a0minutes");
        var told = await ReadAsync(teacher, $"/class/{label}");
        Assert.Contains("ne peut pas encore accéder aux fichiers, depuis 3\u00a0minutes", told, StringComparison.Ordinal);
        // What the kubelet says, for whoever is asked for help; nothing of it to the student.
        Assert.Contains("mount.nfs: Connection timed out", told, StringComparison.Ordinal);
        Assert.DoesNotContain("mount.nfs", await ReadAsync(student, $"/open/{label}"), StringComparison.Ordinal);

        await WriteAsync(pod, "Pulling", minutesAgo: 2, "Pulling image \"never:starts\"");
        await stream.UntilAsync("L’image du cours est en cours de téléchargement depuis 2\u00a0minutes.");
        Assert.Contains("téléchargement depuis 2\u00a0minutes", await ReadAsync(teacher, $"/class/{label}"), StringComparison.Ordinal);
        await WriteAsync(pod, "Pulled", minutesAgo: 0, "Successfully pulled image \"never:starts\"");
        await stream.UntilAsync("L’image du cours est sur la machine\u00a0; JupyterLab va démarrer.");
        using var english = await portal.SignInAsync("teacher1", language: "en");
        Assert.Contains("The course’s image is on the machine", await ReadAsync(english, $"/class/{label}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_scheduler_finds_no_room_the_page_says_so_with_the_place_in_the_queue()
    {
        // The only one of its kind is taken by somebody whom no timetable knows.
        var (seat, label, courses) = await NewSeatAsync(async given =>
        {
            await given.PutTemplateAsync(devices: new Dictionary<string, Quantity> { ["xilinx.com/fpga"] = "1" });
            var other = new Pod
            {
                Metadata = new() { Name = "other", Namespace = given.Key.Namespace },
                // Of the same priority, so that it is not told to make room.
                Spec = new() { PriorityClassName = "mesonet-lesson", Containers = [new() { Name = "main", Image = "image:1", Resources = new() { Limits = new Dictionary<string, Quantity> { ["xilinx.com/fpga"] = "1" } } }] },
            };
            await cluster.Admin.CreateAsync(other, CancellationToken.None);
            await cluster.UntilAsync<Pod>(other.Key, pod => pod.Spec?.NodeName is not null);
        });
        await using var portal = await RunningPortal.StartAsync(cluster);
        using var teacher = await portal.SignInAsync("teacher1");
        await ClusterFixture.EventuallyAsync(
            async () => (await ReadAsync(teacher, $"/class/{label}")) is var page && page.Contains("Aucune machine n’a de place", StringComparison.Ordinal) && page.Contains("il est", StringComparison.Ordinal),
            () => ReadAsync(teacher, $"/class/{label}"));
        // The scheduler's own Event is of the newer kind: it has its times elsewhere than a kubelet's.
        var written = (await courses.ListAsync<ObservedEvent>()).First(item => item.Reason == "FailedScheduling" && item.InvolvedObject?.Name == seat.Metadata.Name);
        Assert.True(written.LastAt >= written.FirstAt);
    }

    [Fact]
    public async Task Whoever_comes_while_the_seat_stops_starts_it_from_the_same_page()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync(spec => spec with
        {
            TimeZone = "Etc/UTC", Students = [new() { Login = "student01" }], Lessons = [new() { Name = "tp1", Start = Local(-180), End = Local(-60), HandInUntil = Local(600) }],
        });
        await cluster.UntilAsync<ClassroomEnvironment>(courses.Key, found => found.Status is { Stage: Stage.HandIn, Seats.Stopped: 1 });
        var seat = (await courses.ListAsync<Seat>()).Single();
        await WantAsync(seat, DateTimeOffset.UtcNow.AddHours(1));
        await cluster.UntilAsync<Seat>(seat.Key, found => found.Status?.State == SeatState.Ready);
        // Its end takes as long as somebody else holds it.
        await cluster.Admin.MergePatchAsync<Pod>(seat.Key, new() { ["metadata"] = new JsonObject { ["finalizers"] = new JsonArray("mesonet.fr/test") } }, CancellationToken.None);
        await WantAsync(seat, null);
        await cluster.UntilAsync<Pod>(seat.Key, pod => pod.Metadata.DeletionTimestamp is not null);
        await using var portal = await ClassPortal.StartAsync(cluster, courses.Key.Namespace!);
        using var student = portal.NewBrowser();
        await student.WhereAsync(portal.Links.PathTo(seat, await cluster.Admin.GetAsync<ClassroomEnvironment>(courses.Key, CancellationToken.None)));
        var door = $"/open/{SeatHost.LabelOf(seat)}";
        var page = await student.ReadAsync(door);
        Assert.Contains("s’arrête", page, StringComparison.Ordinal);
        Assert.DoesNotContain("may-start", page, StringComparison.Ordinal);
        Assert.Contains("handler=Start", page, StringComparison.Ordinal);
        // Nobody stopped it to have it started again unasked.
        Assert.DoesNotContain("data-start=\"now\"", page, StringComparison.Ordinal);

        using var stream = await EventStream.OpenAsync(student.Http, page);
        await cluster.Admin.MergePatchAsync<Pod>(seat.Key, new() { ["metadata"] = new JsonObject { ["finalizers"] = null } }, CancellationToken.None);
        await stream.UntilAsync("class=\"may-start\"");
        using var started = await student.PostAsync(door, "Start", door);
        Assert.Equal(door, started.Headers.Location?.OriginalString);
        await stream.UntilAsync("data-goes-on-to");
    }

    [Fact]
    public async Task A_page_that_waits_does_not_hold_up_a_portal_that_stops()
    {
        var (seat, label, courses) = await NewSeatAsync(_ => Task.CompletedTask);
        var portal = await ClassPortal.StartAsync(cluster, courses.Key.Namespace!);
        using var student = portal.NewBrowser();
        await student.WhereAsync(portal.Links.PathTo(seat, await cluster.Admin.GetAsync<ClassroomEnvironment>(courses.Key, CancellationToken.None)));
        using var answer = await student.Http.GetAsync(new Uri($"/open/{label}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.StartsWith("data: ", await lines.ReadLineAsync(), StringComparison.Ordinal);
        var began = Stopwatch.GetTimestamp();
        await portal.DisposeAsync();
        // Requests that do not end by themselves are cut off after thirty.
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 15);
    }

    private Task<Seat> WantAsync(Seat seat, DateTimeOffset? until) => cluster.Admin.MergePatchAsync<Seat>(
        seat.Key, new() { ["spec"] = new JsonObject { ["wantedUntil"] = until?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) } }, CancellationToken.None);

    private async Task WriteAsync(Pod pod, string reason, int minutesAgo, string message)
    {
        var at = DateTimeOffset.UtcNow.AddMinutes(-minutesAgo).AddSeconds(-10);
        await cluster.Admin.CreateAsync(
            new Event
            {
                Metadata = new() { Name = $"{pod.Metadata.Name}.{Guid.NewGuid():N}", Namespace = pod.Metadata.Namespace },
                InvolvedObject = new() { ApiVersion = "v1", Kind = "Pod", Namespace = pod.Metadata.Namespace, Name = pod.Metadata.Name, Uid = pod.Metadata.Uid },
                Type = "Normal", Reason = reason, Message = message, FirstTimestamp = at, LastTimestamp = at, Count = 1, Source = new() { Component = "kubelet" },
            },
            CancellationToken.None);
    }

    private async Task<(Seat Seat, string Label, Courses Courses)> NewSeatAsync(Func<Courses, Task> prepare)
    {
        var courses = await Courses.NewAsync(cluster);
        await prepare(courses);
        await courses.PutAsync(spec => spec with
        {
            TimeZone = "Etc/UTC", Teachers = [new() { Login = "teacher1" }], Students = [new() { Login = "student01" }], Lessons = [new() { Name = "tp1", Start = Local(-10), End = Local(60) }],
        });
        Seat? seat = null;
        await ClusterFixture.EventuallyAsync(
            async () => (seat = (await courses.ListAsync<Seat>()).SingleOrDefault()) is not null && await cluster.Admin.FindAsync<Pod>(seat.Key, CancellationToken.None) is not null,
            async () => string.Join('\n', (await courses.ListAsync<ClassroomEnvironment>()).SelectMany(course => course.Status?.Conditions ?? []).Select(condition => $"{condition.Reason}: {condition.Message}")));
        return (seat!, SeatHost.LabelOf(seat!), courses);
    }

    private static string Local(int minutes) => LocalTimes.Write(LocalDateTime.FromDateTime(DateTime.UtcNow.AddMinutes(minutes)));

    private static async Task<string> ReadAsync(HttpClient browser, string path) => System.Net.WebUtility.HtmlDecode(await browser.GetStringAsync(new Uri(path, UriKind.Relative)));
}
